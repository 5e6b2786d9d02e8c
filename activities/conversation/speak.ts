import { v7 as uuid } from 'uuid';

import type { NextTurn } from '../../contracts/conversation-state.ts';
import { type Failure, GatheringFailure } from '../../contracts/failure.ts';
import type { ModelResponse } from '../../contracts/model.ts';
import type { Failpoint } from '../../platform/failpoint.ts';
import type { Logger } from '../../platform/logger.ts';
import type { ConversationContexts, Scene } from '../../store/conversation-context.ts';
import {
  type ConversationTurns,
  keyOfTurnEffect,
  type TurnAttempt,
  type TurnClaim,
} from '../../store/conversation-turns.ts';
import { isOutage } from '../../store/store-failure.ts';
import { createTextStream } from '../agent/text-stream.ts';
import { modelSuffix } from '../agent/turn-record.ts';
import type { ActivityAttempt } from '../engine/activity-attempt.ts';
import { withinDeadline } from '../engine/deadline.ts';
import { cannotBeKept, foreseen, superseded, tryAgain } from '../engine/engine-failures.ts';
import { persistently } from '../engine/persistently.ts';
import { retryAfter } from '../engine/retry-policy.ts';
import { BudgetReached } from '../model/budget-reached.ts';
import type { AccountedModel } from '../model/index.ts';
import type { SpeakResult, SpeakStep } from './conversation-activities.ts';
import { ownWordsOnly } from './labels.ts';
import type { ReadState } from './read-state.ts';
import { StopRequested, type StopWatch } from './stop-watch.ts';
import { readAnswer, toolsOf, type TurnAnswer } from './turn-answer.ts';
import type { MakeTurnRequest, TurnRequest } from './turn-request.ts';
import { TurnModelRecord } from './turn-transcript.ts';

export interface SpeakDependencies {
  turns: ConversationTurns;
  contexts: Pick<ConversationContexts, 'findScene'>;
  makeRequest: MakeTurnRequest;
  model: AccountedModel;
  readState: ReadState;
  stops: StopWatch;
  failpoint: Failpoint;
  logger: Logger;
}

type Claimed = Extract<TurnClaim, { outcome: 'claimed' }>;
type Ended = Extract<SpeakResult, { kind: 'ended' }>;

/**
 * One model call of a turn: one effect. The first one begins the turn; an answer without calls of tools completes it, a failure for good
 * fails it and a stop stops it, with the text that it has by then, in the transaction that says so.
 */
export function createSpeak(deps: SpeakDependencies) {
  const { turns, contexts, makeRequest, readState, stops, failpoint, logger } = deps;

  return async (input: SpeakStep, attempt: ActivityAttempt): Promise<SpeakResult> => {
    const { conversationId, step } = input;
    const { number, ...asked } = input.turn;
    const own: TurnAttempt = {
      ...{ conversationId, turn: number, suffix: modelSuffix(step) },
      ...{ engineRunId: attempt.engineRunId, attempt: attempt.attempt },
    };
    const key = keyOfTurnEffect(own);
    await failpoint('effect.claiming', key);
    const claim = await turns.claimModelCall(own, nextTurnOf(asked));
    if (claim.outcome !== 'claimed') return unclaimed(own, step, claim);
    await failpoint('effect.claimed', key);

    const answered = await stops
      .during({ conversationId, number, signal: attempt.signal }, (signal) =>
        ask(own, input, { claim, signal }),
      )
      .catch((error: unknown) => {
        if (error instanceof StopRequested) return error;
        if (attempt.signal.aborted || isOutage(error)) throw error;
        return foreseen(error, key, logger);
      });
    await failpoint('effect.done', key);
    if (answered instanceof StopRequested) return stop(own);
    if (answered instanceof BudgetReached) return release(own);
    if (answered instanceof GatheringFailure) return fail(own, input, { claim, failure: answered });

    await failpoint('effect.recording', key);
    const { record, ending } = answered;
    const complete = ending === undefined ? undefined : { ...ending, messageId: uuid() };
    const write = () => turns.recordModelCall(own, record, complete);
    const held = await persistently(write, attempt.signal).catch((error: unknown) => {
      if (attempt.signal.aborted || isOutage(error)) throw error;
      return cannotBeKept(error, key, logger);
    });
    if (held instanceof GatheringFailure) return fail(own, input, { claim, failure: held });
    if (!held) throw superseded();
    await failpoint('effect.recorded', key);
    return ending === undefined ? toolsOf(record, step) : ended(own, 'completed', record.needsSummary);
  };

  async function ask(
    own: TurnAttempt,
    { conversationId, step, budget }: SpeakStep,
    { claim, signal }: { claim: Claimed; signal: AbortSignal },
  ): Promise<TurnAnswer> {
    const scene = await contexts.findScene(conversationId, own.turn);
    if (scene === null) throw new StopRequested();
    const made = await makeRequest(scene, { conversationId, step, maxOutputTokens: budget.maxOutputTokens });
    const timeout = { ms: Math.max(1, budget.remainingMs - claim.failedMs), failure: tookTooLong };
    const response = await withinDeadline(signal, timeout, (inTime) =>
      stream(deps, made, { own, claim, scene, signal: inTime }),
    );
    return readAnswer(scene, step, response, made);
  }

  async function unclaimed(
    own: TurnAttempt,
    step: number,
    claim: Exclude<TurnClaim, { outcome: 'claimed' }>,
  ): Promise<SpeakResult> {
    switch (claim.outcome) {
      case 'done':
        return toolsOf(TurnModelRecord.parse(claim.result), step);
      case 'ended':
        return ended(own, claim.status, false);
      case 'stopped':
        return stop(own);
      case 'not_begun':
      case 'paused':
        return { kind: 'paused', state: await readState(own.conversationId) };
      case 'superseded':
        throw superseded();
    }
  }

  async function stop(own: TurnAttempt): Promise<Ended> {
    await turns.endTurn(own, { status: 'stopped', messageId: uuid() });
    return ended(own, 'stopped', false);
  }

  async function release(own: TurnAttempt): Promise<SpeakResult> {
    await turns.release(own);
    return { kind: 'paused', state: await readState(own.conversationId) };
  }

  /** Where the time of the turn is up before it can be tried again, it is not. */
  async function fail(
    own: TurnAttempt,
    { budget }: SpeakStep,
    { claim, failure }: { claim: Claimed; failure: GatheringFailure },
  ): Promise<Ended> {
    const verdict = retryAfter(failure, claim.failures + 1);
    const error: Failure = { type: failure.type, message: failure.message };
    const isInTime = verdict.again && claim.failedMs + verdict.delayMs < budget.remainingMs;
    const again = isInTime ? { delayMs: verdict.delayMs } : {};
    if (!(await turns.failModelCall(own, { error, ...again, messageId: uuid() }))) throw superseded();
    if (isInTime) throw tryAgain(error, verdict.delayMs);
    return ended(own, 'failed', false);
  }

  async function ended(
    { conversationId }: TurnAttempt,
    status: Ended['status'],
    needsSummary: boolean,
  ): Promise<Ended> {
    return { kind: 'ended', status, state: await readState(conversationId), needsSummary };
  }
}

/** A workflow may know more of a turn than begins it. */
const nextTurnOf = ({ agentId, purpose, reason }: NextTurn): NextTurn => ({ agentId, purpose, reason });

const tookTooLong = () => new GatheringFailure('LimitExceeded', 'The turn took longer than its limit');

async function stream(
  { turns, model }: Pick<SpeakDependencies, 'turns' | 'model'>,
  { request }: TurnRequest,
  { own, claim, scene, signal }: { own: TurnAttempt; claim: Claimed; scene: Scene; signal: AbortSignal },
): Promise<ModelResponse> {
  const { claims } = claim;
  const { id: agentId, limits } = scene.agent;
  const given = new AbortController();
  const text = createTextStream(
    (delta) => turns.appendText(own, { agentId, claims, delta }),
    (error) => given.abort(error ?? new GatheringFailure('Conflict', 'A later attempt writes this answer')),
  );
  const words = ownWordsOnly(text.push);
  try {
    return await model.call(
      request,
      {
        signal: AbortSignal.any([signal, given.signal]),
        onText: words.push,
        onProgress: () => undefined,
      },
      {
        ...{ key: keyOfTurnEffect(own), claims, agentId, circleId: scene.circle?.id },
        ...{ conversationId: own.conversationId, turn: own.turn },
        limits: { tokens: limits.maxTokens, usd: limits.maxCostUsd },
      },
    );
  } finally {
    words.end();
    await text.end();
  }
}
