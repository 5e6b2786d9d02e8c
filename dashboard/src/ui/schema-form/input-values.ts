import { z } from 'zod';

import { isJsonObject, type Json, type JsonObject, type JsonSchema } from '../../../../contracts/json.ts';
import type { ProblemItem } from '../../../../contracts/problem.ts';
import { type Draft, type Drafts, type InputField, WHOLE_INPUT } from './input-fields.ts';

/** Errors by the name of their field; those of no field under `''`. */
export type FieldErrors = Readonly<Record<string, string>>;

export type InputResult = { ok: true; input: JsonObject } | { ok: false; errors: FieldErrors };

/** What the drafts of a form amount to: the run's input, or what is wrong with which field. */
export function inputOf(
  fields: readonly InputField[],
  drafts: Drafts,
  schema: JsonSchema | undefined,
): InputResult {
  const errors: Record<string, string> = {};
  let input: JsonObject = {};
  for (const field of fields) {
    const read = valueOf(field, drafts[field.name] ?? '');
    if ('error' in read) errors[field.name] = read.error;
    else if (field.name !== WHOLE_INPUT) {
      if (read.value !== undefined) input[field.name] = read.value;
    } else if (isJsonObject(read.value)) input = read.value;
    else errors[WHOLE_INPUT] = 'Write a JSON object, such as { "topic": "tea" }.';
  }
  for (const { name, message } of schemaErrors(schema, input)) errors[name] ??= message;
  return Object.keys(errors).length === 0 ? { ok: true, input } : { ok: false, errors };
}

function valueOf(field: InputField, draft: Draft): { value: Json | undefined } | { error: string } {
  if (typeof draft === 'boolean') return { value: draft };
  if (draft.trim() === '')
    return field.required
      ? { error: missing(field) }
      : { value: field.name === WHOLE_INPUT ? {} : undefined };
  switch (field.kind) {
    case 'number': {
      const value = Number(draft);
      return Number.isFinite(value) ? { value } : { error: 'Write a number, such as 12 or 0.5.' };
    }
    case 'choice':
      return {
        value: field.options.find(
          (option) => draft === (typeof option === 'string' ? option : JSON.stringify(option)),
        ),
      };
    case 'json':
      return parseJson(draft);
    case 'boolean':
    case 'line':
    case 'paragraph':
    case 'text':
      return { value: draft };
  }
}

const missing = ({ kind }: InputField): string =>
  kind === 'choice'
    ? 'Choose one.'
    : kind === 'text'
      ? 'Write or paste a text here, or choose a file.'
      : 'Fill this in.';

function parseJson(text: string): { value: Json } | { error: string } {
  try {
    // JSON.parse gives JSON.
    return { value: JSON.parse(text) as Json };
  } catch (error) {
    return { error: `This is not JSON: ${error instanceof Error ? error.message : String(error)}.` };
  }
}

function schemaErrors(
  schema: JsonSchema | undefined,
  input: JsonObject,
): { name: string; message: string }[] {
  if (schema === undefined) return [];
  const checked = compile(schema)?.safeParse(input);
  if (checked === undefined || checked.success) return [];
  return checked.error.issues.map((issue) => ({
    name: String(issue.path[0] ?? WHOLE_INPUT),
    message: sentenceOf(issue),
  }));
}

function compile(schema: JsonSchema): z.ZodType | undefined {
  try {
    return z.fromJSONSchema(schema);
  } catch {
    return undefined; // It uses words that zod does not know; the API checks the input anyway.
  }
}

function sentenceOf(issue: z.core.$ZodIssue): string {
  const inside = issue.path.length > 1 ? `${issue.path.slice(1).join('.')}: ` : '';
  if (issue.code === 'too_small' && issue.origin === 'string')
    return `${inside}At least ${counted(issue.minimum, 'character')}.`;
  if (issue.code === 'too_big' && issue.origin === 'string')
    return `${inside}At most ${counted(issue.maximum, 'character')}.`;
  if (issue.code === 'too_small') return `${inside}At least ${issue.minimum}.`;
  if (issue.code === 'too_big') return `${inside}At most ${issue.maximum}.`;
  return `${inside}${issue.message}.`;
}

const counted = (count: number | bigint, unit: string): string =>
  `${count.toLocaleString('en')} ${unit}${Number(count) === 1 ? '' : 's'}`;

/** Where in a body the values of a form stand. */
const BODY_KEYS: readonly (string | undefined)[] = ['input', 'answer'];

/** Puts what the API refused beside the fields that it names. Paths lead into the body, as `/input/text` or `answer.text`. */
export function errorsByField(fields: readonly InputField[], problems: readonly ProblemItem[]): FieldErrors {
  const names = new Set(fields.map((field) => field.name));
  const errors: Record<string, string> = {};
  for (const { path, message } of problems) {
    const [first, second] = path.split(/[./]/).filter((part) => part !== '');
    const wanted = BODY_KEYS.includes(first) ? second : first;
    const name = wanted !== undefined && names.has(wanted) ? wanted : WHOLE_INPUT;
    errors[name] = errors[name] === undefined ? message : `${errors[name]} ${message}`;
  }
  return errors;
}
