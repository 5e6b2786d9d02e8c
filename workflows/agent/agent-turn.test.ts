import { describe, expect, it } from '@jest/globals';

import { AgentLimits } from '../../contracts/agent.ts';
import {
  type AgentTurnEffects,
  type ModelAnswer,
  type ModelBudget,
  runAgentTurn,
  type ToolCallRef,
} from './agent-turn.ts';

const usage = { inputTokens: 10, outputTokens: 5, costUsd: 0.01 };
const call = (name: string, id = name, signature = name): ToolCallRef => ({ id, name, signature });
const answer: ModelAnswer = { toolCalls: [], usage };
const asks = (...toolCalls: ToolCallRef[]): ModelAnswer => ({ toolCalls, usage });

interface World extends AgentTurnEffects {
  budgets: ModelBudget[];
  ran: string[];
  time: number;
  leftUsd: number;
}

/** A second passes with each model call; the last answer is given again and again. */
function world(answers: readonly ModelAnswer[], more: Partial<AgentTurnEffects> = {}): World {
  const made: World = {
    ...{ budgets: [], ran: [], time: 0, leftUsd: 5 },
    callModel: (step, budget) => {
      made.budgets.push(budget);
      made.time += 1000;
      made.leftUsd -= usage.costUsd;
      const given = answers[Math.min(step, answers.length - 1)];
      return given === undefined ? Promise.reject(new Error('no answer')) : Promise.resolve(given);
    },
    callTool: ({ id }) => {
      made.ran.push(id);
      return Promise.resolve();
    },
    now: () => made.time,
    runRemainingUsd: () => made.leftUsd,
    ...more,
  };
  return made;
}
const limits = (more: Partial<AgentLimits> = {}): AgentLimits => AgentLimits.parse(more);
const busy = (): ModelAnswer[] =>
  Array.from({ length: 20 }, (_, step) => asks(call('a', `a${step}`, `a ${step}`)));

describe('an agent turn', () => {
  it('ends with the first answer that calls no tool', async () => {
    const effects = world([asks(call('a')), answer]);
    expect(await runAgentTurn(limits(), effects)).toEqual({ status: 'answered' });
    expect(effects.ran).toEqual(['a']);
    expect(effects.budgets).toHaveLength(2);
  });

  it('runs the tool calls of one step at once, and asks again when all have ended', async () => {
    let release: (() => void) | undefined;
    const started: string[] = [];
    const effects = world([asks(call('a'), call('b')), answer], {
      callTool: async ({ name }) => {
        started.push(name);
        if (name === 'a') await new Promise<void>((resolve) => (release = resolve));
        else release?.();
      },
    });
    await runAgentTurn(limits(), effects);
    expect(started).toEqual(['a', 'b']);
  });

  it.each<[string, Partial<AgentLimits>, RegExp, number]>([
    ['steps', { maxSteps: 2 }, /all of its 2 steps/, 2],
    ['tokens', { maxTokens: 30 }, /used 30 of its 30 tokens/, 2],
    ['cost', { maxCostUsd: 0.02 }, /cost \$0.02 of its \$0.02/, 2],
    ['time', { maxSeconds: 3 }, /longer than 3 seconds/, 3],
  ])('is stopped at its limit of %s', async (_, more, message, calls) => {
    const effects = world(busy());
    const end = await runAgentTurn(limits(more), effects);
    expect(end).toMatchObject({ status: 'stopped', error: { type: 'LimitExceeded' } });
    expect(end.status === 'stopped' && end.error.message).toMatch(message);
    expect(effects.budgets).toHaveLength(calls);
  });

  it("is stopped when the run's cost ceiling is reached, by whoever", async () => {
    const effects = world(busy());
    effects.leftUsd = 0.015;
    expect(await runAgentTurn(limits(), effects)).toMatchObject({
      error: { message: "The run's cost ceiling is reached" },
    });
    expect(effects.budgets).toHaveLength(2);
  });

  it('keeps an answer that goes over a limit', async () => {
    expect(await runAgentTurn(limits({ maxTokens: 1 }), world([answer]))).toEqual({ status: 'answered' });
  });

  it('tells each model call how much time is left, and how many tokens when they are few', async () => {
    const effects = world([asks(call('a')), answer]);
    await runAgentTurn(limits({ maxSeconds: 10, maxTokens: 4100 }), effects);
    expect(effects.budgets).toEqual([{ remainingMs: 10_000 }, { remainingMs: 9_000, maxOutputTokens: 4085 }]);
  });

  it('does not run the third identical call, and stops at the fourth', async () => {
    const effects = world([asks(call('a'))]);
    const end = await runAgentTurn(limits(), effects);
    expect(end).toMatchObject({ error: { message: 'The agent kept calling a with the same arguments' } });
    expect(effects.ran).toHaveLength(2);
    expect(effects.budgets).toHaveLength(4);
  });

  it('lets a model that was warned go on with something else', async () => {
    const [a, b] = [asks(call('a')), asks(call('b'))];
    const effects = world([a, a, a, b, answer]);
    expect(await runAgentTurn(limits(), effects)).toEqual({ status: 'answered' });
    expect(effects.ran).toEqual(['a', 'a', 'b']);
  });

  it('passes a rejected effect on as it is', async () => {
    const canceled = new Error('canceled');
    const effects = world([asks(call('a'))], { callTool: () => Promise.reject(canceled) });
    await expect(runAgentTurn(limits(), effects)).rejects.toBe(canceled);
  });
});
