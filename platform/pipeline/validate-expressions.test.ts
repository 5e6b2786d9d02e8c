import { it } from '@jest/globals';

import { ask, call, compute, each, edge, filter, pipeline, write } from '../../testing/pipeline-parts.ts';
import { expectRefused, type RefusedRow } from '../../testing/pipeline-validation.ts';

const inner = 'nodes[0].config.pipeline';
const EXPRESSIONS: RefusedRow[] = [
  [
    'an expression that does not parse',
    pipeline([compute('a', '1 +')]),
    ['nodes[0].config.expression', /cannot be read/, { nodeId: 'a' }],
  ],
  [
    'a list that does not parse',
    pipeline([filter('a', '[', 'item')]),
    ['nodes[0].config.items', /cannot be read/, { nodeId: 'a' }],
  ],
  [
    'a where that does not parse',
    pipeline([filter('a', '[]', '(')]),
    ['nodes[0].config.where', /cannot be read/, { nodeId: 'a' }],
  ],
  [
    'items of a map that do not parse',
    pipeline([each('m', [compute('x')], [], ')')]),
    ['nodes[0].config.items', /cannot be read/, { nodeId: 'm' }],
  ],
  [
    'a prompt that does not parse',
    pipeline([ask('a', { prompt: 'Hello {{ ( }}' })]),
    ['nodes[0].config.prompt', /cannot be read/, { nodeId: 'a' }],
  ],
  [
    'braces that stay open',
    pipeline([ask('a', { prompt: 'Hello {{ input' })]),
    ['nodes[0].config.prompt', /no closing/, { nodeId: 'a' }],
  ],
  [
    'each text of an action that does not parse',
    pipeline([
      call('a', {
        url: 'https://{{',
        headers: { 'x-id': '{{)}}' },
        body: { list: ['{{ 1 }}', { 'a b': '{{' }] },
      }),
    ]),
    ['nodes[0].config.url', /cannot be read/, { nodeId: 'a' }],
    ['nodes[0].config.headers["x-id"]', /cannot be read/, { nodeId: 'a' }],
    ['nodes[0].config.body.list[1]["a b"]', /cannot be read/, { nodeId: 'a' }],
  ],
  [
    'a content that does not parse',
    pipeline([write('a', 'a.txt', '{{')]),
    ['nodes[0].config.content', /cannot be read/, { nodeId: 'a' }],
  ],
  [
    '$eval',
    pipeline([compute('a', '$eval("1")')]),
    ['nodes[0].config.expression', /\$eval is not available/, { nodeId: 'a' }],
  ],
  [
    'a node that is not there',
    pipeline([compute('a', 'nodes.b')]),
    ['nodes[0].config.expression', /nodes\.b, but there is no such node/, { nodeId: 'a' }],
  ],
  [
    'a node that may come later',
    pipeline([compute('a', 'nodes.b'), compute('b')]),
    ['nodes[0].config.expression', /need not be decided/, { nodeId: 'a' }],
  ],
  [
    'a node that does come later',
    pipeline([compute('a', 'nodes.b'), compute('b')], [edge('a', 'b')]),
    ['nodes[0].config.expression', /need not be decided/, { nodeId: 'a' }],
  ],
  [
    'its own output',
    pipeline([compute('a', 'nodes.a')]),
    ['nodes[0].config.expression', /its own output/, { nodeId: 'a' }],
  ],
  [
    'all that is read in vain',
    pipeline([compute('a', 'nodes.b & nodes.c')]),
    ['nodes[0].config.expression', /nodes\.b/, { nodeId: 'a' }],
    ['nodes[0].config.expression', /nodes\.c/, { nodeId: 'a' }],
  ],
  [
    'the map around it',
    pipeline([each('m', [compute('x', 'nodes.m')])]),
    [`${inner}.nodes[0].config.expression`, /the map that it stands in/, { nodeId: 'x' }],
  ],
  [
    'a node beside the map around it',
    pipeline([each('m', [compute('x', 'nodes.a')]), compute('a')]),
    [`${inner}.nodes[0].config.expression`, /need not be decided/, { nodeId: 'x' }],
  ],
  [
    'a node inside a map, from outside',
    pipeline([each('m', [compute('x')]), compute('a', 'nodes.x')], [edge('m', 'a')]),
    ['nodes[1].config.expression', /no such node/, { nodeId: 'a' }],
  ],
  [
    'an outer node that an inner one hides',
    pipeline([each('m', [compute('a'), compute('x', 'nodes.a')]), compute('a')], [edge('a', 'm')]),
    [`${inner}.nodes[1].config.expression`, /need not be decided/, { nodeId: 'x' }],
  ],
  [
    'item outside of a map',
    pipeline([compute('a', 'item.name')]),
    ['nodes[0].config.expression', /only inside a map/, { nodeId: 'a' }],
  ],
  [
    'index in the items of a filter',
    pipeline([filter('a', '[index]', 'item')]),
    ['nodes[0].config.items', /only inside a map/, { nodeId: 'a' }],
  ],
  [
    'item in the items of a map',
    pipeline([each('m', [compute('x')], [], 'item.list')]),
    ['nodes[0].config.items', /only inside a map/, { nodeId: 'm' }],
  ],
  [
    'a secret in a prompt',
    pipeline([ask('a', { prompt: '{{ secrets.KEY }}' })]),
    ['nodes[0].config.prompt', /in actions only/, { nodeId: 'a' }],
  ],
  [
    'a secret in an expression',
    pipeline([compute('a', 'secrets.KEY')]),
    ['nodes[0].config.expression', /in actions only/, { nodeId: 'a' }],
  ],
  [
    'all secrets at once',
    pipeline([call('a', { body: '{{ secrets }}' })]),
    ['nodes[0].config.body', /A secret must be named/, { nodeId: 'a' }],
  ],
  [
    'a secret of an impossible name',
    pipeline([call('a', { body: '{{ secrets."my key" }}' })]),
    ['nodes[0].config.body', /"my key", which cannot exist/, { nodeId: 'a' }],
  ],
];

it.each(EXPRESSIONS)('refuses %s, and says so', (_what, definition, ...culprits) => {
  expectRefused(definition, culprits);
});
