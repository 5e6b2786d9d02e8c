import { ApplicationFailure, ApplicationFailureCategory, TemporalFailure } from '@temporalio/common';

import type { Fact } from '../../contracts/event.ts';
import { CIRCUIT_OPEN, type Failure, GatheringFailure } from '../../contracts/failure.ts';
import type { Json } from '../../contracts/json.ts';
import { nodeFact } from '../../contracts/node-facts.ts';
import type { PipelineNode } from '../../contracts/pipeline.ts';
import type { NodePlace } from '../../contracts/place.ts';
import { RUN_PAUSED } from '../../contracts/plan.ts';
import type { Failpoint } from '../../platform/failpoint.ts';
import type { Logger } from '../../platform/logger.ts';
import type { BreakerUse, Claim, EffectAttempt, EffectNeeds, Effects } from '../../store/effects.ts';
import { keyOfEffect } from '../../store/effects.ts';
import { isOutage } from '../../store/store-failure.ts';
import { BudgetReached } from '../model/budget-reached.ts';
import type { ActivityAttempt } from './activity-attempt.ts';
import { withinDeadline } from './deadline.ts';
import { cannotBeKept, failedForGood, foreseen, superseded, tryAgain } from './engine-failures.ts';
import { failedFact } from './failed-fact.ts';
import { persistently } from './persistently.ts';
import { retryAfter } from './retry-policy.ts';

export type Claimed = Extract<Claim, { outcome: 'claimed' }>;

/** What an effect gave: what the ledger keeps of it, and what is told with that. */
export interface Performed {
  /** JSON. */
  result: unknown;
  costUsd?: number;
  facts: readonly Fact[];
}

/** What an effect is done with, and what it leaves for the record of a failed attempt. */
export interface EffectTools {
  claim: Claimed;
  attempt: EffectAttempt;
  /** Sent to targets as `Idempotency-Key`. */
  key: string;
  signal: AbortSignal;
  /** What the node was given, with its expressions filled in; kept with the node however the effect ends. */
  given: { input?: Json };
  /** Takes out of texts what must not be recorded; set once secrets are known. */
  mask: { text: (text: string) => string };
}

export interface EffectSpec {
  runId: string;
  place: NodePlace;
  node: PipelineNode;
  suffix: string;
  /** Of one attempt. */
  timeout: { ms: number; failure: () => GatheringFailure };
  needs: EffectNeeds;
  /** Asked before, and told afterwards. */
  breaker?: BreakerUse;
  perform: (tools: EffectTools) => Promise<Performed>;
  /** What is recorded in place of a failure for good; without it, the node fails. */
  settleFailure?: (failure: Failure) => Performed;
}

export type EffectRunner = (spec: EffectSpec, attempt: ActivityAttempt) => Promise<unknown>;

export interface EffectDependencies {
  effects: Pick<Effects, 'claimEffect' | 'recordEffect' | 'failEffect' | 'releaseEffect'>;
  failpoint: Failpoint;
  logger: Logger;
}

/**
 * The protocol of an effect: claim its key, do it, record the result and its facts in one transaction. Gives the recorded
 * result without doing anything where there is one. Failed attempts are counted with the effect and judged by the node's
 * policy; the death of a worker and an outage of the database are no attempt of the user's and tried again by the engine.
 */
export function createEffectRunner({ effects, failpoint, logger }: EffectDependencies): EffectRunner {
  return async (spec, { engineRunId, attempt, signal }) => {
    const own: EffectAttempt = { ...pick(spec), engineRunId, attempt };
    const key = keyOfEffect(own);
    await failpoint('effect.claiming', key);
    const claim = await effects.claimEffect(own, spec.needs, spec.breaker);
    if (claim.outcome === 'circuit_open') return failUntried(spec, own);
    if (claim.outcome !== 'claimed') return resultOf(claim);
    await failpoint('effect.claimed', key);

    const tools: Omit<EffectTools, 'signal'> = {
      ...{ claim, attempt: own, key, given: {} },
      mask: { text: (text) => text },
    };
    const ended = await withinDeadline(signal, spec.timeout, (inTime) =>
      spec.perform({ ...tools, signal: inTime }),
    ).catch((error: unknown) => {
      if (signal.aborted || isOutage(error)) throw error;
      return foreseen(error, key, logger);
    });
    await failpoint('effect.done', key);
    if (ended instanceof BudgetReached) return release(own, ended);
    if (ended instanceof GatheringFailure) return fail(spec, { ...tools, signal }, ended);

    await failpoint('effect.recording', key);
    const unrecorded = await record(spec, own, ended, signal).catch((error: unknown) => {
      if (error instanceof TemporalFailure || signal.aborted || isOutage(error)) throw error;
      return cannotBeKept(error, key, logger);
    });
    if (unrecorded !== undefined) return fail(spec, { ...tools, signal }, unrecorded);
    await failpoint('effect.recorded', key);
    return ended.result;
  };

  async function record(
    { breaker }: EffectSpec,
    own: EffectAttempt,
    { result, costUsd = 0, facts }: Performed,
    signal: AbortSignal,
  ): Promise<void> {
    const write = () => effects.recordEffect(own, { result, costUsd, facts }, breaker);
    if (!(await persistently(write, signal))) throw superseded();
  }

  async function fail(
    spec: EffectSpec,
    { attempt, claim, mask, given, signal }: EffectTools,
    failure: GatheringFailure,
  ): Promise<unknown> {
    const failures = claim.failures + 1;
    const verdict = retryAfter(failure, failures, spec.node.retry);
    const error: Failure = { type: failure.type, message: mask.text(failure.message) };
    if (!verdict.again && spec.settleFailure !== undefined) {
      const performed = spec.settleFailure(error);
      await record(spec, attempt, performed, signal);
      return performed.result;
    }
    const subject = { ...pick(spec), kind: spec.node.type };
    const fact = verdict.again
      ? nodeFact(
          subject,
          'node.retrying',
          { ...given, attempt: failures, delayMs: verdict.delayMs, error },
          `/${spec.suffix}/${failures}`,
        )
      : failedFact(subject, spec.node.onError, error, given.input);
    const counted = await effects.failEffect(
      attempt,
      { error, final: !verdict.again, facts: [fact] },
      spec.breaker,
    );
    if (!counted) throw superseded();
    if (verdict.again) throw tryAgain(error, verdict.delayMs);
    throw failedForGood(error);
  }

  /** No attempt: it is done once the budget has been extended, as if it had not begun before. */
  async function release(own: EffectAttempt, { revision }: BudgetReached): Promise<never> {
    throw (await effects.releaseEffect(own)) ? notBegun(revision) : superseded();
  }

  /** The target is spared: the node fails at once, whatever its policy. */
  async function failUntried(spec: EffectSpec, own: EffectAttempt): Promise<never> {
    const fact = failedFact({ ...pick(spec), kind: spec.node.type }, spec.node.onError, SPARED);
    if (!(await effects.failEffect(own, { error: SPARED, final: true, facts: [fact] }))) throw superseded();
    throw failedForGood(SPARED);
  }
}

const SPARED: Failure = {
  type: CIRCUIT_OPEN,
  message: 'It was unavailable too often in a row and is not called for a while',
};

const pick = ({ runId, place, suffix }: EffectSpec) => ({ runId, place, suffix });

function resultOf(claim: Exclude<Claim, { outcome: 'claimed' | 'circuit_open' }>): unknown {
  switch (claim.outcome) {
    case 'done':
      return claim.result;
    case 'failed':
      throw failedForGood(claim.error);
    case 'paused':
      throw notBegun(claim.revision);
    case 'superseded':
      throw superseded();
    case 'ended':
      throw failedForGood({ type: 'Conflict', message: 'The run or the node has ended' });
  }
}

/** For its workflow, which then knows of the pause and asks again once it is over. */
const notBegun = (revision: number): ApplicationFailure =>
  ApplicationFailure.create({
    ...{ type: RUN_PAUSED, message: 'The run is paused', nonRetryable: true, details: [revision] },
    category: ApplicationFailureCategory.BENIGN,
  });
