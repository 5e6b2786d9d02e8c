import { expect, it } from '@jest/globals';

import { ask, call, compute, pipeline, write } from '../../testing/pipeline-parts.ts';
import { expectRefused, type RefusedRow } from '../../testing/pipeline-validation.ts';
import { validatePipeline } from './validate-pipeline.ts';

const CONFIG: RefusedRow[] = [
  [
    'an agent that is not there',
    pipeline([ask('a', { agent: 'bob' })]),
    ['nodes[0].config.agent', /no agent "bob".*one of editor$/, { nodeId: 'a' }],
  ],
  [
    'a URL of another scheme',
    pipeline([call('a', { url: 'file:///etc/passwd' })]),
    ['nodes[0].config.url', /no http or https URL/, { nodeId: 'a' }],
  ],
  [
    'a URL of another scheme before a template',
    pipeline([call('a', { url: 'ftp://{{ input.host }}' })]),
    ['nodes[0].config.url', /no http or https URL/, { nodeId: 'a' }],
  ],
  [
    'a relative URL',
    pipeline([call('a', { url: '/hooks/1' })]),
    ['nodes[0].config.url', /no http or https URL/, { nodeId: 'a' }],
  ],
  [
    'a URL that is none',
    pipeline([call('a', { url: 'https://exa mple' })]),
    ['nodes[0].config.url', /is not a URL/, { nodeId: 'a' }],
  ],
  [
    'a password in a URL',
    pipeline([call('a', { url: 'https://me:secret@api.example' })]),
    ['nodes[0].config.url', /use a header/, { nodeId: 'a' }],
  ],
  [
    'a header that is none',
    pipeline([call('a', { headers: { 'x id': '1' } })]),
    ['nodes[0].config.headers["x id"]', /no name of an HTTP header/, { nodeId: 'a' }],
  ],
  [
    'an absolute path',
    pipeline([write('a', '/etc/passwd')]),
    ['nodes[0].config.path', /relative/, { nodeId: 'a' }],
  ],
  [
    'a path with a drive',
    pipeline([write('a', 'C:\\x.txt')]),
    ['nodes[0].config.path', /relative/, { nodeId: 'a' }],
  ],
  [
    'a path that leads out',
    pipeline([write('a', 'a/../../b.txt')]),
    ['nodes[0].config.path', /remove \.\./, { nodeId: 'a' }],
  ],
  [
    'a path that leads out beside a template',
    pipeline([write('a', '{{ input.x }}/../b.txt')]),
    ['nodes[0].config.path', /remove \.\./, { nodeId: 'a' }],
  ],
  [
    'a path to a folder',
    pipeline([write('a', 'reports/')]),
    ['nodes[0].config.path', /names a folder/, { nodeId: 'a' }],
  ],
  [
    'a timeout of nothing',
    pipeline([call('a', {}, { timeout: '0 seconds' })]),
    ['nodes[0].timeout', /longer than nothing/, { nodeId: 'a' }],
  ],
  [
    'a pipeline timeout of nothing',
    pipeline([compute('a')], [], { timeout: '0ms' }),
    ['timeout', /longer than nothing/],
  ],
  [
    'a retry without a wait',
    pipeline([call('a', {}, { retry: { initialInterval: '0s' } })]),
    ['nodes[0].retry.initialInterval', /longer than nothing/, { nodeId: 'a' }],
  ],
  [
    'a retry whose longest wait is shorter than its first',
    pipeline([call('a', {}, { retry: { initialInterval: '2 minutes' } })]),
    ['nodes[0].retry.maximumInterval', /shorter/, { nodeId: 'a' }],
  ],
  [
    'an input schema that is none',
    pipeline([compute('a')], [], { inputSchema: { properties: { a: { type: 'text' } } } }),
    ['inputSchema.properties.a.type', /must be/],
  ],
  [
    'an input schema for no object',
    pipeline([compute('a')], [], { inputSchema: { type: 'string' } }),
    ['inputSchema.type', /say "object"/],
  ],
  [
    'an input schema of an unknown draft',
    pipeline([compute('a')], [], { inputSchema: { $schema: 'http://json-schema.org/draft-04/schema#' } }),
    ['inputSchema.$schema', /2020-12/],
  ],
  [
    'a schema that is somewhere else',
    pipeline([compute('a')], [], { inputSchema: { properties: { a: { $ref: 'https://x.example/a' } } } }),
    ['inputSchema.properties.a.$ref', /nothing is fetched/],
  ],
  [
    'a reference to nothing',
    pipeline([compute('a')], [], { inputSchema: { $ref: '#/$defs/a' } }),
    ['inputSchema', /can't resolve reference/],
  ],
  [
    'a pattern that no linear matcher has',
    pipeline([ask('a', { outputSchema: { pattern: '(?=a)' } })]),
    ['nodes[0].config.outputSchema.pattern', /no look-around/, { nodeId: 'a' }],
  ],
  [
    'an output schema that is none',
    pipeline([ask('a', { outputSchema: { required: 'all' } })]),
    ['nodes[0].config.outputSchema.required', /must be array/, { nodeId: 'a' }],
  ],
  [
    'a delay that no run ever sees the end of',
    pipeline([{ id: 'a', type: 'delay', config: { duration: '99999999 days' } }]),
    ['nodes[0].config.duration', /at most ten years/, { nodeId: 'a' }],
  ],
];

it.each(CONFIG)('refuses %s, and says so', (_what, definition, ...culprits) => {
  expectRefused(definition, culprits);
});

it('knows the circles that there are, and names no other', () => {
  const talk = (circle: string) =>
    pipeline([{ id: 'talk', type: 'circle', config: { circle, topic: '{{ input.what }}' } }]);
  const references = { agents: new Set<string>(), circles: new Set(['design-debate']) };
  expect(validatePipeline(talk('design-debate'), references)).toMatchObject({ ok: true });
  expect(validatePipeline(talk('board'), references)).toEqual({
    ok: false,
    problems: [
      {
        path: 'nodes[0].config.circle',
        nodeId: 'talk',
        message: 'There is no circle "board": make it first',
      },
    ],
  });
});
