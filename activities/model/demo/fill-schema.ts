import { isJsonObject, type Json, type JsonSchema } from '../../../contracts/json.ts';
import { about } from './extract.ts';
import { numbersOf } from './facts.ts';
import { listFor, stringFor } from './fill-string.ts';
import { type Source, sourceOf, type Wanted } from './source.ts';
import { pickBest } from './text-rank.ts';
import { shareOf, stemsOf } from './words.ts';

const MAX_DEPTH = 12;

/**
 * A value for a JSON Schema, taken from texts: strings and numbers by extraction, enums by the option that the text names
 * most, lists by key points. A property that is not required and for which the text has nothing is left out; whether the
 * whole fits is for the caller to validate.
 */
export function fillSchema(schema: JsonSchema, source: Source): Json {
  return fill(schema, { name: '', subject: '' }, { source, root: schema, depth: 0 }) ?? null;
}

interface Filling {
  source: Source;
  root: JsonSchema;
  depth: number;
}

function fill(schema: JsonSchema, outer: Wanted, filling: Filling): Json | undefined {
  if (filling.depth > MAX_DEPTH) return undefined;
  const inner = { ...filling, depth: filling.depth + 1 };
  const resolved = resolve(schema, filling.root);
  const wanted = wantedOf(resolved, outer);
  if (resolved['const'] !== undefined) return resolved['const'];
  if (Array.isArray(resolved['enum'])) return bestOption(resolved['enum'], wanted, filling.source);
  const choice = resolved['anyOf'] ?? resolved['oneOf'];
  if (Array.isArray(choice)) return fillFirst(choice.filter(isJsonObject), wanted, inner);
  const types = typesOf(resolved);
  for (const type of types) {
    const value = fillType(type, resolved, wanted, inner);
    if (value !== undefined && value !== '') return value;
  }
  return resolved['default'] ?? (types.includes('null') ? null : undefined);
}

function fillFirst(options: readonly JsonSchema[], wanted: Wanted, filling: Filling): Json | undefined {
  for (const option of options) {
    if (option['type'] === 'null') continue;
    const value = fill(option, wanted, filling);
    if (value !== undefined) return value;
  }
  return options.some((option) => option['type'] === 'null') ? null : undefined;
}

function fillType(type: string, schema: JsonSchema, wanted: Wanted, filling: Filling): Json | undefined {
  switch (type) {
    case 'object':
      return fillObject(schema, filling);
    case 'array':
      return fillArray(schema, wanted, filling);
    case 'number':
    case 'integer':
      return numberFor(schema, wanted, { source: filling.source, whole: type === 'integer' });
    case 'boolean':
      return truthOf(wanted, filling.source);
    case 'string':
      return stringFor(schema, wanted, filling.source);
    default:
      return undefined;
  }
}

function fillObject(schema: JsonSchema, filling: Filling): Json {
  const properties = isJsonObject(schema['properties']) ? schema['properties'] : {};
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  const entries = Object.entries(properties).flatMap(([name, property]): [string, Json][] => {
    const own = isJsonObject(property) ? property : {};
    const value = fill(own, { name, subject: wordsOfName(name) }, filling);
    if (value !== undefined) return [[name, value]];
    const least = required.includes(name) ? emptyValue(resolve(own, filling.root)) : undefined;
    return least === undefined ? [] : [[name, least]];
  });
  return Object.fromEntries(entries);
}

function fillArray(schema: JsonSchema, wanted: Wanted, filling: Filling): Json {
  const items = resolve(isJsonObject(schema['items']) ? schema['items'] : {}, filling.root);
  const most = typeof schema['maxItems'] === 'number' ? schema['maxItems'] : 5;
  const { source } = filling;
  if (typesOf(items).includes('object')) {
    return partsOf(source)
      .map((part) => fill(items, wanted, { ...filling, source: part }))
      .filter((value) => value !== undefined)
      .slice(0, most);
  }
  if (Array.isArray(items['enum'])) {
    return items['enum'].filter((option) => countOf(wordsOfOption(option), source) > 0).slice(0, most);
  }
  if (typesOf(items).some((type) => type === 'number' || type === 'integer')) {
    const whole = typesOf(items).includes('integer');
    const numbers = numbersOf(source.text).map(({ value }) => value);
    return [...new Set(numbers)].filter((value) => !whole || Number.isInteger(value)).slice(0, most);
  }
  return listFor(wanted, source, most);
}

/** One source for each section where the text has several, else one for each key sentence. */
function partsOf(source: Source): Source[] {
  const sections = source.documents.flatMap((document) =>
    document.sections.map((section) => ({ ...document, sections: [section] })),
  );
  if (sections.length > 1)
    return sections.map((document) => sourceOf([document])).filter(({ text }) => text !== '');
  return pickBest(source.extracts, 5).map(({ text }) => ({
    ...source,
    extracts: source.extracts.filter((extract) => extract.text === text),
    text,
  }));
}

function bestOption(options: readonly Json[], wanted: Wanted, source: Source): Json | undefined {
  const near = about(wanted.subject, source.extracts)
    .map(({ text }) => text)
    .join('\n');
  const scored = options.map((option) => {
    const word = wordsOfOption(option);
    return { option, score: countOf(word, source) + 3 * countOf(word, { ...source, text: near }) };
  });
  return scored.reduce(
    (best, next) => (next.score > best.score ? next : best),
    scored[0] ?? { option: null, score: 0 },
  ).option;
}

const wordsOfOption = (option: Json): string =>
  typeof option === 'string' ? option : JSON.stringify(option);

/** How often an option is named, in any of its forms. */
function countOf(option: string, { text }: Source): number {
  const wanted = stemsOf(option.replace(/[_-]+/g, ' '));
  if (wanted.size === 0) return text.toLowerCase().includes(option.toLowerCase()) ? 1 : 0;
  return text.split('\n').filter((line) => shareOf(wanted, stemsOf(line)) === 1).length;
}

function numberFor(
  schema: JsonSchema,
  wanted: Wanted,
  { source, whole }: { source: Source; whole: boolean },
): number | undefined {
  const subject = stemsOf(wanted.subject);
  const low = bound(schema['minimum'], -Infinity);
  const high = bound(schema['maximum'], Infinity);
  const fitting = numbersOf(source.text)
    .filter(({ value }) => value >= low && value <= high && (!whole || Number.isInteger(value)))
    .map(({ value, around }) => ({ value, share: shareOf(subject, stemsOf(around)) }));
  const best = fitting.reduce<(typeof fitting)[number] | undefined>(
    (most, next) => (most === undefined || next.share > most.share ? next : most),
    undefined,
  );
  return best?.value;
}

/** True when the text speaks of the subject without denying it. */
function truthOf(wanted: Wanted, source: Source): boolean {
  const [nearest] = about(wanted.subject, source.extracts).toSorted((a, b) => b.score - a.score);
  return nearest !== undefined && !/\b(?:no|not|never|none|without|cannot)\b|n't\b/i.test(nearest.text);
}

/** The least that fits a required property for which the text has nothing. */
function emptyValue(schema: JsonSchema): Json | undefined {
  const [type] = typesOf(schema);
  if (schema['default'] !== undefined) return schema['default'];
  if (type === 'string') return '';
  if (type === 'number' || type === 'integer') return bound(schema['minimum'], 0);
  if (type === 'array') return [];
  return type === 'boolean' ? false : null;
}

function resolve(schema: JsonSchema, root: JsonSchema): JsonSchema {
  const reference = schema['$ref'];
  if (typeof reference !== 'string' || !reference.startsWith('#/')) {
    const parts = Array.isArray(schema['allOf']) ? schema['allOf'].filter(isJsonObject) : [];
    return parts.reduceRight((whole, part) => ({ ...part, ...whole }), schema);
  }
  const target = reference
    .slice(2)
    .split('/')
    .reduce<Json | undefined>((at, key) => (isJsonObject(at) ? at[key] : undefined), root);
  return isJsonObject(target) ? target : {};
}

function typesOf(schema: JsonSchema): string[] {
  const type = schema['type'];
  if (typeof type === 'string') return [type];
  if (Array.isArray(type)) return type.filter((name) => typeof name === 'string').sort(nullLast);
  if (isJsonObject(schema['properties'])) return ['object'];
  return schema['items'] === undefined ? ['string'] : ['array'];
}

const nullLast = (a: string, b: string): number => Number(a === 'null') - Number(b === 'null');
const bound = (value: Json | undefined, otherwise: number): number =>
  typeof value === 'number' ? value : otherwise;

function wantedOf(schema: JsonSchema, outer: Wanted): Wanted {
  const said = [schema['title'], schema['description']].filter((text) => typeof text === 'string');
  return { name: outer.name, subject: [outer.subject, ...said].join(' ') };
}

const wordsOfName = (name: string): string => name.replace(/([a-z])([A-Z])/g, '$1 $2').replace(/[_-]+/g, ' ');
