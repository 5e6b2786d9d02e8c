import type { AgentLimits } from '../../contracts/agent.ts';
import type { Usage } from '../../contracts/model.ts';

/** What of a model call's usage counts against limits. */
export type Spending = Pick<Usage, 'inputTokens' | 'outputTokens' | 'costUsd'>;

export const NOTHING_SPENT: Spending = { inputTokens: 0, outputTokens: 0, costUsd: 0 };

export const addSpending = (a: Spending, b: Spending): Spending => ({
  inputTokens: a.inputTokens + b.inputTokens,
  outputTokens: a.outputTokens + b.outputTokens,
  costUsd: a.costUsd + b.costUsd,
});

/** How far a turn has come, and what is left of the run around it. */
export interface TurnProgress {
  steps: number;
  spent: Spending;
  elapsedMs: number;
  /** What is left of the cost ceiling of the whole run, this turn's own cost subtracted. */
  runRemainingUsd: number;
}

/** Below this many remaining tokens a model call is told how many it may write; above, the model's own maximum holds. */
const TIGHT_TOKENS = 4096;

/**
 * Says which limit forbids one more model call, if one does. Checked before each call, never after the last one: an answer
 * that was paid for is not thrown away because it went over.
 */
export function reachedLimit(limits: AgentLimits, turn: TurnProgress): string | undefined {
  const { steps, elapsedMs, runRemainingUsd, spent } = turn;
  const tokens = tokensOf(spent);
  if (steps >= limits.maxSteps) return `The turn used all of its ${limits.maxSteps} steps`;
  if (tokens >= limits.maxTokens) return `The turn used ${tokens} of its ${limits.maxTokens} tokens`;
  if (spent.costUsd >= limits.maxCostUsd)
    return `The turn cost $${spent.costUsd} of its $${limits.maxCostUsd}`;
  if (runRemainingUsd <= 0) return "The run's cost ceiling is reached";
  if (elapsedMs >= limits.maxSeconds * 1000) return `The turn took longer than ${limits.maxSeconds} seconds`;
  return undefined;
}

/** How many tokens the next model call may write; undefined where the budget is far away. */
export function outputBudget(limits: AgentLimits, spent: Spending): number | undefined {
  const left = limits.maxTokens - tokensOf(spent);
  return left < TIGHT_TOKENS ? Math.max(1, left) : undefined;
}

const tokensOf = (spent: Spending): number => spent.inputTokens + spent.outputTokens;
