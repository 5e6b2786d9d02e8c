import { beforeEach, describe, expect, it } from '@jest/globals';

import { GatheringFailure } from '../../contracts/failure.ts';
import type { ModelRequest, ModelResponse, ToolCall } from '../../contracts/model.ts';
import { anAgent, withPipelines } from '../../testing/pipeline-house.ts';
import { withTemporal } from '../../testing/shared-servers.ts';

const temporal = withTemporal();
const house = withPipelines(temporal);

const asks = (...toolCalls: Partial<ToolCall>[]): Partial<ModelResponse> => ({
  text: 'Let me see.',
  toolCalls: toolCalls.map((call) => ({ id: 'c', name: 'calculator', arguments: {}, ...call })),
  finishReason: 'tool-calls',
});
const agentNode = (more: object = {}, config: object = {}) => ({
  ...{ id: 'ask', type: 'agent', config: { agent: 'ada', prompt: 'What is {{ input.sum }}?', ...config } },
  ...more,
});
let requests: ModelRequest[];
/** One answer for each step of the turn, whatever the attempt; the last one is given again and again. */
const script = (...answers: Partial<ModelResponse>[]): void => {
  house.model = (request) => {
    requests.push(request);
    const step = request.messages.filter(({ role }) => role === 'assistant').length;
    return answers[Math.min(step, answers.length - 1)] ?? {};
  };
};
const start = (node: object, agent: Parameters<typeof anAgent>[0] = {}) =>
  house.start({ nodes: [node], edges: [] }, { input: { sum: '2+2' }, agents: { ada: anAgent(agent) } });

beforeEach(() => {
  requests = [];
  house.failpoint = () => Promise.resolve();
});

describe('the node of an agent', () => {
  it('gives the text and the usage of its turn', async () => {
    script({ text: 'Four.' });
    const run = await start(agentNode());
    const ended = await run.ended();
    expect(ended.output).toMatchObject({
      ask: { text: 'Four.', usage: { inputTokens: 10, outputTokens: 5 } },
    });
    expect(requests[0]?.messages).toMatchObject([
      { role: 'system' },
      { role: 'user', content: 'What is 2+2?' },
    ]);
    expect(await house.store.runs.getRunNode(run.id, { path: 'ask', iteration: '0' })).toMatchObject({
      input: 'What is 2+2?',
    });
  });

  it('runs the tools that the model calls and hands their answers back, in order', async () => {
    script(asks({ id: 'one', arguments: { expression: '2+2' } }, { id: 'two', name: 'current_time' }), {
      text: 'Four.',
    });
    const run = await start(agentNode(), { tools: ['calculator', 'current_time'] });
    expect(await run.ended()).toMatchObject({
      status: 'completed',
      output: { ask: { text: 'Four.', usage: { inputTokens: 20 } } },
    });
    expect(requests[0]?.tools.map(({ name }) => name)).toEqual(['current_time', 'calculator']);
    expect(requests[1]?.messages.slice(2)).toMatchObject([
      { role: 'assistant', content: 'Let me see.', toolCalls: [{ id: 'one' }, { id: 'two' }] },
      { role: 'tool', toolCallId: 'one', content: '4', isError: false },
      { role: 'tool', toolCallId: 'two', isError: false },
    ]);
  });

  it('never runs a tool that the agent does not have, and hands bad arguments back to the model', async () => {
    script(asks({ name: 'http_request' }, { arguments: { wrong: 1 } }, { invalid: '{oops' }), {
      text: 'Sorry.',
    });
    const run = await start(agentNode(), { tools: ['calculator'] });
    expect(await run.ended()).toMatchObject({ status: 'completed' });
    expect(requests[0]?.tools.map(({ name }) => name)).toEqual(['calculator']);
    const answers = requests[1]?.messages.filter(({ role }) => role === 'tool');
    expect(answers).toMatchObject([
      { isError: true, content: expect.stringContaining('You have no tool "http_request"') },
      { isError: true, content: expect.stringContaining('do not fit') },
      { isError: true, content: expect.stringContaining('not a JSON object') },
    ]);
  });

  it('is warned of a loop, then stopped', async () => {
    script(asks({ arguments: { expression: '1+1' } }));
    const run = await start(agentNode({ onError: 'route' }), { tools: ['calculator'] });
    const ended = await run.ended();
    expect(ended.nodes[0]).toMatchObject({ status: 'failed', error: { type: 'LimitExceeded' } });
    expect(requests).toHaveLength(4);
    expect(requests[3]?.messages.at(-1)).toMatchObject({
      isError: true,
      content: expect.stringMatching(/^Not run/),
    });
  });

  it('gives the data of a structured answer', async () => {
    script({ text: '{"n":4}', data: { n: 4 } });
    const outputSchema = { type: 'object', properties: { n: { type: 'number' } } };
    const run = await start(agentNode({}, { outputSchema }));
    expect((await run.ended()).output).toMatchObject({ ask: { data: { n: 4 } } });
    expect(requests[0]?.outputSchema).toEqual(outputSchema);
  });

  it('tries again what the provider could not do, and a bad answer at most three times', async () => {
    house.model = () => {
      requests.push({} as ModelRequest);
      throw new GatheringFailure('BadAgentOutput', 'not JSON');
    };
    const run = await start(agentNode({ retry: { maximumAttempts: 9, initialInterval: '1ms' } }));
    expect(await run.ended()).toMatchObject({
      status: 'failed',
      error: { type: 'BadAgentOutput', nodeId: 'ask' },
    });
    expect(requests).toHaveLength(3);
  });

  it('shows the text while it is written, and that of a later attempt in place of an earlier one', async () => {
    const shown: string[] = [];
    const look = async (id: string) => {
      const [text] = await house.store.events.listTexts([`runs/${id}`], []);
      shown.push(`${text?.attempt ?? 0} ${text?.text ?? ''}`);
    };
    let attempt = 0;
    house.model = () => ({ text: `answer ${(attempt += 1)}` });
    let runId = '';
    house.failpoint = async (name) => {
      if (name !== 'effect.done') return;
      await look(runId);
      if (attempt === 1) throw new Error('the worker dies here');
    };
    const run = await start(agentNode());
    runId = run.id;
    expect((await run.ended()).output).toMatchObject({ ask: { text: 'answer 2' } });
    expect(shown).toEqual(['1 answer 1', '2 answer 2']);
    expect(await house.store.events.listTexts([`runs/${run.id}`], [])).toEqual([]);
  });
});

describe('after the death of a worker', () => {
  /** An error that the protocol takes for no failure of the effect: the engine tries again. */
  const dieOnceAt = (name: string, key: RegExp): void => {
    let dead = false;
    house.failpoint = (at, what) => {
      if (dead || at !== name || !key.test(what)) return Promise.resolve();
      dead = true;
      return Promise.reject(new Error('the worker dies here'));
    };
  };

  it.each(['effect.claiming', 'effect.claimed', 'effect.done', 'effect.recording', 'effect.recorded'])(
    'at %s, a run goes on and the attempt is none of the policy',
    async (name) => {
      script(asks({ arguments: { expression: '1+1' } }), { text: 'Two.' });
      dieOnceAt(name, /model\.0$/);
      const run = await start(agentNode({ retry: { maximumAttempts: 1 } }), { tools: ['calculator'] });
      expect(await run.ended()).toMatchObject({ status: 'completed', output: { ask: { text: 'Two.' } } });
      expect((await run.events()).map(({ type }) => type)).toEqual([
        'run.queued',
        'run.started',
        'node.started',
        'node.completed',
        'run.completed',
      ]);
      // What was recorded is not asked again; what was not recorded is asked once more.
      expect(requests).toHaveLength(name === 'effect.done' || name === 'effect.recording' ? 3 : 2);
    },
  );
});
