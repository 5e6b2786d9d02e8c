import { isJsonObject, type Json, type JsonSchema } from '../../../../contracts/json.ts';

export type FieldKind = 'line' | 'text' | 'number' | 'boolean' | 'choice' | 'json';

/** One field of a start form. */
export interface InputField {
  name: string;
  label: string;
  hint?: string;
  kind: FieldKind;
  required: boolean;
  /** Of a choice. */
  options: readonly Json[];
  /** What it begins with, as it is typed. */
  initial: Draft;
}

/** What stands in a control: text, or a tick. */
export type Draft = string | boolean;
export type Drafts = Readonly<Record<string, Draft>>;

/** The name of the one field of a pipeline that has no input schema: the whole input as JSON. */
export const WHOLE_INPUT = '';

/** The fields that a JSON Schema asks for, required ones first. */
export function fieldsOf(schema: JsonSchema | undefined): InputField[] {
  const properties = schema?.['properties'];
  if (!isJsonObject(properties)) {
    return [
      {
        name: WHOLE_INPUT,
        label: 'Input',
        hint: 'A JSON object',
        kind: 'json',
        required: false,
        options: [],
        initial: '{}',
      },
    ];
  }
  const required = Array.isArray(schema?.['required']) ? schema['required'] : [];
  return Object.entries(properties)
    .map(([name, property]) => fieldOf(name, isJsonObject(property) ? property : {}, required.includes(name)))
    .sort((a, b) => Number(b.required) - Number(a.required));
}

function fieldOf(name: string, schema: JsonSchema, required: boolean): InputField {
  const kind = kindOf(name, schema);
  const { title, description } = schema;
  const initial = schema['default'];
  return {
    name,
    label: typeof title === 'string' ? title : wordsOf(name),
    ...(typeof description === 'string' && { hint: description }),
    kind,
    required,
    options: Array.isArray(schema['enum']) ? schema['enum'] : [],
    initial: initial === undefined ? (kind === 'boolean' ? false : '') : draftOf(initial, kind),
  };
}

/** "maxItems" → "Max items". */
function wordsOf(name: string): string {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/[_-]+/g, ' ')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const LONG_TEXT_NAMES = /^(text|content|document|body|markdown|html|prompt|notes?|transcript|article)$/i;
const LONG_TEXT_LENGTH = 300;

function kindOf(name: string, schema: JsonSchema): FieldKind {
  if (Array.isArray(schema['enum'])) return 'choice';
  switch (schema['type']) {
    case 'string':
      return isLongText(name, schema) ? 'text' : 'line';
    case 'number':
    case 'integer':
      return 'number';
    case 'boolean':
      return 'boolean';
    default:
      return 'json';
  }
}

function isLongText(name: string, { maxLength, contentMediaType, format }: JsonSchema): boolean {
  if (format !== undefined) return format === 'textarea' || format === 'multiline';
  if (contentMediaType !== undefined || LONG_TEXT_NAMES.test(name)) return true;
  return typeof maxLength === 'number' && maxLength > LONG_TEXT_LENGTH;
}

/** A value as it stands in a control of some kind. */
export function draftOf(value: Json, kind: FieldKind): Draft {
  if (kind === 'boolean') return value === true;
  if (kind === 'json') return JSON.stringify(value, null, 2);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What the form begins with: an earlier input where there is one, else the schema's defaults. */
export function initialDrafts(
  fields: readonly InputField[],
  earlier?: Readonly<Record<string, Json>>,
): Drafts {
  return Object.fromEntries(
    fields.map((field) => {
      if (earlier === undefined) return [field.name, field.initial];
      if (field.name === WHOLE_INPUT) return [field.name, draftOf({ ...earlier }, 'json')];
      const value = earlier[field.name];
      return [field.name, value === undefined ? '' : draftOf(value, field.kind)];
    }),
  );
}
