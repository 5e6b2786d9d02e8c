import type { NodeKind } from '../../contracts/pipeline.ts';
import type { PathPart } from './dotted-path.ts';

/** A text in a node's config that holds expressions. */
export interface ExpressionField {
  /** Where in the config. */
  parts: readonly PathPart[];
  source: string;
  /** JSONata as it is, or a text with `{{ JSONata }}` in it. */
  form: 'expression' | 'template';
  /** Sees `item` and `index`, even outside of a map. */
  seesItem: boolean;
  seesSecrets: boolean;
}

type Config = Readonly<Record<string, unknown>>;

/** Every text of a node's config that holds expressions, in the order of the config's fields. */
export function expressionFieldsOf(kind: NodeKind, config: Config): ExpressionField[] {
  switch (kind) {
    case 'condition':
    case 'transform':
      return expression(config, 'expression');
    case 'filter':
      return [
        ...expression(config, 'items'),
        ...expression(config, 'where').map((field) => ({ ...field, seesItem: true })),
      ];
    case 'map':
      return expression(config, 'items');
    case 'agent':
      return templates(config, ['prompt'], false);
    case 'circle':
      return templates(config, ['topic'], false);
    case 'action':
      return [
        ...templates(config, ['url', 'headers', 'body', 'path', 'content', 'arguments'], true),
        // A run keeps its input for everybody to read.
        ...templates(config, ['input'], false),
      ];
    case 'delay':
      return templates(config, ['duration', 'until'], false);
    case 'human':
      return templates(config, ['title', 'instructions', 'value'], false);
    case 'pipeline':
      return templates(config, ['input'], false);
    case 'merge':
    case 'trigger':
    case 'parallel':
      return [];
  }
}

function expression(config: Config, name: string): ExpressionField[] {
  const source = config[name];
  if (typeof source !== 'string') return [];
  return [{ parts: [name], source, form: 'expression', seesItem: false, seesSecrets: false }];
}

function templates(config: Config, names: readonly string[], seesSecrets: boolean): ExpressionField[] {
  return names.flatMap((name) =>
    [...textsIn(config[name], [name])]
      .filter(({ source }) => source.includes('{{'))
      .map(({ parts, source }) => ({
        parts,
        source,
        form: 'template' as const,
        seesItem: false,
        seesSecrets,
      })),
  );
}

function* textsIn(
  value: unknown,
  parts: readonly PathPart[],
): Iterable<{ parts: readonly PathPart[]; source: string }> {
  if (typeof value === 'string') yield { parts, source: value };
  else if (Array.isArray(value))
    for (const [index, entry] of value.entries()) yield* textsIn(entry, [...parts, index]);
  else if (typeof value === 'object' && value !== null)
    for (const [key, entry] of Object.entries(value)) yield* textsIn(entry, [...parts, key]);
}
