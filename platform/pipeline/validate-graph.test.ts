import { it } from '@jest/globals';

import { choose, compute, deepMap, each, edge, merge, pipeline } from '../../testing/pipeline-parts.ts';
import { expectRefused, type RefusedRow } from '../../testing/pipeline-validation.ts';

const inner = 'nodes[0].config.pipeline';
const GRAPH: RefusedRow[] = [
  [
    'an id twice',
    pipeline([compute('a'), compute('a')]),
    ['nodes[1].id', /taken by nodes\[0\]/, { nodeId: 'a' }],
  ],
  [
    'an id twice inside a map',
    pipeline([each('m', [compute('x'), compute('x')])]),
    [`${inner}.nodes[1].id`, /taken/, { nodeId: 'x' }],
  ],
  [
    'an id that every object has',
    pipeline([compute('constructor')]),
    ['nodes[0].id', /choose another/, { nodeId: 'constructor' }],
  ],
  [
    'an edge to nowhere',
    pipeline([compute('a')], [edge('a', 'b')]),
    ['edges[0].to', /no node "b": known are a/, { edgeId: 'a→b' }],
  ],
  [
    'an edge from nowhere',
    pipeline([compute('a')], [{ id: 'e1', ...edge('b', 'a') }]),
    ['edges[0].from', /no node "b"/, { edgeId: 'e1' }],
  ],
  [
    'an edge into a map',
    pipeline([each('m', [compute('x')]), compute('a')], [edge('a', 'x')]),
    ['edges[0].to', /no node "x"/, { edgeId: 'a→x' }],
  ],
  [
    'an edge to itself',
    pipeline([compute('a')], [edge('a', 'a')]),
    ['edges[0]', /to itself/, { edgeId: 'a→a' }],
  ],
  [
    'an edge twice',
    pipeline([compute('a'), compute('b')], [edge('a', 'b'), edge('a', 'b', 'default')]),
    ['edges[1]', /what edges\[0\] says/, { edgeId: 'a→b:default' }],
  ],
  [
    'a port that the kind lacks',
    pipeline([compute('a'), compute('b')], [edge('a', 'b', 'true')]),
    ['edges[0].port', /no port "true": its ports are default/, { edgeId: 'a→b:true' }],
  ],
  [
    'a condition left by no port',
    pipeline([choose('a'), compute('b')], [edge('a', 'b')]),
    ['edges[0].port', /say which, true, false/, { edgeId: 'a→b' }],
  ],
  [
    'an error port without its route',
    pipeline([compute('a'), compute('b')], [edge('a', 'b', 'error')]),
    ['edges[0].port', /set its onError to "route"/, { edgeId: 'a→b:error' }],
  ],
  [
    'a cycle',
    pipeline(
      [compute('z'), compute('a'), compute('b'), compute('c')],
      [edge('b', 'c'), edge('a', 'b'), edge('c', 'a')],
    ),
    ['edges[2]', /cycle a → b → c → a/, { nodeId: 'a', edgeId: 'c→a' }],
  ],
  [
    'two cycles',
    pipeline(
      [compute('a'), compute('b'), compute('c'), compute('d')],
      [edge('a', 'b'), edge('b', 'a'), edge('c', 'd'), edge('d', 'c')],
    ),
    ['edges[1]', /cycle a → b → a/, { nodeId: 'a', edgeId: 'b→a' }],
    ['edges[3]', /cycle c → d → c/, { nodeId: 'c', edgeId: 'd→c' }],
  ],
  [
    'a cycle inside a map',
    pipeline([each('m', [compute('x'), compute('y')], [edge('x', 'y'), edge('y', 'x')])]),
    [`${inner}.edges[1]`, /cycle x → y → x/, { nodeId: 'x', edgeId: 'y→x' }],
  ],
  [
    'a quorum that cannot be',
    pipeline(
      [compute('a'), compute('b'), merge('q', { mode: 'quorum', count: 3 })],
      [edge('a', 'q'), edge('b', 'q')],
    ),
    ['nodes[2].config.count', /waits for 3 branches, but 2/, { nodeId: 'q' }],
  ],
  [
    'a quorum that two ports of one condition cannot make up',
    pipeline(
      [choose('a'), merge('q', { mode: 'quorum', count: 2 })],
      [edge('a', 'q', 'true'), edge('a', 'q', 'false')],
    ),
    ['nodes[1].config.count', /waits for 2 branches, but 1/, { nodeId: 'q' }],
  ],
  [
    'maps that are nested too deep',
    pipeline([deepMap(4)]),
    [`${inner}.nodes[0].config.pipeline.nodes[0].config.pipeline.nodes[0]`, /3 deep/, { nodeId: 'm1' }],
  ],
  [
    'more nodes than there may be',
    pipeline(Array.from({ length: 2_001 }, (_, index) => compute(`n${index}`))),
    ['nodes', /2001 nodes, at most 2000/],
  ],
  [
    'more nodes than there may be, in maps',
    pipeline(
      Array.from({ length: 20 }, (_, map) =>
        each(
          `m${map}`,
          Array.from({ length: 100 }, (_, index) => compute(`n${index}`)),
        ),
      ),
    ),
    ['nodes', /2020 nodes/],
  ],
];

it.each(GRAPH)('refuses %s, and says so', (_what, definition, ...culprits) => {
  expectRefused(definition, culprits);
});
