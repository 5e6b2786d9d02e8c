import { beforeAll, describe, expect, it } from '@jest/globals';

import { PipelineValidation } from '../contracts/pipeline.ts';
import { Problem } from '../contracts/problem.ts';
import { withApi } from '../testing/api-server.ts';
import { call, compute, edge, pipeline } from '../testing/pipeline-parts.ts';

const api = withApi();
const times = <Value>(count: number, make: (index: number) => Value): Value[] =>
  Array.from({ length: count }, (_, index) => make(index));
const jsonOf = (definition: unknown): string => JSON.stringify(definition);
const nested = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`;
const bodyOf = (json: string): string =>
  jsonOf(pipeline([call('a', { body: 'BODY' })])).replace('"BODY"', json);
const invalidUtf8 = Buffer.concat([Buffer.from('{"name":"'), Buffer.of(0xff, 0xc3, 0x28), Buffer.from('"}')]);

/** What it is, its bytes as JSON and as YAML, and what the answer says of it. */
const hostile: [
  string,
  { json: string | Buffer<ArrayBuffer>; yaml: string | Buffer<ArrayBuffer>; says: RegExp },
][] = [
  [
    '10 MB of text',
    {
      json: jsonOf(pipeline([compute('a')], [], { description: 'x'.repeat(10_000_000) })),
      yaml: `name: a\ndescription: ${'x'.repeat(10_000_000)}\n`,
      says: /must not be larger than \d+ bytes/,
    },
  ],
  [
    '10 MB of nodes',
    {
      json: jsonOf(pipeline(times(150_000, (index) => compute(`n${index}`)))),
      yaml: `name: a\nnodes:\n${times(200_000, (index) => `  - id: n${index}\n    type: transform\n`).join('')}`,
      says: /must not be larger than \d+ bytes/,
    },
  ],
  [
    '5,000 nodes',
    {
      json: jsonOf(
        pipeline(
          times(5_000, (index) => compute(`n${index}`)),
          times(4_999, (index) => edge(`n${index}`, `n${index + 1}`)),
        ),
      ),
      yaml: `name: a\nnodes:\n${times(5_000, (index) => `  - { id: n${index}, type: transform, config: { expression: '1' } }\n`).join('')}`,
      says: /5000 nodes/,
    },
  ],
  ['200 levels of nesting', { json: bodyOf(nested(200)), yaml: bodyOf(nested(200)), says: /deep/ }],
  [
    '100,000 levels of nesting',
    { json: bodyOf(nested(100_000)), yaml: bodyOf(nested(40_000)), says: /deep/ },
  ],
  [
    'a key twice',
    {
      json: jsonOf(pipeline([compute('a')])).replace('{', '{"name":"first",'),
      yaml: 'name: a\nnodes: [{ id: a, type: transform, type: filter, config: { expression: "1" } }]\n',
      says: /twice in one object/,
    },
  ],
  ['bytes that are not UTF-8', { json: invalidUtf8, yaml: invalidUtf8, says: /not UTF-8/ }],
  [
    'a key that is a prototype',
    {
      json: '{"name":"p","nodes":[{"id":"a","type":"transform","config":{"expression":"1"}}],"__proto__":{"polluted":true}}',
      yaml: 'name: p\nnodes: [{ id: a, type: transform, config: { expression: "1" } }]\n__proto__: { polluted: true }\n',
      says: /__proto__/,
    },
  ],
  [
    'a key that is a prototype, far inside',
    {
      json: bodyOf('[{"x":{"__proto__":{"polluted":1}}}]'),
      yaml: bodyOf('[{"x":{"__proto__":{"polluted":1}}}]'),
      says: /__proto__/,
    },
  ],
  [
    'an alias that holds itself',
    {
      json: bodyOf(nested(101)),
      yaml: `name: a\nnodes: [{ id: a, type: action, config: { action: call_api, url: 'https://x.example', body: &b [*b] } }]\n`,
      says: /deep/,
    },
  ],
];

const send = (
  method: string,
  path: string,
  body: string | Buffer<ArrayBuffer>,
  type: string,
): Promise<Response> =>
  fetch(`${api.url}/api${path}`, {
    method,
    headers: { authorization: `Bearer ${api.as.editor.token}`, 'content-type': type, 'if-match': '*' },
    body,
  });
const stateOf = async (): Promise<unknown> => {
  const { items } = await api.as.viewer.json<{ items: unknown[] }>('GET', '/pipelines');
  return items;
};
const wordsOf = async (response: Response): Promise<[number, string]> => {
  const { detail, errors } = Problem.parse(await response.json());
  return [response.status, [detail, ...errors.map(({ path, message }) => `${path}: ${message}`)].join('\n')];
};

beforeAll(async () => {
  await api.as.editor.json('POST', '/pipelines', pipeline([compute('a')], [], { name: 'kept' }));
});

describe.each(hostile)('%s', (_, { json, yaml, says }) => {
  it.each([
    ['POST', '/pipelines', 'application/json'],
    ['PUT', '/pipelines/kept', 'application/json'],
    ['POST', '/pipelines/import', 'application/yaml'],
  ])('is refused by %s %s, and nothing is stored', async (method, path, type) => {
    const before = await stateOf();
    const [status, words] = await wordsOf(
      await send(method, path, type === 'application/json' ? json : yaml, type),
    );
    expect([400, 413, 422]).toContain(status);
    expect(words).toMatch(says);
    expect(await stateOf()).toEqual(before);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('is named by validation', async () => {
    const response = await send('POST', '/pipelines/validate', json, 'application/json');
    if (response.status !== 200) {
      expect((await wordsOf(response))[1]).toMatch(says);
      return;
    }
    const { valid, problems } = PipelineValidation.parse(await response.json());
    expect(valid).toBe(false);
    expect(problems.map(({ path, message }) => `${path}: ${message}`).join('\n')).toMatch(says);
  });
});

it('was never wrong', () => {
  expect(api.complaints).toEqual([]);
});
