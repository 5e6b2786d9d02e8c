import type { AgentLimits } from '../../contracts/agent.ts';
import type { Failure } from '../../contracts/failure.ts';
import { detectLoop, type LoopState, NO_LOOP } from './loop-detection.ts';
import {
  addSpending,
  NOTHING_SPENT,
  outputBudget,
  reachedLimit,
  type Spending,
  type TurnProgress,
} from './step-limits.ts';

/** A tool call as the workflow knows it: which one, and whether it is the same as another. Its arguments stay in Postgres. */
export interface ToolCallRef {
  id: string;
  name: string;
  /** Equal for equal names and arguments. */
  signature: string;
}

/** What one model call may still use up. */
export interface ModelBudget {
  remainingMs: number;
  maxOutputTokens?: number;
}

export interface ModelAnswer {
  /** None: the model has answered, and the answer is recorded. */
  toolCalls: readonly ToolCallRef[];
  usage: Spending;
}

/** The two things that a turn does to the world, and what it measures itself by. A rejection ends the turn. */
export interface AgentTurnEffects {
  /** Steps count from 0. */
  callModel: (step: number, budget: ModelBudget) => Promise<ModelAnswer>;
  /** Runs one tool call and records its answer, whether good or not. */
  callTool: (call: ToolCallRef, step: number) => Promise<void>;
  /** Milliseconds; must be the workflow's own clock. */
  now: () => number;
  /** What is left of the run's cost ceiling at this moment; other turns of the run use it up too. */
  runRemainingUsd: () => number;
}

export type AgentTurnEnd = { status: 'answered' } | { status: 'stopped'; error: Failure };

/**
 * One agent turn: model, tools, model, …, until the model answers without calling a tool. It is deterministic: all that it
 * learns from outside comes through `effects`, and that is never a text. Tool calls of one step run in parallel; calls that
 * are a loop are not run, which tells the next model call to warn the model.
 */
export async function runAgentTurn(limits: AgentLimits, effects: AgentTurnEffects): Promise<AgentTurnEnd> {
  const startedAt = effects.now();
  let spent = NOTHING_SPENT;
  let loop: LoopState = NO_LOOP;
  for (let step = 0; ; step++) {
    const elapsedMs = effects.now() - startedAt;
    const progress: TurnProgress = {
      ...{ steps: step, spent, elapsedMs },
      runRemainingUsd: effects.runRemainingUsd(),
    };
    const reached = reachedLimit(limits, progress);
    if (reached !== undefined) return stopped(reached);

    const maxOutputTokens = outputBudget(limits, spent);
    const { toolCalls, usage } = await effects.callModel(step, {
      remainingMs: limits.maxSeconds * 1000 - elapsedMs,
      ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    });
    spent = addSpending(spent, usage);
    if (toolCalls.length === 0) return { status: 'answered' };

    const { state, verdict } = detectLoop(
      loop,
      toolCalls.map(({ signature }) => signature),
    );
    loop = state;
    if (verdict === 'fail') {
      const names = [...new Set(toolCalls.map(({ name }) => name))].join(', ');
      return stopped(`The agent kept calling ${names} with the same arguments`);
    }
    if (verdict === 'run') await Promise.all(toolCalls.map((call) => effects.callTool(call, step)));
  }
}

const stopped = (message: string): AgentTurnEnd => ({
  status: 'stopped',
  error: { type: 'LimitExceeded', message },
});
