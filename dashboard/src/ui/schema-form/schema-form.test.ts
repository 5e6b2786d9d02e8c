import { describe, expect, it } from '@jest/globals';

import type { JsonSchema } from '../../../../contracts/json.ts';
import { fieldsOf, fileNameField, initialDrafts } from './input-fields.ts';
import { errorsByField, inputOf } from './input-values.ts';

const SCHEMA: JsonSchema = {
  type: 'object',
  required: ['text', 'count'],
  properties: {
    name: { type: 'string', title: 'Name of it', default: 'the document' },
    text: { type: 'string', format: 'textarea', minLength: 3 },
    count: { type: 'integer', minimum: 1 },
    deep: { type: 'boolean' },
    tone: { enum: ['dry', 'warm', 3] },
    extraTags: { type: 'array', items: { type: 'string' } },
  },
};
const fields = fieldsOf(SCHEMA);
const read = (drafts: Record<string, string | boolean>) =>
  inputOf(fields, { ...initialDrafts(fields), ...drafts }, SCHEMA);

describe('a start form made from a schema', () => {
  it('has a control that suits each property, required ones first', () => {
    expect(fields.map((field) => [field.name, field.kind, field.required])).toEqual([
      ['text', 'text', true],
      ['count', 'number', true],
      ['name', 'line', false],
      ['deep', 'boolean', false],
      ['tone', 'choice', false],
      ['extraTags', 'json', false],
    ]);
    expect(fields.map((field) => field.label)).toContain('Extra tags');
  });

  it('begins with the defaults, or with an earlier input', () => {
    expect(initialDrafts(fields)['name']).toBe('the document');
    expect(initialDrafts(fields, { text: 'Hi', count: 3, deep: true, extraTags: ['a'] })).toEqual({
      text: 'Hi',
      count: '3',
      name: '',
      deep: true,
      tone: '',
      extraTags: '[\n  "a"\n]',
    });
  });

  it('gives the input in the types of the schema, what is left empty absent', () => {
    expect(read({ text: 'tea', count: '2', name: '', tone: '3', extraTags: '["a"]' })).toEqual({
      ok: true,
      input: { text: 'tea', count: 2, deep: false, tone: 3, extraTags: ['a'] },
    });
  });

  it('names everything that is wrong at once, each beside its field', () => {
    const result = read({ text: 'x', count: 'many', extraTags: '[1' });
    expect(result).toMatchObject({
      ok: false,
      errors: { text: 'At least 3 characters.', count: 'Write a number, such as 12 or 0.5.' },
    });
    expect(result).toMatchObject({ errors: { extraTags: expect.stringContaining('This is not JSON') } });
    expect(read({})).toMatchObject({
      errors: { text: 'Write or paste a text here, or choose a file.', count: 'Fill this in.' },
    });
    expect(read({ text: 'tea', count: '0' })).toMatchObject({ errors: { count: 'At least 1.' } });
    expect(read({ text: 'tea', count: '1', extraTags: '[1]' })).toMatchObject({
      ok: false,
      errors: { extraTags: expect.stringMatching(/^0: /) },
    });
  });

  it('puts what the API refused beside the field that it names', () => {
    const problems = [
      { path: '/input/text', message: 'is too long' },
      { path: 'input.count', message: 'is odd' },
      { path: '/version', message: 'does not exist' },
    ];
    expect(errorsByField(fields, problems)).toEqual({
      text: 'is too long',
      count: 'is odd',
      '': 'does not exist',
    });
  });
});

describe('a text in a form', () => {
  it.each([
    ['title', {}, 'line'],
    ['title', { maxLength: 200 }, 'line'],
    ['question', { maxLength: 2000 }, 'paragraph'],
    ['question', { format: 'textarea', maxLength: 2000 }, 'paragraph'],
    ['essay', { maxLength: 200_000 }, 'text'],
    ['essay', { format: 'textarea' }, 'text'],
    ['content', {}, 'text'],
    ['content', { format: 'uri', maxLength: 8000 }, 'line'],
  ])('called %s with %j is a %s', (name, schema, kind) => {
    const properties = { [name]: { type: 'string', ...schema } };
    expect(fieldsOf({ type: 'object', properties })[0]?.kind).toBe(kind);
  });
});

describe('the name of a file', () => {
  const nameFor = (text: string, names: string[]) => {
    const texts = {
      first: { type: 'string', format: 'textarea' },
      ...(names.length > 1 && { second: { type: 'string', format: 'textarea' } }),
    };
    const properties = { ...texts, ...Object.fromEntries(names.map((name) => [name, { type: 'string' }])) };
    const made = fieldsOf({ type: 'object', properties });
    const field = made.find((candidate) => candidate.name === text);
    return field && fileNameField(made, field)?.name;
  };
  it('goes to the field that is about this text', () => {
    expect(nameFor('first', ['name'])).toBe('name');
    expect(nameFor('second', ['firstName', 'second_name'])).toBe('second_name');
    expect(nameFor('second', ['name', 'title'])).toBeUndefined();
  });
});

describe('a pipeline without an input schema', () => {
  const whole = fieldsOf(undefined);
  const readWhole = (text: string) => inputOf(whole, { '': text }, undefined);
  it('asks for the whole input as a JSON object', () => {
    expect(readWhole('{ "topic": "tea" }')).toEqual({ ok: true, input: { topic: 'tea' } });
    expect(readWhole('')).toEqual({ ok: true, input: {} });
    expect(readWhole('[1]')).toMatchObject({
      ok: false,
      errors: { '': expect.stringContaining('JSON object') },
    });
  });
});

describe('a schema in words that the form does not know', () => {
  it('is left to the API to check', () => {
    const odd: JsonSchema = {
      type: 'object',
      properties: { a: { $ref: 'https://elsewhere.example/schema' } },
    };
    expect(inputOf(fieldsOf(odd), { a: '1' }, odd)).toEqual({ ok: true, input: { a: 1 } });
  });
});
