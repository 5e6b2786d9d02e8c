import type { JsonObject } from '../../../../../contracts/json.ts';
import type { Hints } from './form-model.ts';

const approvers = {
  control: 'words',
  placeholder: 'ada@example.org or role:editor',
} as const;

/** How the fields of each kind are best written. A field or kind that came later gets a form from its schema alone. */
export const HINTS: Readonly<Record<string, Hints>> = {
  agent: {
    agent: { control: 'agent', hint: 'Who answers.' },
    prompt: {
      control: 'template',
      rows: 8,
      hint: 'What the agent is asked. {{ expressions }} put in what came before.',
      placeholder: 'Summarise this text:\n{{ input.text }}',
    },
    outputSchema: {
      control: 'schema',
      label: 'Answer as data',
      hint: 'The fields that the answer has to have. They are read as nodes.<id>.data.',
    },
  },
  circle: {
    circle: { control: 'circle', hint: 'Who discusses.' },
    topic: {
      control: 'template',
      rows: 6,
      hint: 'What is discussed. {{ expressions }} put in what came before.',
      placeholder: 'Is this text ready to be published?\n{{ nodes.write.text }}',
    },
    mode: {
      hint: "Who speaks next; without one, as the circle's own mode says.",
      seldom: true,
    },
    settings: {
      control: 'json',
      hint: "In place of the circle's, key by key: termination, turnTimeout, rounds, maxHandovers, sides.",
      seldom: true,
    },
  },
  condition: {
    expression: {
      control: 'expression',
      computed: 'boolean',
      rows: 2,
      label: 'Condition',
      hint: 'JSONata. It goes on at true or at false.',
      placeholder: '$count(nodes.list) > 0',
    },
  },
  transform: {
    expression: {
      control: 'expression',
      rows: 5,
      hint: 'JSONata. Its value is the output.',
      placeholder: '{ "title": input.title, "words": $count($split(input.text, " ")) }',
    },
  },
  filter: {
    items: {
      control: 'expression',
      computed: 'list',
      label: 'List',
      hint: 'JSONata that gives the list.',
      placeholder: 'nodes.sections',
    },
    where: {
      control: 'expression',
      computed: 'filter',
      rows: 2,
      hint: 'JSONata over item and index. What it is true for is kept.',
      placeholder: '$length(item.text) > 80',
    },
  },
  merge: {
    mode: {
      hint: 'When it goes on.',
      words: {
        all: 'With every branch that is still possible',
        first: 'With the first branch',
        quorum: 'With a number of branches',
      },
    },
    count: { label: 'Number of branches', shown: (config) => config['mode'] === 'quorum' },
  },
  map: {
    items: {
      control: 'expression',
      computed: 'list',
      label: 'List',
      hint: 'JSONata that gives the list. Inside, each entry is item.',
      placeholder: 'nodes.sections',
    },
    pipeline: { control: 'hidden' },
    pipelineId: { control: 'pipeline', label: 'Pipeline', hint: 'It gets each item as its input.' },
    version: { control: 'version', hint: 'Without one, the latest at the start of a run.' },
    concurrency: { label: 'At once', hint: 'How many items are worked on at the same time.' },
    onError: {
      label: 'When an item fails',
      hint: '',
      words: { fail: 'The map fails', continue: 'Go on; its output is null' },
    },
  },
  delay: {
    duration: {
      control: 'duration',
      label: 'How long',
      hint: 'It costs nothing to wait, and a restart does not end it.',
    },
    until: {
      control: 'template',
      label: 'Until',
      hint: 'An instant, or an {{ expression }} that gives one.',
      placeholder: '2027-01-31T08:00:00Z',
    },
  },
  human: {
    title: {
      control: 'template',
      hint: 'What is to be decided, in one line.',
      placeholder: 'Publish "{{ input.title }}"?',
    },
    instructions: { control: 'template', rows: 4, hint: 'What to look at, as Markdown.' },
    value: {
      control: 'json',
      label: 'Value',
      hint: 'What is shown, and may be edited by whoever approves. {{ expressions }} work in its texts.',
    },
    form: { control: 'schema', label: 'Form', hint: 'Fields that approving needs to be filled in.' },
    approvers: {
      ...approvers,
      hint: 'E-mail addresses and roles. Without any, whoever may answer approvals.',
    },
    quorum: { label: 'Approvals needed' },
    timeout: {
      control: 'duration',
      label: 'Wait at most',
      hint: 'Then it goes on at the port timeout, if an edge leaves there.',
    },
    onTimeout: {
      label: 'At the timeout',
      hint: 'Where no edge leaves by the port timeout.',
      words: { fail: 'Fail', approve: 'Take it as approved', reject: 'Take it as rejected' },
      shown: (config: JsonObject) => config['timeout'] !== undefined,
    },
    remindAfter: {
      control: 'duration',
      label: 'Remind after',
      hint: 'And again each time it has passed.',
      seldom: true,
    },
    escalate: {
      label: 'Escalate',
      hint: 'Asks others too once nobody has decided for so long.',
      seldom: true,
      first: { after: '1 day', to: ['role:admin'] },
      fields: { after: { control: 'duration' }, to: { ...approvers, label: 'To' } },
    },
  },
  pipeline: {
    pipelineId: {
      control: 'pipeline',
      label: 'Pipeline',
      hint: 'It runs as a part of this run; its output is the output of this node.',
    },
    version: { control: 'version', hint: 'Without one, the latest at the start of a run.' },
    input: { control: 'json', hint: 'A JSON object; {{ expressions }} work in its texts.' },
  },
  trigger: {},
  parallel: {},
};

/** Of an action, whichever it is. */
export const ACTION_HINTS: Hints = {
  action: { control: 'hidden' },
  method: {},
  url: {
    control: 'template',
    label: 'URL',
    hint: 'Redirects are not followed.',
    placeholder: 'https://api.example.org/items/{{ input.id }}',
  },
  headers: { control: 'pairs', hint: 'Put secrets in as {{ secrets.NAME }}.' },
  body: {
    control: 'json',
    hint: 'JSON; {{ expressions }} work in its texts. A text that is one lone {{ expression }} keeps the type of its value.',
    shown: (config) =>
      config['method'] !== 'GET' && config['method'] !== 'HEAD' && config['method'] !== undefined,
  },
  path: { control: 'template', hint: "In the run's own folder.", placeholder: 'report.md' },
  content: { control: 'template', rows: 6, placeholder: '{{ nodes.write.text }}' },
  tool: { control: 'tool' },
  arguments: { control: 'json', hint: 'What the tool is given; {{ expressions }} work in its texts.' },
  pipelineId: {
    control: 'pipeline',
    label: 'Pipeline',
    hint: 'A run of its own is started; this node does not wait for it.',
  },
  pipeline: {
    control: 'pipeline',
    label: 'Pipeline',
    hint: 'A run of its own is started; this node does not wait for it.',
  },
  version: { control: 'version', hint: 'Without one, the latest at the start of a run.' },
  input: { control: 'json', hint: 'A JSON object; {{ expressions }} work in its texts.' },
  query: {
    control: 'template',
    rows: 2,
    hint: 'What it is about, in words.',
    placeholder: '{{ input.question }}',
  },
  source: { label: 'Of', words: { memories: 'What is remembered', knowledge: 'Documents' } },
  scope: { words: { global: 'Everywhere', circle: 'A circle', agent: 'An agent' } },
  of: {
    control: 'template',
    label: 'Which one',
    hint: 'Name or id of the circle or agent.',
    shown: (config) => config['scope'] === 'circle' || config['scope'] === 'agent',
  },
  limit: { hint: 'As many at most.' },
  kinds: { seldom: true, shown: (config) => config['source'] !== 'knowledge' },
  importance: { hint: 'From 0 to 1.', seldom: true },
  tags: { control: 'words', seldom: true },
};

export const ACTION_WORDS: Readonly<Record<string, string>> = {
  call_api: 'Call an API',
  write_file: 'Write a file',
  execute_pipeline: 'Start a run of a pipeline',
  call_tool: 'Use a tool',
  remember: 'Remember a fact',
  recall: 'Recall what is known',
};

/** What an action begins with when it becomes another one. */
export const ACTION_FIRST: Readonly<Record<string, JsonObject>> = {
  call_api: { method: 'GET', url: '' },
  write_file: { path: '', content: '' },
  execute_pipeline: { pipelineId: '', input: {} },
  call_tool: { tool: '', arguments: {} },
  remember: { content: '', scope: 'global' },
  recall: { query: '', source: 'memories' },
};

export const RETRY_HINTS: Hints = {
  maximumAttempts: { label: 'Attempts' },
  initialInterval: { control: 'duration', label: 'First pause' },
  backoffCoefficient: { label: 'Times longer each time' },
  maximumInterval: { control: 'duration', label: 'Longest pause' },
};

export const BREAKER_HINTS: Hints = {
  failureThreshold: { label: 'Failures in a row' },
  recoveryTime: { control: 'duration', label: 'Try again after' },
};
