import { isJsonObject, type Json, type JsonObject, type JsonSchema } from '../../../../../contracts/json.ts';

/** What a value is written with. */
export type Control =
  | 'expression'
  | 'template'
  | 'json'
  | 'line'
  | 'paragraph'
  | 'number'
  | 'choice'
  | 'boolean'
  | 'duration'
  | 'words'
  | 'pairs'
  | 'schema'
  | 'group'
  | 'agent'
  | 'circle'
  | 'pipeline'
  | 'version'
  | 'tool'
  | 'hidden';

/** How an expression is computed for its preview. */
export type Computed = 'value' | 'boolean' | 'list' | 'filter';

/** What the schema of a kind does not say: how a field is best called and written. */
export interface FieldHint {
  control?: Control;
  label?: string;
  hint?: string;
  placeholder?: string;
  computed?: Computed;
  /** Lines that a text begins with. */
  rows?: number;
  /** Words for the values of a choice. */
  words?: Readonly<Record<string, string>>;
  /** Stands under "More", for what is seldom needed. */
  seldom?: boolean;
  shown?: (config: JsonObject) => boolean;
  /** Of the fields of a group. */
  fields?: Readonly<Record<string, FieldHint>>;
  /** What a group begins with when it is turned on. */
  first?: Json;
}

export interface FormField {
  name: string;
  label: string;
  hint: string | undefined;
  placeholder: string | undefined;
  control: Control;
  required: boolean;
  computed: Computed;
  rows: number;
  options: readonly { value: Json; word: string }[];
  least: number | undefined;
  most: number | undefined;
  whole: boolean;
  fallback: Json | undefined;
  seldom: boolean;
  fields: readonly FormField[];
  first: Json;
}

export type Hints = Readonly<Record<string, FieldHint>>;

/** The fields of a config, from its JSON Schema, with the hints of its kind; required ones first where there are no hints. */
export function fieldsOfSchema(schema: JsonSchema, hints: Hints = {}, config: JsonObject = {}): FormField[] {
  const properties = schema['properties'];
  if (!isJsonObject(properties)) return [];
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  const order = Object.keys(hints);
  const rank = (name: string): number => {
    const at = order.indexOf(name);
    return at !== -1 ? at : order.length + (required.includes(name) ? 0 : 1);
  };
  return Object.entries(properties)
    .map(([name, property]) =>
      fieldOf(name, resolved(property, schema), required.includes(name), hints[name] ?? {}),
    )
    .filter(({ name, control }) => control !== 'hidden' && (hints[name]?.shown?.(config) ?? true))
    .sort((a, b) => rank(a.name) - rank(b.name));
}

/** Of a config that is one of several: the field that tells which, and the schema of each. */
export interface Variants {
  name: string;
  schemas: ReadonlyMap<string, JsonSchema>;
}

export function variantsOf(schema: JsonSchema): Variants | undefined {
  const options = schema['oneOf'] ?? schema['anyOf'];
  if (!Array.isArray(options) || options.length === 0) return undefined;
  const objects = options.filter(isJsonObject).filter((option) => isJsonObject(option['properties']));
  const [first] = objects;
  if (first === undefined || objects.length !== options.length || !isJsonObject(first['properties']))
    return undefined;
  const name = Object.keys(first['properties']).find((key) =>
    objects.every((option) => constOf(option, key) !== undefined),
  );
  if (name === undefined) return undefined;
  const definitions = schema['$defs'];
  return {
    name,
    schemas: new Map(
      objects.map((option) => [
        constOf(option, name) ?? '',
        { ...option, ...(definitions !== undefined && { $defs: definitions }) },
      ]),
    ),
  };
}

function constOf(option: JsonObject, key: string): string | undefined {
  const property = isJsonObject(option['properties']) ? option['properties'][key] : undefined;
  const value = isJsonObject(property) ? property['const'] : undefined;
  return typeof value === 'string' ? value : undefined;
}

/** Follows `$ref: "#/$defs/…"`; what the reference is annotated with stays. */
function resolved(property: Json | undefined, root: JsonSchema): JsonSchema {
  if (!isJsonObject(property)) return {};
  const reference = property['$ref'];
  const definitions = root['$defs'];
  if (typeof reference !== 'string' || !isJsonObject(definitions)) return property;
  const target = definitions[reference.replace('#/$defs/', '')];
  return isJsonObject(target) ? { ...target, ...property } : property;
}

function fieldOf(name: string, schema: JsonSchema, required: boolean, hint: FieldHint): FormField {
  const { minimum, maximum, description } = schema;
  const values = Array.isArray(schema['enum']) ? schema['enum'] : [];
  const control = hint.control ?? controlOf(name, schema);
  return {
    name,
    label: hint.label ?? wordsOf(name),
    hint: hint.hint ?? (typeof description === 'string' ? `${description}.` : undefined),
    placeholder: hint.placeholder,
    control,
    required,
    computed: hint.computed ?? 'value',
    rows: hint.rows ?? (control === 'paragraph' ? 4 : 1),
    options: values.map((value) => ({ value, word: wordOfValue(value, hint) })),
    least: typeof minimum === 'number' ? minimum : undefined,
    most: typeof maximum === 'number' ? maximum : undefined,
    whole: schema['type'] === 'integer',
    fallback: schema['default'],
    seldom: hint.seldom ?? false,
    fields: control === 'group' ? fieldsOfSchema(schema, hint.fields) : [],
    first: hint.first ?? {},
  };
}

function wordOfValue(value: Json, { words }: FieldHint): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  // GET and the like are words as they are.
  return words?.[text] ?? (text === text.toUpperCase() ? text : wordsOf(text));
}

const LONG_TEXT = 500;

function controlOf(name: string, schema: JsonSchema): Control {
  if (Array.isArray(schema['enum'])) return 'choice';
  switch (schema['type']) {
    case 'string':
      if (/^(expression|items|where)$/.test(name)) return 'expression';
      if (typeof schema['description'] === 'string' && schema['description'].includes('{{'))
        return 'template';
      return typeof schema['maxLength'] !== 'number' || schema['maxLength'] <= LONG_TEXT
        ? 'line'
        : 'paragraph';
    case 'integer':
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'array':
      return isJsonObject(schema['items']) && schema['items']['type'] === 'string' ? 'words' : 'json';
    case 'object':
      return isJsonObject(schema['properties']) ? 'group' : isPairs(schema) ? 'pairs' : 'json';
    default:
      return 'json';
  }
}

const isPairs = ({ additionalProperties }: JsonSchema): boolean =>
  isJsonObject(additionalProperties) && additionalProperties['type'] === 'string';

/** "maximumAttempts" → "Maximum attempts". */
export function wordsOf(name: string): string {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/[_-]+/g, ' ')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A config with one field set; undefined leaves it out. */
export function withField(config: JsonObject, name: string, value: Json | undefined): JsonObject {
  if (value !== undefined) return { ...config, [name]: value };
  return Object.fromEntries(Object.entries(config).filter(([key]) => key !== name));
}
