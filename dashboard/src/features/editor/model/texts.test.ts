import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { readDraft } from './draft.ts';
import { joinDuration, splitDuration } from './durations.ts';
import { readJsonText, writeJsonText } from './json-text.ts';
import { sameDefinition } from './same-definition.ts';
import { asType, newRow, rowsOf, withRows } from './schema-rows.ts';
import { draftToYaml, yamlToDraft } from './yaml-text.ts';

describe('durations', () => {
  it.each([
    ['30 seconds', '30', 'seconds', '30 seconds'],
    ['1 hour', '1', 'hours', '1 hour'],
    ['500ms', '500', 'milliseconds', '500ms'],
    ['2.5d', '2.5', 'days', '2.5 days'],
  ] as const)('%s', (text, amount, unit, written) => {
    expect(splitDuration(text)).toEqual({ amount, unit });
    expect(joinDuration(amount, unit)).toBe(written);
  });

  it('are not what an expression is', () => {
    expect(splitDuration('{{ input.wait }}')).toBeUndefined();
    expect(splitDuration('soon')).toBeUndefined();
  });
});

describe('JSON in a field', () => {
  it('is read and written back', () => {
    expect(readJsonText('{"a": [1]}')).toEqual({ ok: true, value: { a: [1] } });
    expect(readJsonText('  ')).toEqual({ ok: true, value: undefined });
    expect(writeJsonText({ a: 1 })).toBe('{\n  "a": 1\n}');
  });

  it('may be one lone expression without quotes', () => {
    expect(readJsonText('{{ nodes.a }}')).toEqual({ ok: true, value: '{{ nodes.a }}' });
    expect(writeJsonText('{{ nodes.a }}')).toBe('{{ nodes.a }}');
    expect(writeJsonText('text')).toBe('"text"');
  });

  it('says that it cannot be read', () => {
    expect(readJsonText('{"a":')).toMatchObject({ ok: false });
  });
});

describe('YAML', () => {
  const seed = (name: string) =>
    readFileSync(resolve(import.meta.dirname, `../../../../../seeds/pipelines/${name}.yaml`), 'utf8');

  it.each(['document-digest', 'compare-documents', 'fetch-and-brief', 'meeting-minutes'])(
    'of %s comes back as it was',
    (name) => {
      const first = yamlToDraft(seed(name));
      if (!first.ok) throw new Error(first.message);
      expect(yamlToDraft(draftToYaml(first.draft))).toEqual(first);
    },
  );

  it('says first what a pipeline is, and keeps a place on one line', () => {
    const read = readDraft({
      edges: [],
      nodes: [{ position: { x: 1, y: 2 }, config: {}, type: 'merge', id: 'm' }],
      name: 'n',
    });
    if (!read.ok) throw new Error(read.message);
    const text = draftToYaml(read.draft);
    expect(text.startsWith('name: n\n')).toBe(true);
    expect(text).toContain('- id: m\n');
    expect(text).toContain('position: { x: 1, y: 2 }');
  });

  it('says where it cannot be read', () => {
    expect(yamlToDraft('name: a\nnodes: [\n')).toMatchObject({ ok: false, line: expect.any(Number) });
    expect(yamlToDraft('name: a\nname: b\n')).toMatchObject({ ok: false });
    expect(yamlToDraft('- a\n')).toMatchObject({ ok: false, line: null });
  });
});

describe('fields of a schema', () => {
  const schema = {
    type: 'object',
    title: 'Document',
    properties: { text: { type: 'string', maxLength: 5000, format: 'textarea' }, size: { type: 'integer' } },
    required: ['text'],
    additionalProperties: false,
  };

  it('come back as they were', () => {
    const rows = rowsOf(schema) ?? [];
    expect(rows.map(({ name, type, required }) => [name, type, required])).toEqual([
      ['text', 'long text', true],
      ['size', 'whole number', false],
    ]);
    expect(withRows(schema, rows)).toEqual(schema);
  });

  it('keep title and description when their type changes', () => {
    expect(asType({ type: 'string', title: 'Size', minLength: 2 }, 'number')).toEqual({
      type: 'number',
      title: 'Size',
    });
  });

  it('get a name that is free', () => {
    expect(newRow([{ name: 'field2', type: 'text', required: false, schema: {} }]).name).toBe('field3');
  });

  it('are only shown of a plain object', () => {
    expect(rowsOf({ oneOf: [] })).toBeUndefined();
  });
});

it('tells definitions apart by what they say, not by the order of their fields', () => {
  expect(sameDefinition({ a: 1, b: [{ c: 2, d: 3 }] }, { b: [{ d: 3, c: 2 }], a: 1 })).toBe(true);
  expect(sameDefinition({ a: [1, 2] }, { a: [2, 1] })).toBe(false);
});
