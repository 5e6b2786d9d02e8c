import { z } from 'zod';

import type { Fact } from '../contracts/event.ts';
import type { Failure } from '../contracts/failure.ts';
import type { Json } from '../contracts/json.ts';
import { channelOf, effectKeyOf, iterationOf, nodePathOf, type NodePlace } from '../contracts/place.ts';
import type { RunEnd } from '../contracts/plan.ts';
import { RunStatus } from '../contracts/run.ts';
import type { Values } from './effects.ts';
import { factsOf } from './facts.ts';
import { json } from './json.ts';
import type { Queryable } from './pool.ts';
import { sql } from './pool.ts';

// Written by our own SQL, from what was stored as JSON; not walked through again.
const JsonByKey = z.custom<Readonly<Record<string, Json>>>(
  (value) => typeof value === 'object' && value !== null,
);
const ValuesRow = z.object({ outputs: JsonByKey, items: JsonByKey });
const Nothing = z.object({});

/** How many items a map has, and which of them cannot be run. */
const StartedMap = z.object({ count: z.number(), misfits: z.array(z.number()) });
export type StartedMap = z.infer<typeof StartedMap>;

export type RunSteps = ReturnType<typeof createRunSteps>;

/**
 * What the steps of a run write that are no effect on the world: facts, the items of maps, its end. Each function is one
 * statement and safe to repeat.
 */
export function createRunSteps(pool: Queryable) {
  return {
    /** What does not exist is absent. */
    readValues(runId: string, reads: readonly string[], items: readonly string[]): Promise<Values> {
      return pool.one(sql.type(ValuesRow)`
        select * from pipeline.read_values(${runId}, ${sql.array([...reads], 'text')}, ${sql.array([...items], 'text')})`);
    },

    /** The instant that a node was told to wait for, ISO; null before that was told. */
    async findWaitingUntil(runId: string, place: NodePlace): Promise<string | null> {
      const key = `${effectKeyOf(runId, place)}/node.waiting`;
      const found = await pool.maybeOne(sql.type(z.object({ until: z.string().nullable() }))`
        select data ->> 'until' as until from event.events where channel = ${channelOf.run(runId)} and key = ${key}`);
      return found?.until ?? null;
    },

    async tellFacts(runId: string, facts: readonly Fact[]): Promise<void> {
      await pool.query(sql.type(Nothing)`select pipeline.tell(${runId}, ${factsOf(facts)})`);
    },

    /**
     * Tells how the pure nodes of a segment came out.
     * @returns what was told first under this key: evaluations have limits of time, so two need not come out alike
     */
    tellSegment<Result>(
      runId: string,
      { key, result }: { key: string; result: Result },
      facts: readonly Fact[],
    ): Promise<Result> {
      // What was stored is what an earlier call gave.
      return pool.oneFirst(sql.type(z.object({ result: z.custom<Result>() }))`
        select pipeline.tell_segment(${runId}, ${key}, ${json(result)}, ${factsOf(facts)}) as result`);
    },

    /**
     * The first call decides the items.
     * @param misfits by index, why an item cannot be run
     */
    startMap(
      runId: string,
      map: NodePlace,
      { items, misfits }: { items: readonly Json[]; misfits: ReadonlyMap<number, Failure> },
      facts: readonly Fact[],
    ): Promise<StartedMap> {
      return pool.one(sql.type(StartedMap)`
        select * from pipeline.start_map(
          ${runId}, ${nodePathOf(map)}, ${iterationOf(map)}, ${json(items)}, ${json(Object.fromEntries(misfits))}, ${factsOf(facts)}
        )`);
    },

    /**
     * Collects the outputs of the items, in their order and null for those that failed, and tells `node.completed`. The output of a
     * node of kind `pipeline` is that of its only item.
     */
    async completeMap(
      runId: string,
      map: NodePlace,
      {
        kind,
        sinks,
        failed,
      }: { kind: 'map' | 'pipeline'; sinks: readonly string[]; failed: readonly number[] },
      facts: readonly Fact[],
    ): Promise<void> {
      await pool.query(sql.type(Nothing)`
        select pipeline.complete_map(
          ${runId}, ${nodePathOf(map)}, ${iterationOf(map)}, ${map.path.at(-1) ?? ''}, ${kind},
          ${sql.array([...sinks], 'text')}, ${sql.array([...failed], 'int4')}, ${factsOf(facts)}
        )`);
    },

    /** Ends the run; its output is that of its sinks. @returns the status that it has in the end, another one if it had ended before */
    closeRun(
      runId: string,
      end: { status: RunEnd; sinks: readonly string[]; error?: Failure },
      facts: readonly Fact[],
    ): Promise<RunStatus> {
      return pool.oneFirst(sql.type(z.object({ status: RunStatus }))`
        select pipeline.close_run(${runId}, ${end.status}, ${sql.array([...end.sinks], 'text')}, ${json(end.error)}, ${factsOf(facts)}) as status`);
    },
  };
}
