import { describe, expect, it } from '@jest/globals';

import { AgentLimits } from '../../contracts/agent.ts';
import { GatheringFailure } from '../../contracts/failure.ts';
import { type ModelRequest, type ModelResponse, NO_USAGE, type ToolCall } from '../../contracts/model.ts';
import type { Tool } from '../../contracts/tool.ts';
import { type AgentTurnEffects, type AgentTurnInput, runAgentTurn } from './agent-turn.ts';

const tool = (name: string): Tool => ({
  name,
  description: name,
  permission: 'none',
  inputSchema: { type: 'object' },
});
const call = (name: string, id = name, more: Partial<ToolCall> = {}): ToolCall => ({
  id,
  name,
  arguments: {},
  ...more,
});
const usage = { ...NO_USAGE, inputTokens: 10, outputTokens: 5, costUsd: 0.01 };
const answer = (text: string): ModelResponse => ({ text, toolCalls: [], finishReason: 'stop', usage });
const asks = (...toolCalls: ToolCall[]): ModelResponse => ({
  text: '',
  toolCalls,
  finishReason: 'tool-calls',
  usage,
});

const input = (more: Partial<AgentTurnInput> = {}, limits: Partial<AgentLimits> = {}): AgentTurnInput => ({
  agent: {
    name: 'Ada',
    role: 'tester',
    personality: { traits: ['calm'], tone: '', style: '' },
    instructions: 'Be brief.',
    provider: 'demo',
    model: 'demo',
    tools: ['a', 'b'],
    limits: AgentLimits.parse(limits),
  },
  messages: [{ role: 'user', content: 'Hello' }],
  tools: [tool('a'), tool('b'), tool('c')],
  remainingCostUsd: 5,
  ...more,
});

interface World extends AgentTurnEffects {
  requests: ModelRequest[];
  ran: string[];
  time: number;
}

function world(responses: readonly ModelResponse[], more: Partial<AgentTurnEffects> = {}): World {
  const made: World = {
    requests: [],
    ran: [],
    time: 0,
    callModel: (step, request) => {
      made.requests.push(request);
      made.time += 1000;
      const response = responses[Math.min(step, responses.length - 1)];
      return response === undefined ? Promise.reject(new Error('no response')) : Promise.resolve(response);
    },
    callTool: (toolCall) => {
      made.ran.push(toolCall.id);
      return Promise.resolve({ content: `did ${toolCall.name}`, isError: false });
    },
    now: () => made.time,
    ...more,
  };
  return made;
}

describe('runAgentTurn', () => {
  it('gives the answer of a model that calls no tool', async () => {
    const effects = world([answer('Hi')]);
    const result = await runAgentTurn(input(), effects);
    expect(result).toMatchObject({ text: 'Hi', steps: 1, usage });
    expect(effects.requests[0]?.messages.map((message) => message.role)).toEqual(['system', 'user']);
  });

  it('offers only the tools that the agent has', async () => {
    const effects = world([answer('Hi')]);
    await runAgentTurn(input(), effects);
    expect(effects.requests[0]?.tools.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('runs parallel tool calls at once and keeps the order of their answers', async () => {
    let release: (() => void) | undefined;
    const started: string[] = [];
    const effects = world([asks(call('a'), call('b')), answer('done')], {
      callTool: async ({ name }) => {
        started.push(name);
        if (name === 'a') await new Promise<void>((resolve) => (release = resolve));
        else release?.();
        return { content: name, isError: false };
      },
    });
    const result = await runAgentTurn(input(), effects);
    expect(started).toEqual(['a', 'b']);
    expect(result.messages).toMatchObject([
      { role: 'assistant' },
      { role: 'tool', toolCallId: 'a', content: 'a' },
      { role: 'tool', toolCallId: 'b', content: 'b' },
      { role: 'assistant', content: 'done' },
    ]);
    expect(result).toMatchObject({ steps: 2, usage: { inputTokens: 20, outputTokens: 10, costUsd: 0.02 } });
    expect(effects.requests[1]?.messages).toHaveLength(5);
  });

  it('never runs a tool that the agent does not have, and tells the model', async () => {
    const effects = world([asks(call('c')), answer('sorry')]);
    const result = await runAgentTurn(input(), effects);
    expect(effects.ran).toEqual([]);
    expect(result.messages[1]).toMatchObject({
      isError: true,
      content: 'There is no tool "c" for you. Your tools: a, b',
    });
  });

  it('hands arguments that are no JSON back to the model', async () => {
    const effects = world([asks(call('a', 'a', { invalid: '{oops' })), answer('ok')]);
    const result = await runAgentTurn(input(), effects);
    expect(effects.ran).toEqual([]);
    expect(result.messages[1]).toMatchObject({
      isError: true,
      content: 'The arguments are not a JSON object: {oops',
    });
  });

  it('passes the output schema on and the data back', async () => {
    const effects = world([{ ...answer('{"n":1}'), data: { n: 1 } }]);
    const result = await runAgentTurn(input({ outputSchema: { type: 'object' } }), effects);
    expect(effects.requests[0]?.outputSchema).toEqual({ type: 'object' });
    expect(result.data).toEqual({ n: 1 });
  });

  it.each<[string, Partial<AgentLimits>, Partial<AgentTurnInput>, number]>([
    ['maxSteps', { maxSteps: 2 }, {}, 2],
    ['maxTokens', { maxTokens: 30 }, {}, 2],
    ['maxCostUsd', { maxCostUsd: 0.02 }, {}, 2],
    ['maxSeconds', { maxSeconds: 2 }, {}, 2],
    ['runCostUsd', {}, { remainingCostUsd: 0.01 }, 1],
    ['runCostUsd', {}, { remainingCostUsd: 0 }, 0],
  ])('ends with LimitExceeded at %s', async (limit, limits, more, steps) => {
    let number = 0;
    const effects = world([], {
      callModel: () => {
        effects.time += 1000;
        return Promise.resolve(asks(call('a', 'a', { arguments: { number: (number += 1) } })));
      },
    });
    const failure: unknown = await runAgentTurn(input(more, limits), effects).catch(
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(GatheringFailure);
    expect(failure).toMatchObject({ type: 'LimitExceeded', details: { limit, steps } });
  });

  it('keeps an answer that goes over a limit', async () => {
    await expect(
      runAgentTurn(input({}, { maxTokens: 1 }), world([answer('paid for')])),
    ).resolves.toMatchObject({
      text: 'paid for',
    });
  });

  it('tells a model with few tokens left how many it may write', async () => {
    const effects = world([asks(call('a')), answer('x')]);
    await runAgentTurn(input({}, { maxTokens: 100 }), effects);
    expect(effects.requests.map((request) => request.maxOutputTokens)).toEqual([100, 85]);
  });

  it('warns at the third identical call without running it, and fails at the fourth', async () => {
    const effects = world([asks(call('a'))]);
    await expect(runAgentTurn(input(), effects)).rejects.toMatchObject({ details: { limit: 'loop' } });
    expect(effects.ran).toHaveLength(2);
    expect(effects.requests).toHaveLength(4);
  });

  it('lets a model that was warned go on with something else', async () => {
    const effects = world([
      asks(call('a')),
      asks(call('a')),
      asks(call('a')),
      asks(call('b')),
      answer('done'),
    ]);
    await expect(runAgentTurn(input(), effects)).resolves.toMatchObject({ text: 'done', steps: 5 });
    expect(effects.ran).toEqual(['a', 'a', 'b']);
  });

  it('passes a rejected effect on as it is', async () => {
    const canceled = new Error('canceled');
    const effects = world([asks(call('a'))], { callTool: () => Promise.reject(canceled) });
    await expect(runAgentTurn(input(), effects)).rejects.toBe(canceled);
  });
});
