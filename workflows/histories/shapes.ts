/** Nothing listens there: the connection is refused, which may be tried again. */
const REFUSED = { action: 'call_api', url: 'https://127.0.0.1:1/' };
const DELAYED_AGENT = {
  agent: 'researcher',
  prompt: 'Digest: {{ $string(item) }} is a number that was given.',
};

const DISCUSSION = {
  circle: 'editorial-team',
  topic: 'A note that the office is closed on Friday.',
  settings: { termination: { kind: 'maxTurns', turns: 3 } },
};

interface Shape {
  definition: object;
  /** Asks for its end as soon as it has begun. */
  cancel?: boolean;
  /** Pauses it as soon as it has begun, and lets it go on. */
  pause?: boolean;
}

/** Pipelines whose runs pass every place of the workflow that schedules or waits. */
export const SHAPES: Readonly<Record<string, Shape>> = {
  'pure-chain': {
    definition: {
      nodes: [
        { id: 'a', type: 'transform', config: { expression: '1' } },
        { id: 'b', type: 'condition', config: { expression: 'nodes.a = 1' } },
        { id: 'c', type: 'transform', config: { expression: '"yes"' } },
        { id: 'd', type: 'transform', config: { expression: '"no"' } },
        { id: 'e', type: 'merge', config: {} },
      ],
      edges: [
        { from: 'a', to: 'b' },
        { from: 'b', to: 'c', port: 'true' },
        { from: 'b', to: 'd', port: 'false' },
        { from: 'c', to: 'e' },
        { from: 'd', to: 'e' },
      ],
    },
  },
  'parallel-files': {
    definition: {
      nodes: [
        ...['x', 'y', 'z'].map((id) => ({
          id,
          type: 'action',
          config: { action: 'write_file', path: `${id}.txt`, content: id },
        })),
        { id: 'first', type: 'merge', config: { mode: 'first' } },
        {
          id: 'after',
          type: 'action',
          config: { action: 'write_file', path: 'after.txt', content: 'after' },
        },
      ],
      edges: [...['x', 'y', 'z'].map((from) => ({ from, to: 'first' })), { from: 'first', to: 'after' }],
    },
  },
  'map-of-agents': {
    definition: {
      nodes: [
        {
          id: 'each',
          type: 'map',
          config: {
            items: '[1..5]',
            concurrency: 2,
            onError: 'continue',
            pipeline: {
              nodes: [
                { id: 'odd', type: 'condition', config: { expression: 'item % 2 = 1' } },
                { id: 'digest', type: 'agent', config: DELAYED_AGENT },
                { id: 'bad', type: 'transform', config: { expression: '$error("even")' } },
              ],
              edges: [
                { from: 'odd', to: 'digest', port: 'true' },
                { from: 'odd', to: 'bad', port: 'false' },
              ],
            },
          },
        },
        { id: 'count', type: 'transform', config: { expression: '$count(nodes.each)' } },
      ],
      edges: [{ from: 'each', to: 'count' }],
    },
  },
  'agent-with-tools': {
    definition: {
      nodes: [
        {
          id: 'ask',
          type: 'agent',
          config: { agent: 'analyst', prompt: 'Calculate 17 * 23 and say what the result is.' },
        },
      ],
      edges: [],
    },
  },
  'refused-and-routed': {
    definition: {
      nodes: [
        { id: 'call', type: 'action', onError: 'route', config: REFUSED },
        { id: 'mend', type: 'transform', config: { expression: 'nodes.call.type' } },
      ],
      edges: [{ from: 'call', to: 'mend', port: 'error' }],
    },
  },
  'failed-beside-others': {
    definition: {
      nodes: [
        {
          id: 'bad',
          type: 'action',
          config: { action: 'write_file', path: 'a.txt', content: '{{ $error("no") }}' },
        },
        { id: 'good', type: 'action', config: { action: 'write_file', path: 'b.txt', content: 'b' } },
        { id: 'never', type: 'merge', config: {} },
      ],
      edges: [
        { from: 'bad', to: 'never' },
        { from: 'good', to: 'never' },
      ],
    },
  },
  'people-do-not-answer': {
    definition: {
      nodes: [
        {
          id: 'ask',
          type: 'human',
          config: {
            ...{ title: 'Well?', timeout: '3 seconds', remindAfter: '1 second' },
            escalate: { after: '1500ms', to: ['role:admin'] },
          },
        },
        { id: 'beside', type: 'human', config: { title: 'And?', timeout: '1 second', onTimeout: 'reject' } },
        { id: 'late', type: 'transform', config: { expression: 'nodes.ask.decision' } },
        { id: 'no', type: 'transform', config: { expression: 'nodes.beside.decision' } },
      ],
      edges: [
        { from: 'ask', to: 'late', port: 'timeout' },
        { from: 'beside', to: 'no', port: 'rejected' },
      ],
    },
  },
  paused: {
    pause: true,
    definition: {
      nodes: [
        { id: 'wait', type: 'delay', config: { duration: '2 seconds' } },
        { id: 'note', type: 'action', config: { action: 'write_file', path: 'n.txt', content: 'n' } },
        { id: 'after', type: 'action', config: { action: 'write_file', path: 'a.txt', content: 'a' } },
      ],
      edges: [{ from: 'wait', to: 'after' }],
    },
  },
  'circles-discuss': {
    definition: {
      nodes: [
        {
          id: 'each',
          type: 'map',
          config: {
            items: '["a", "b"]',
            pipeline: { nodes: [{ id: 'talk', type: 'circle', config: DISCUSSION }], edges: [] },
          },
        },
        {
          id: 'nobody',
          type: 'circle',
          onError: 'route',
          timeout: '10 minutes',
          config: { ...DISCUSSION, mode: 'human_moderated' },
        },
        { id: 'why', type: 'transform', config: { expression: 'nodes.nobody.message' } },
      ],
      edges: [{ from: 'nobody', to: 'why', port: 'error' }],
    },
  },
  canceled: {
    cancel: true,
    definition: {
      nodes: [
        {
          id: 'each',
          type: 'map',
          config: {
            items: '[1..40]',
            concurrency: 2,
            pipeline: { nodes: [{ id: 'digest', type: 'agent', config: DELAYED_AGENT }], edges: [] },
          },
        },
      ],
      edges: [],
    },
  },
};
