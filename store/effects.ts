import { z } from 'zod';

import type { Fact } from '../contracts/event.ts';
import type { Failure } from '../contracts/failure.ts';
import { Failure as FailureSchema } from '../contracts/failure.ts';
import type { Id } from '../contracts/ids.ts';
import type { Json } from '../contracts/json.ts';
import { effectKeyOf, iterationOf, nodePathOf, type NodePlace } from '../contracts/place.ts';
import { factsOf } from './facts.ts';
import { json } from './json.ts';
import type { Queryable } from './pool.ts';
import { sql } from './pool.ts';

/** One attempt at an effect of a node. */
export interface EffectAttempt {
  runId: string;
  place: NodePlace;
  /** '' for a node that is one effect; else the part of the node's turn that this is, such as `model.2`. */
  suffix: string;
  /** Temporal's run id and attempt: which of two attempts is the later one. */
  engineRunId: string;
  attempt: number;
}

/** The key of an effect: in the ledger, as activity id, and as `Idempotency-Key` at targets. */
export const keyOfEffect = ({ runId, place, suffix }: EffectAttempt): string =>
  suffix === '' ? effectKeyOf(runId, place) : `${effectKeyOf(runId, place)}/${suffix}`;

/** What a claimed effect is to be done with. */
export interface EffectNeeds {
  facts: readonly Fact[];
  /** Nodes whose outputs it reads, as `<path>/<iteration>`. */
  reads: readonly string[];
  /** Items of maps that it reads, as `<path>/<iteration>/<index>`. */
  items: readonly string[];
  /** The results of the node's other effects whose suffix begins so; absent: none. */
  turnPrefix?: string;
}

/** The circuit breaker that guards an effect, with the settings that its node has at this moment. */
export interface BreakerUse {
  pipelineId: Id;
  /** Of the node, within that pipeline. */
  path: string;
  failureThreshold: number;
  recoveryMs: number;
  /** How long a trial may take before somebody else may try. */
  leaseMs: number;
}

/** Outputs by `<path>/<iteration>`, items by `<path>/<iteration>/<index>`. */
export interface Values {
  outputs: Readonly<Record<string, Json>>;
  items: Readonly<Record<string, Json>>;
}

export type Claim =
  | {
      outcome: 'claimed';
      /** How often this effect was claimed, this time included: 1 for the first attempt. */
      claims: number;
      /** How often it has failed. */
      failures: number;
      values: Values;
      /** By suffix. */
      turn: Readonly<Record<string, Json>>;
    }
  /** Its target must not be called: the claim is held, and counts as no attempt. */
  | { outcome: 'circuit_open' }
  /** The node has not begun and must not, since its run is paused. */
  | { outcome: 'paused'; revision: number }
  | { outcome: 'done'; result: Json }
  | { outcome: 'failed'; error: Failure }
  /** A later attempt has it. */
  | { outcome: 'superseded' }
  /** The run or the node has ended. */
  | { outcome: 'ended' };

// Written by our own SQL, from what was stored as JSON; not walked through again.
const JsonByKey = z.custom<Readonly<Record<string, Json>>>(
  (value) => typeof value === 'object' && value !== null,
);

const Claimed = z.object({
  outcome: z.literal('claimed'),
  claims: z.number(),
  failures: z.number(),
  outputs: JsonByKey.nullable(),
  items: JsonByKey.nullable(),
  turn: JsonByKey.nullable(),
});
// The variants are told apart by hand: what is absent in a row is null there.
const ClaimRow = z.union([
  Claimed.transform(({ outputs, items, turn, ...claim }): Claim => ({
    ...claim,
    values: { outputs: outputs ?? {}, items: items ?? {} },
    turn: turn ?? {},
  })),
  z
    .object({ outcome: z.literal('done'), result: z.custom<Json>() })
    .transform(({ outcome, result }): Claim => ({ outcome, result })),
  z
    .object({ outcome: z.literal('failed'), result: FailureSchema })
    .transform(({ outcome, result }): Claim => ({ outcome, error: result })),
  z
    .object({ outcome: z.literal('paused'), result: z.object({ revision: z.number() }) })
    .transform(({ outcome, result }): Claim => ({ outcome, revision: result.revision })),
  z
    .object({ outcome: z.enum(['circuit_open', 'superseded', 'ended']) })
    .transform(({ outcome }): Claim => ({ outcome })),
]);
const Held = z.object({ held: z.boolean() });

export type Effects = ReturnType<typeof createEffects>;

/**
 * The ledger of effects: who may do one, whether it was done, what it gave. Each function is one statement, one round trip and
 * one transaction, with the facts that it tells.
 */
export function createEffects(pool: Queryable) {
  return {
    claimEffect(attempt: EffectAttempt, needs: EffectNeeds, breaker?: BreakerUse): Promise<Claim> {
      const { runId, place, suffix, engineRunId } = attempt;
      return pool.one(sql.type(ClaimRow)`
        select * from pipeline.claim_effect(
          ${runId}, ${nodePathOf(place)}, ${iterationOf(place)}, ${suffix}, ${engineRunId}, ${attempt.attempt},
          ${factsOf(needs.facts)}, ${sql.array([...needs.reads], 'text')}, ${sql.array([...needs.items], 'text')},
          ${needs.turnPrefix ?? null}, ${json(breaker)}
        )`);
    },

    /** @param result JSON @returns false when this attempt does not hold the claim any more: nothing is recorded or told */
    recordEffect(
      attempt: EffectAttempt,
      { result, costUsd, facts }: { result: unknown; costUsd: number; facts: readonly Fact[] },
      breaker?: BreakerUse,
    ): Promise<boolean> {
      return pool.oneFirst(sql.type(Held)`
        select pipeline.record_effect(
          ${attempt.runId}, ${keyOfEffect(attempt)}, ${attempt.engineRunId}, ${attempt.attempt}, ${json(result)}, ${costUsd}, ${factsOf(facts)},
          ${json(breaker)}
        ) as held`);
    },

    /**
     * Counts a failed attempt; `final` means that there will be no other.
     * @returns false when this attempt does not hold the claim any more: nothing is counted or told
     */
    failEffect(
      attempt: EffectAttempt,
      { error, final, facts }: { error: Failure; final: boolean; facts: readonly Fact[] },
      breaker?: BreakerUse,
    ): Promise<boolean> {
      return pool.oneFirst(sql.type(Held)`
        select pipeline.fail_effect(
          ${attempt.runId}, ${keyOfEffect(attempt)}, ${attempt.engineRunId}, ${attempt.attempt}, ${json(error)}, ${final}, ${factsOf(facts)},
          ${json(breaker)}
        ) as held`);
    },

    /**
     * Takes back what a claim has done, for an effect that must not be done now: the next claim is as if there had been none.
     * @returns false when this attempt does not hold the claim any more
     */
    releaseEffect(attempt: EffectAttempt): Promise<boolean> {
      const { runId, place, engineRunId } = attempt;
      return pool.oneFirst(sql.type(Held)`
        select pipeline.release_effect(
          ${runId}, ${nodePathOf(place)}, ${iterationOf(place)}, ${keyOfEffect(attempt)}, ${engineRunId}, ${attempt.attempt}
        ) as held`);
    },

    /**
     * Adds to the text that a model call is writing.
     * @param claims of the claim; a later claim begins a text of its own
     * @returns false when this attempt does not hold the claim any more
     */
    appendText(attempt: EffectAttempt, claims: number, delta: string): Promise<boolean> {
      const { runId, place } = attempt;
      return pool.oneFirst(sql.type(Held)`
        select pipeline.append_text(
          ${keyOfEffect(attempt)}, ${runId}, ${place.path.at(-1) ?? ''}, ${nodePathOf(place)}, ${iterationOf(place)}, ${claims},
          ${delta.replaceAll('\0', '\ufffd').toWellFormed()}
        ) as held`);
    },
  };
}
