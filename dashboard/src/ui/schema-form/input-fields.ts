import { isJsonObject, type Json, type JsonSchema } from '../../../../contracts/json.ts';

export type FieldKind = 'line' | 'paragraph' | 'text' | 'number' | 'boolean' | 'choice' | 'json';

/** One field of a start form. */
export interface InputField {
  name: string;
  label: string;
  hint?: string;
  kind: FieldKind;
  /** Of a line: the browser's kind of input, with its own way of choosing. */
  inputType?: 'date' | 'url' | 'email';
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
    ...inputTypeOf(schema['format']),
    required,
    options: Array.isArray(schema['enum']) ? schema['enum'] : [],
    initial: initial === undefined ? (kind === 'boolean' ? false : '') : draftOf(initial, kind),
  };
}

function inputTypeOf(format: Json | undefined): Pick<InputField, 'inputType'> {
  switch (format) {
    case 'date':
      return { inputType: 'date' };
    case 'uri':
      return { inputType: 'url' };
    case 'email':
      return { inputType: 'email' };
    default:
      return {};
  }
}

/** "maxItems" → "Max items". */
function wordsOf(name: string): string {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/[_-]+/g, ' ')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const DOCUMENT_NAMES = /^(text|content|document|body|markdown|html|prompt|notes?|transcript|article)$/i;
/** Longer ones may well come from a file. */
const PARAGRAPH_LENGTH = 5000;
const LINE_LENGTH = 300;

function kindOf(name: string, schema: JsonSchema): FieldKind {
  if (Array.isArray(schema['enum'])) return 'choice';
  switch (schema['type']) {
    case 'string':
      return textKindOf(name, schema);
    case 'number':
    case 'integer':
      return 'number';
    case 'boolean':
      return 'boolean';
    default:
      return 'json';
  }
}

/** A line, a paragraph, or a whole document. */
function textKindOf(name: string, { maxLength, contentMediaType, format }: JsonSchema): FieldKind {
  const longest = typeof maxLength === 'number' ? maxLength : undefined;
  const isLong = format === 'textarea' || format === 'multiline' || contentMediaType !== undefined;
  if (format !== undefined && !isLong) return 'line';
  if (longest !== undefined && longest <= PARAGRAPH_LENGTH)
    return isLong || longest > LINE_LENGTH ? 'paragraph' : 'line';
  return isLong || longest !== undefined || DOCUMENT_NAMES.test(name) ? 'text' : 'line';
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

/** Where the name of a file belongs whose text was taken into a field: `draftName` beside `draft`, else `name`, else `title`. */
export function fileNameField(fields: readonly InputField[], text: InputField): InputField | undefined {
  const own = `${text.name}name`;
  const several = fields.filter((field) => field.kind === 'text').length > 1;
  return [own, ...(several ? [] : ['name', 'filename', 'title'])]
    .map((wanted) =>
      fields.find(
        (field) =>
          field.kind === 'line' && field.name.replaceAll('_', '').toLowerCase() === wanted.toLowerCase(),
      ),
    )
    .find((field) => field !== undefined);
}
