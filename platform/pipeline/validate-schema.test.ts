import { it } from '@jest/globals';

import { call, compute, each, edge, merge, pipeline } from '../../testing/pipeline-parts.ts';
import { expectRefused, type RefusedRow } from '../../testing/pipeline-validation.ts';

const inner = 'nodes[0].config.pipeline';
const SCHEMA: RefusedRow[] = [
  ['a field that is missing', { nodes: [compute('a')] }, ['name', /missing.*string/]],
  ['a field of another type', pipeline([compute('a')], [], { name: 3 }), ['name', /must be a string/]],
  [
    'a field that nobody knows',
    pipeline([compute('a', '1', { retries: 3 })]),
    ['nodes[0].retries', /"retries"/, { nodeId: 'a' }],
  ],
  [
    'a kind that nobody knows',
    pipeline([{ id: 'a', type: 'dream', config: {} }]),
    ['nodes[0].type', /one of "agent", "action"/, { nodeId: 'a' }],
  ],
  ['no kind', pipeline([{ id: 'a', config: {} }]), ['nodes[0].type', /one of/, { nodeId: 'a' }]],
  [
    'an action that nobody knows',
    pipeline([{ id: 'a', type: 'action', config: { action: 'sing' } }]),
    ['nodes[0].config.action', /"call_api", "write_file"/, { nodeId: 'a' }],
  ],
  ['a node that is none', pipeline([compute('a'), 5]), ['nodes[1]', /must be an object/]],
  [
    'an id with other characters',
    pipeline([compute('my-node')]),
    ['nodes[0].id', /must match/, { nodeId: 'my-node' }],
  ],
  ['no nodes', pipeline([]), ['nodes', /at least 1/]],
  [
    'a duration that is none',
    pipeline([compute('a')], [], { timeout: 'soon' }),
    ['timeout', /must be a duration/],
  ],
  [
    'a text that is too long',
    pipeline([compute('a', '1', { name: 'n'.repeat(121) })]),
    ['nodes[0].name', /at most 120 characters/, { nodeId: 'a' }],
  ],
  [
    'a number out of bounds',
    pipeline([call('a', {}, { retry: { maximumAttempts: 0 } })]),
    ['nodes[0].retry.maximumAttempts', /at least 1/, { nodeId: 'a' }],
  ],
  [
    'a choice that is none',
    pipeline([compute('a', '1', { onError: 'ignore' })]),
    ['nodes[0].onError', /"fail", "continue", "route"/, { nodeId: 'a' }],
  ],
  [
    'a quorum without a count',
    pipeline([merge('a', { mode: 'quorum' })]),
    ['nodes[0].config.count', /needs a count/, { nodeId: 'a' }],
  ],
  [
    'a field of an edge that nobody knows',
    pipeline([compute('a'), compute('b')], [{ id: 'e', ...edge('a', 'b'), when: 1 }]),
    ['edges[0].when', /"when"/, { edgeId: 'e' }],
  ],
  [
    'a field inside a map',
    pipeline([each('m', [{ id: 'x', type: 'transform', config: {} }])]),
    [`${inner}.nodes[0].config.expression`, /missing/, { nodeId: 'x' }],
  ],
  ['something that is no definition', 'digest', ['', /must be an object/]],
  ['nothing', null, ['', /must be an object/]],
  [
    'what is not JSON',
    pipeline([compute('a')], [], { description: new Date(0) }),
    ['description', /not JSON/],
  ],
];

it.each(SCHEMA)('refuses %s, and says so', (_what, definition, ...culprits) => {
  expectRefused(definition, culprits);
});
