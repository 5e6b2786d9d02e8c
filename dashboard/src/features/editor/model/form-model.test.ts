import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';

import { JsonObject } from '../../../../../contracts/json.ts';
import { LEAF_KINDS } from '../../../../../contracts/node-kinds/index.ts';
import { RetryPolicy } from '../../../../../contracts/pipeline.ts';
import { ACTION_HINTS, HINTS } from './form-hints.ts';
import { fieldsOfSchema, variantsOf, withField } from './form-model.ts';

const schemaOf = (type: z.ZodType) => JsonObject.parse(z.toJSONSchema(type, { io: 'input' }));
const controls = (kind: keyof typeof LEAF_KINDS, config: JsonObject = {}) =>
  Object.fromEntries(
    fieldsOfSchema(schemaOf(LEAF_KINDS[kind].config), HINTS[kind], config).map(({ name, control }) => [
      name,
      control,
    ]),
  );

describe('forms of the kinds', () => {
  it('write each field with what suits it', () => {
    expect(controls('agent')).toEqual({ agent: 'agent', prompt: 'template', outputSchema: 'schema' });
    expect(controls('circle')).toEqual({
      ...{ circle: 'circle', topic: 'template', mode: 'choice', settings: 'json' },
    });
    expect(controls('filter')).toEqual({ items: 'expression', where: 'expression' });
    expect(controls('pipeline')).toEqual({ pipelineId: 'pipeline', version: 'version', input: 'json' });
    expect(controls('human')).toMatchObject({
      title: 'template',
      form: 'schema',
      approvers: 'words',
      escalate: 'group',
    });
  });

  it('show a field only where it means something', () => {
    expect(Object.keys(controls('merge', { mode: 'all' }))).toEqual(['mode']);
    expect(Object.keys(controls('merge', { mode: 'quorum' }))).toEqual(['mode', 'count']);
  });

  it('tell the actions apart, each with its own fields', () => {
    const variants = variantsOf(schemaOf(LEAF_KINDS.action.config));
    expect(variants?.name).toBe('action');
    const call = variants?.schemas.get('call_api') ?? {};
    expect(
      fieldsOfSchema(call, ACTION_HINTS, { method: 'POST' }).map(
        ({ name, control }) => `${name}: ${control}`,
      ),
    ).toEqual(['method: choice', 'url: template', 'headers: pairs', 'body: json']);
  });

  it('know the ports and schemas of every kind without a hint being wrong', () => {
    for (const [kind, { config }] of Object.entries(LEAF_KINDS)) {
      const variants = variantsOf(schemaOf(config));
      const schemas = variants === undefined ? [schemaOf(config)] : [...variants.schemas.values()];
      const known = schemas.flatMap((schema) => Object.keys(JsonObject.parse(schema['properties'] ?? {})));
      for (const hinted of Object.keys(kind === 'action' ? {} : (HINTS[kind] ?? {})))
        expect(known).toContain(hinted);
    }
  });
});

describe('a form without hints', () => {
  it('comes from the schema alone', () => {
    const fields = fieldsOfSchema({
      type: 'object',
      required: ['level'],
      properties: {
        note: { type: 'string', maxLength: 2000 },
        level: { enum: ['low', 'high'], description: 'How loud' },
        tags: { type: 'array', items: { type: 'string' } },
        limits: { type: 'object', properties: { least: { type: 'integer', minimum: 1 } } },
        anything: {},
      },
    });
    expect(fields.map(({ name, control }) => [name, control])).toEqual([
      ['level', 'choice'],
      ['note', 'paragraph'],
      ['tags', 'words'],
      ['limits', 'group'],
      ['anything', 'json'],
    ]);
    expect(fields[0]).toMatchObject({ hint: 'How loud.', required: true, label: 'Level' });
    expect(fields[3]?.fields[0]).toMatchObject({ name: 'least', whole: true, least: 1 });
  });

  it('knows bounds and defaults', () => {
    const [attempts] = fieldsOfSchema(schemaOf(RetryPolicy));
    expect(attempts).toMatchObject({
      label: 'Maximum attempts',
      control: 'number',
      fallback: 3,
      least: 1,
      most: 100,
    });
  });
});

it('leaves a field out that is set to nothing', () => {
  expect(withField({ a: 1, b: 2 }, 'a', undefined)).toEqual({ b: 2 });
  expect(withField({ a: 1 }, 'b', null)).toEqual({ a: 1, b: null });
});
