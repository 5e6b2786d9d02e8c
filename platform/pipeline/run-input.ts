import type { JsonObject, JsonSchema } from '../../contracts/json.ts';
import type { ProblemItem } from '../../contracts/problem.ts';
import { dotted } from './dotted-path.ts';
import { inspectJson } from './json-limits.ts';
import { type CompiledSchema, createSchemaCompiler, type SchemaCompiler } from './json-schema.ts';

/** `input` is a copy with the schema's defaults filled in; paths of problems start with `input`. */
export type RunInputCheck = { ok: true; input: JsonObject } | { ok: false; problems: ProblemItem[] };

export type CheckRunInput = (inputSchema: JsonSchema | undefined, input: JsonObject) => RunInputCheck;

const LIMITS = { bytes: 16 * 1024 * 1024, depth: 100 };

/** Makes the check of what a run is started with. It never throws. */
export function createRunInputCheck(schemas: SchemaCompiler = createSchemaCompiler()): CheckRunInput {
  return (inputSchema, input) => {
    const { problems } = inspectJson(input, LIMITS, 'input');
    if (problems.length > 0) return { ok: false, problems };
    if (inputSchema === undefined) return { ok: true, input };
    const schema = schemas.compile(inputSchema);
    if (!schema.ok) return refusal('inputSchema', schema.problems);
    const checked = schema.check(input);
    return checked.ok ? { ok: true, input: checked.value } : refusal('input', checked.problems);
  };
}

const refusal = (
  base: string,
  problems: Extract<CompiledSchema, { ok: false }>['problems'],
): RunInputCheck => ({
  ok: false,
  problems: problems.map(({ parts, message }) => ({ path: dotted(base, ...parts), message })),
});
