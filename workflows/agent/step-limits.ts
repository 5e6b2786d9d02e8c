import type { AgentLimits } from '../../contracts/agent.ts';
import type { Usage } from '../../contracts/model.ts';

/** What a turn has used up so far. */
export interface TurnSpending {
  steps: number;
  usage: Usage;
  elapsedMs: number;
}

export interface ReachedLimit {
  limit: keyof AgentLimits | 'runCostUsd';
  message: string;
}

/** Below this many remaining tokens a model call is told how many it may write; above, the model's own maximum holds. */
const TIGHT_TOKENS = 4096;

/**
 * The first limit that forbids one more model call, or undefined. Checked before each call, never after the last one:
 * an answer that was paid for is not thrown away because it went over.
 * @param runCostUsd what is left of the cost ceiling of the whole run
 */
export function reachedLimit(
  limits: AgentLimits,
  runCostUsd: number,
  spent: TurnSpending,
): ReachedLimit | undefined {
  const tokens = tokensOf(spent.usage);
  const { costUsd } = spent.usage;
  if (spent.steps >= limits.maxSteps) {
    return { limit: 'maxSteps', message: `The turn used all of its ${limits.maxSteps} steps` };
  }
  if (tokens >= limits.maxTokens) {
    return { limit: 'maxTokens', message: `The turn used ${tokens} of its ${limits.maxTokens} tokens` };
  }
  if (costUsd >= limits.maxCostUsd) {
    return { limit: 'maxCostUsd', message: `The turn cost $${costUsd} of its $${limits.maxCostUsd}` };
  }
  // A run with nothing left may not start; one at no cost (demo, local models) may always go on.
  if (costUsd >= runCostUsd && (costUsd > 0 || runCostUsd <= 0)) {
    return {
      limit: 'runCostUsd',
      message: `The run's cost ceiling is reached: $${Math.max(0, runCostUsd)} were left for this turn`,
    };
  }
  if (spent.elapsedMs >= limits.maxSeconds * 1000) {
    return { limit: 'maxSeconds', message: `The turn took longer than ${limits.maxSeconds} seconds` };
  }
  return undefined;
}

/** How many tokens the next model call may write; undefined where the budget is far away. */
export function outputBudget(limits: AgentLimits, usage: Usage): number | undefined {
  const left = limits.maxTokens - tokensOf(usage);
  return left < TIGHT_TOKENS ? Math.max(1, left) : undefined;
}

const tokensOf = (usage: Usage): number => usage.inputTokens + usage.outputTokens;
