import { type Failure, GatheringFailure } from '../../contracts/failure.ts';
import type { Json, JsonSchema } from '../../contracts/json.ts';
import { dotted } from '../../platform/pipeline/dotted-path.ts';
import type { SchemaCompiler } from '../../platform/pipeline/json-schema.ts';

/** Items as another pipeline takes them: with the defaults of its input filled in. */
export interface Fitted {
  items: readonly Json[];
  /** By index: why an item does not fit. */
  misfits: ReadonlyMap<number, Failure>;
}

const MOST_TOLD = 5;

/** Checks items against the schema of the input that they are to be; without one, anything is an input. */
export function fitted(
  items: readonly Json[],
  schema: JsonSchema | undefined,
  schemas: SchemaCompiler,
): Fitted {
  const misfits = new Map<number, Failure>();
  if (schema === undefined) return { items, misfits };
  const compiled = schemas.compile(schema);
  if (!compiled.ok) throw misfitOf(told('inputSchema', compiled.problems));
  const checked = items.map((item, index) => {
    const check = compiled.check(item);
    if (check.ok) return check.value;
    misfits.set(index, { type: 'InvalidInput', message: told('input', check.problems) });
    return item;
  });
  return { items: checked, misfits };
}

export const misfitOf = (message: string): GatheringFailure => new GatheringFailure('InvalidInput', message);

function told(
  base: string,
  problems: readonly { parts: readonly (string | number)[]; message: string }[],
): string {
  const first = problems
    .slice(0, MOST_TOLD)
    .map(({ parts, message }) => `${dotted(base, ...parts)} ${message}`);
  const left = problems.length - first.length;
  return [...first, ...(left > 0 ? [`and ${left} more`] : [])].join('; ');
}
