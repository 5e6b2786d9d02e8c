import { isJsonObject, type Json, type JsonObject, type JsonSchema } from '../../../../../contracts/json.ts';

const DEEPEST = 6;

/** A value that fits a JSON Schema well enough to try expressions on: its default, its example, or something made up. */
export function sampleOf(schema: Json | undefined, name = 'text', depth = 0): Json {
  if (!isJsonObject(schema) || depth > DEEPEST) return `Sample ${name}`;
  if (schema['default'] !== undefined && schema['default'] !== '') return schema['default'];
  const examples = schema['examples'];
  if (Array.isArray(examples) && examples[0] !== undefined) return examples[0];
  if (schema['const'] !== undefined) return schema['const'];
  if (Array.isArray(schema['enum'])) return schema['enum'][0] ?? null;
  const { type } = schema;
  switch (Array.isArray(type) ? type[0] : type) {
    case 'object':
      return sampleObject(schema, depth);
    case 'array': {
      const item = sampleOf(schema['items'], `${name} item`, depth + 1);
      return [item, item];
    }
    case 'integer':
    case 'number':
      return typeof schema['minimum'] === 'number' ? schema['minimum'] : 3;
    case 'boolean':
      return true;
    case 'null':
      return null;
    case 'string':
      return textOf(schema, name);
    default:
      return isJsonObject(schema['properties']) ? sampleObject(schema, depth) : `Sample ${name}`;
  }
}

function sampleObject(schema: JsonSchema, depth: number): JsonObject {
  const properties = schema['properties'];
  if (!isJsonObject(properties)) return {};
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [name, sampleOf(property, name, depth + 1)]),
  );
}

function textOf({ format, maxLength }: JsonSchema, name: string): string {
  switch (format) {
    case 'date':
      return '2026-05-04';
    case 'date-time':
      return '2026-05-04T10:00:00Z';
    case 'email':
      return 'ada@example.org';
    case 'uri':
      return 'https://example.org/page';
    default:
      return typeof maxLength === 'number' && maxLength > 1_000
        ? `# Sample ${name}\n\nThe first paragraph has some words to try an expression on.\n\n## A heading\n\nThe second paragraph has more of them.\n`
        : `Sample ${name}`;
  }
}

/** What a run of the pipeline could be given. */
export const sampleInputOf = (schema: JsonSchema | undefined): JsonObject =>
  schema === undefined ? {} : sampleObject(schema, 0);
