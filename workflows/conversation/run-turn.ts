import { isCancellation, TemporalFailure } from '@temporalio/workflow';

import type { AgentLimits } from '../../contracts/agent.ts';
import type { ConversationState } from '../../contracts/conversation-state.ts';
import { millisecondsOf } from '../../contracts/milliseconds.ts';
import { turnEffectKeyOf } from '../../contracts/place.ts';
import { type AgentTurnEffects, type ModelAnswer, runAgentTurn } from '../agent/agent-turn.ts';
import { NOTHING_SPENT } from '../agent/step-limits.ts';
import { failureOf } from '../pipeline/activity-failure.ts';
import { GRACE_MS, model } from '../proxies.ts';
import type { LiveConversation } from './live-conversation.ts';
import type { NumberedTurn } from './next-move.ts';
import { runToolCall } from './run-tool-call.ts';
import { giveUp, mayGoOn, type TurnUnderWay } from './run-turn-life.ts';
import { createTurnClock } from './turn-clock.ts';

/** Runs a turn until it has ended, or waits and the history is long. */
export async function runTurn(live: LiveConversation, turn: NumberedTurn): Promise<void> {
  const limits = limitsOf(live.state, turn.agentId);
  const underWay: TurnUnderWay = {
    ...{ live, turn, clock: createTurnClock(Date.now), isOver: false, needsApproval: new Set<string>() },
    hasBegun: live.isOpen(turn.number),
  };
  try {
    if (limits === undefined) await giveUp(underWay, 'stopped');
    else await takeSteps(underWay, limits);
  } finally {
    live.show(turn, undefined);
  }
}

async function takeSteps(underWay: TurnUnderWay, limits: AgentLimits): Promise<void> {
  try {
    const end = await runAgentTurn(limits, effectsOf(underWay));
    if (end.status === 'stopped') await giveUp(underWay, 'failed', end.error);
  } catch (error) {
    // Anything else would be a bug: the task fails, and is tried again by a worker that has it no more.
    if (isCancellation(error) || !(error instanceof TemporalFailure)) throw error;
    await giveUp(underWay, 'failed', failureOf(error));
  }
}

/** Undefined: the agent may not speak here any more. */
function limitsOf({ speakers, settings }: ConversationState, agentId: string): AgentLimits | undefined {
  const limits = speakers.find(({ id }) => id === agentId)?.limits;
  if (limits === undefined) return undefined;
  const maxSeconds = Math.min(limits.maxSeconds, millisecondsOf(settings.turnTimeout) / 1000);
  return { ...limits, maxSeconds };
}

const effectsOf = (underWay: TurnUnderWay): AgentTurnEffects => ({
  callModel: (step, budget) => askModel(underWay, step, budget),
  callTool: (call, step) => runToolCall(underWay, call, step),
  now: underWay.clock.now,
  // What a conversation may cost is reserved before each call, by its activity.
  runRemainingUsd: () => Number.POSITIVE_INFINITY,
});

/** What a turn is told that has nothing more to do. */
const OVER: ModelAnswer = { toolCalls: [], usage: NOTHING_SPENT };

async function askModel(
  underWay: TurnUnderWay,
  step: number,
  budget: Parameters<AgentTurnEffects['callModel']>[1],
): Promise<ModelAnswer> {
  const { live, turn } = underWay;
  const name = live.nameOf(turn.agentId);
  while (await mayGoOn(underWay)) {
    live.show(turn, step === 0 ? 'speaks' : `speaks, step ${step + 1}`);
    const result = await model.speak.executeWithOptions(
      {
        activityId: turnEffectKeyOf(live.id, turn.number, `model.${step}`),
        startToCloseTimeout: budget.remainingMs + GRACE_MS,
        summary: `${name}: turn ${turn.number}, model call ${step + 1}`,
      },
      [{ conversationId: live.id, turn: plain(turn), step, budget }],
    );
    switch (result.kind) {
      case 'tools':
        underWay.hasBegun = true;
        underWay.needsApproval = new Set(
          result.toolCalls.filter(({ needsApproval }) => needsApproval).map(({ id }) => id),
        );
        return result;
      case 'ended':
        live.adopt(result.state);
        live.needsSummary ||= result.needsSummary;
        underWay.isOver = true;
        return OVER;
      case 'paused':
        live.adopt(result.state);
        // What has not begun is decided anew, from what is known then.
        underWay.isOver = !underWay.hasBegun;
    }
  }
  return OVER;
}

/** An open turn that the state tells of has more to it than begins one. */
const plain = ({ number, agentId, purpose, reason }: NumberedTurn): NumberedTurn => ({
  ...{ number, agentId, purpose, reason },
});
