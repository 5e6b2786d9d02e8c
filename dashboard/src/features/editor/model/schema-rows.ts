import { isJsonObject, type Json, type JsonObject, type JsonSchema } from '../../../../../contracts/json.ts';

/** What a field of an object is, in words that need no knowledge of JSON Schema. */
export const ROW_TYPES = [
  'text',
  'long text',
  'number',
  'whole number',
  'yes or no',
  'choice',
  'list of texts',
  'date',
  'address',
  'other',
] as const;
export type RowType = (typeof ROW_TYPES)[number];

export interface SchemaRow {
  name: string;
  type: RowType;
  required: boolean;
  schema: JsonSchema;
}

export const EMPTY_OBJECT: JsonSchema = {
  type: 'object',
  properties: {},
  required: [],
  additionalProperties: false,
};

/** The fields of an object's schema; undefined for a schema that is no plain object, which can be edited as JSON alone. */
export function rowsOf(schema: JsonSchema): SchemaRow[] | undefined {
  const { properties = {}, required = [], type } = schema;
  if (type !== 'object' || !isJsonObject(properties) || !Array.isArray(required)) return undefined;
  return Object.entries(properties).map(([name, property]) => {
    const written = isJsonObject(property) ? property : {};
    return { name, type: typeOf(written), required: required.includes(name), schema: written };
  });
}

const LONG_TEXT = 1_000;

function typeOf(schema: JsonSchema): RowType {
  if (Array.isArray(schema['enum'])) return 'choice';
  const { type, format, maxLength, items } = schema;
  switch (type) {
    case 'string':
      if (format === 'date') return 'date';
      if (format === 'uri') return 'address';
      if (format === undefined)
        return typeof maxLength === 'number' && maxLength > LONG_TEXT ? 'long text' : 'text';
      return format === 'textarea' ? 'long text' : 'other';
    case 'number':
      return 'number';
    case 'integer':
      return 'whole number';
    case 'boolean':
      return 'yes or no';
    case 'array':
      return isJsonObject(items) && items['type'] === 'string' ? 'list of texts' : 'other';
    default:
      return 'other';
  }
}

const SHAPES: Record<RowType, JsonSchema> = {
  text: { type: 'string' },
  'long text': { type: 'string', format: 'textarea' },
  number: { type: 'number' },
  'whole number': { type: 'integer' },
  'yes or no': { type: 'boolean' },
  choice: { type: 'string', enum: [] },
  'list of texts': { type: 'array', items: { type: 'string' } },
  date: { type: 'string', format: 'date' },
  address: { type: 'string', format: 'uri' },
  other: { type: 'object' },
};
/** What any type keeps when it becomes another. */
const KEPT = ['title', 'description'];

/** The schema of a field that becomes another type; its name for people and what it says of itself stay. */
export function asType(schema: JsonSchema, type: RowType): JsonSchema {
  const kept = Object.entries(schema).filter(([key]) => KEPT.includes(key));
  return { ...SHAPES[type], ...Object.fromEntries(kept) };
}

/** The schema with other fields; everything else that it says stays. */
export function withRows(schema: JsonSchema, rows: readonly SchemaRow[]): JsonSchema {
  const required = rows.filter((row) => row.required).map(({ name }) => name);
  return {
    ...Object.fromEntries(Object.entries(schema).filter(([key]) => key !== 'required')),
    type: 'object',
    properties: Object.fromEntries(rows.map(({ name, schema: field }): [string, Json] => [name, field])),
    ...(required.length > 0 && { required }),
  };
}

export function newRow(rows: readonly SchemaRow[]): SchemaRow {
  const taken = new Set(rows.map(({ name }) => name));
  let number = rows.length + 1;
  while (taken.has(`field${number}`)) number++;
  return { name: `field${number}`, type: 'text', required: false, schema: { type: 'string' } };
}

/** A field's schema with one word set; an empty one is left out. */
export function withWord(schema: JsonSchema, word: string, value: Json | undefined): JsonObject {
  const rest = Object.fromEntries(Object.entries(schema).filter(([key]) => key !== word));
  return value === undefined || value === '' ? rest : { ...rest, [word]: value };
}
