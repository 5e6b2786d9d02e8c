/** Pipelines of every kind of node. Whatever their runs give depends on the input `n` alone, never on when something happens. */
type Part = Record<string, unknown>;

const call = (id: string, target: string, path = id, more: Part = {}): Part => ({
  ...{ id, type: 'action' },
  config: { action: 'call_api', method: 'POST', url: `${target}/${path}`, body: '{{ input.n }}' },
  ...more,
});
const compute = (id: string, expression: string): Part => ({ id, type: 'transform', config: { expression } });
const ask = (id: string, more: Part = {}): Part => ({
  ...{ id, type: 'human' },
  config: { title: `May {{ input.n }} go on?`, ...more },
});
const line = (...ids: string[]): Part[] => ids.slice(1).map((to, index) => ({ from: ids[index], to }));
const each = (id: string, config: Part): Part => ({ id, type: 'map', config });

const INNER = 'chaos-inner';
const inner = (target: string): Part => ({
  name: INNER,
  inputSchema: { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] },
  nodes: [
    call('work', target, 'inner'),
    { id: 'rest', type: 'delay', config: { duration: '700ms' } },
    compute('out', '{"n": input.n, "at": nodes.work.body}'),
  ],
  edges: line('work', 'rest', 'out'),
});

const lines = (target: string): Part => ({
  name: 'chaos-lines',
  nodes: [
    { id: 'begin', type: 'trigger', config: { kind: 'manual' } },
    ...['a', 'b', 'c'].map((id) => call(id, target)),
    { id: 'even', type: 'condition', config: { expression: 'input.n % 2 = 0' } },
    { id: 'fork', type: 'parallel' },
    { id: 'note', type: 'action', config: { action: 'write_file', path: 'n.txt', content: '{{ input.n }}' } },
    {
      ...{ id: 'twice', type: 'action' },
      config: {
        action: 'call_tool',
        tool: 'calculator',
        arguments: { expression: '{{ input.n & " * 2" }}' },
      },
    },
    { id: 'odd', type: 'filter', config: { items: '[1..9]', where: 'item % 2 = 1' } },
    call('odd_one', target),
    { id: 'joined', type: 'merge', config: { mode: 'all' } },
    compute('out', '{"b": nodes.b.body, "odd": nodes.odd, "joined": $keys(nodes.joined)}'),
  ],
  edges: [
    ...line('begin', 'a', 'b', 'c', 'even'),
    ...[
      { from: 'even', to: 'fork', port: 'true' },
      { from: 'even', to: 'odd_one', port: 'false' },
    ],
    ...line('fork', 'note', 'joined'),
    ...line('fork', 'twice', 'joined'),
    ...line('fork', 'odd', 'joined'),
    ...line('odd_one', 'joined', 'out'),
  ],
});

const approval = (target: string): Part => ({
  name: 'chaos-approval',
  nodes: [
    call('before', target),
    ask('ask', { value: { n: '{{ input.n }}' } }),
    call('after', target),
    call('refused', target),
    compute('out', '{"decision": nodes.ask.decision, "value": nodes.ask.value, "by": nodes.ask.by}'),
  ],
  edges: [
    ...line('before', 'ask'),
    ...[
      { from: 'ask', to: 'after', port: 'approved' },
      { from: 'ask', to: 'refused', port: 'rejected' },
    ],
    ...line('ask', 'out').map((edge) => ({ ...edge, port: 'approved' })),
  ],
});

const items = (target: string): Part => ({
  name: 'chaos-items',
  nodes: [
    each('each', {
      ...{ items: '[1..12]', concurrency: 4, onError: 'continue' },
      pipeline: {
        nodes: [
          {
            ...{ id: 'one', type: 'action' },
            config: { action: 'call_api', method: 'POST', url: `${target}/item/{{ item }}` },
          },
          { id: 'rest', type: 'delay', config: { duration: '300ms' } },
          compute('out', 'nodes.one.body'),
        ],
        edges: line('one', 'rest', 'out'),
      },
    }),
    compute('out', '$count(nodes.each[$ != null])'),
  ],
  edges: line('each', 'out'),
});

const manyItems = (target: string): Part => ({
  name: 'chaos-many-items',
  nodes: [
    each('each', {
      ...{ items: '[1..260]', concurrency: 20 },
      pipeline: {
        nodes: [
          { id: 'some', type: 'condition', config: { expression: 'item % 20 = 0' } },
          call('one', target, 'some-item'),
        ],
        edges: [{ from: 'some', to: 'one', port: 'true' }],
      },
    }),
    compute('out', '$count(nodes.each.one)'),
  ],
  edges: line('each', 'out'),
});

const askedItems = (target: string): Part => ({
  name: 'chaos-asked-items',
  nodes: [
    each('each', {
      ...{ items: '[1, 2, 3]', concurrency: 3 },
      pipeline: {
        nodes: [
          ask('ask', { title: 'Item {{ item }} of {{ input.n }}?' }),
          call('one', target, 'asked-item'),
        ],
        edges: [{ from: 'ask', to: 'one', port: 'approved' }],
      },
    }),
    compute('out', '$count(nodes.each.one)'),
  ],
  edges: line('each', 'out'),
});

const pipelines = (target: string): Part => ({
  name: 'chaos-sub',
  nodes: [
    { id: 'once', type: 'pipeline', config: { pipelineId: INNER, input: { n: '{{ input.n }}' } } },
    each('each', { items: '[1..4].{"n": $}', concurrency: 2, pipelineId: INNER }),
    call('after', target),
    compute('out', '{"once": nodes.once.out.n, "each": nodes.each.out.n}'),
  ],
  edges: line('once', 'each', 'after', 'out'),
});

const timers = (target: string): Part => ({
  name: 'chaos-timers',
  nodes: [
    { id: 'fork', type: 'parallel' },
    { id: 'short', type: 'delay', config: { duration: '1 second' } },
    { id: 'long', type: 'delay', config: { duration: '{{ 2000 + input.n & "ms" }}' } },
    call('after_short', target),
    call('after_long', target),
    { id: 'joined', type: 'merge', config: { mode: 'all' } },
    compute('out', '$keys(nodes.joined)'),
  ],
  edges: [
    ...line('fork', 'short', 'after_short', 'joined'),
    ...line('fork', 'long', 'after_long', 'joined', 'out'),
  ],
});

const agents = (target: string): Part => ({
  name: 'chaos-agents',
  nodes: [
    call('before', target),
    {
      id: 'ask',
      type: 'agent',
      config: { agent: 'editor', prompt: 'Say in a sentence what {{ input.n }} is.' },
    },
    call('after', target),
    compute('out', 'nodes.ask.text'),
  ],
  edges: line('before', 'ask', 'after', 'out'),
});

/** Somebody pauses it while it asks, decides meanwhile, and lets it go on. */
const paused = (target: string): Part => ({
  name: 'chaos-paused',
  nodes: [call('before', target), ask('ask'), call('after', target), call('last', target)],
  edges: [...line('before', 'ask'), { from: 'ask', to: 'after', port: 'approved' }, ...line('after', 'last')],
});

/** Somebody cancels it while it waits for an answer that never comes. */
const canceled = (target: string): Part => ({
  name: 'chaos-canceled',
  nodes: [
    call('before', target),
    call('hangs', target, 'hangs', { timeout: '30 minutes' }),
    call('never', target),
  ],
  edges: line('before', 'hangs', 'never'),
});

/** Fails beside something that waits. */
const failing = (target: string): Part => ({
  name: 'chaos-failing',
  nodes: [
    ask('ask', { title: 'Nobody answers this' }),
    call('fails', target, 'fails'),
    call('never', target),
  ],
  edges: line('fails', 'never'),
});

const late = (): Part => ({
  name: 'chaos-late',
  timeout: '10 seconds',
  nodes: [{ id: 'wait', type: 'delay', config: { duration: '1 hour' } }, compute('never', '1')],
  edges: line('wait', 'never'),
});

/** In the order in which they have to be stored. */
export const definitionsFor = (target: string): Part[] => [
  ...[inner(target), lines(target), approval(target), items(target), manyItems(target), askedItems(target)],
  ...[
    pipelines(target),
    timers(target),
    agents(target),
    paused(target),
    canceled(target),
    failing(target),
    late(),
  ],
];
