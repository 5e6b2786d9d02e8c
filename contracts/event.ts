import { z } from 'zod';

import { Failure } from './failure.ts';
import { Json, Value } from './json.ts';

/**
 * Something that happened, told once: the key names the fact, so that telling it again changes nothing.
 * A node's fact also changes the node's row, in the same transaction.
 */
const nodeFact = { nodeId: z.string(), path: z.string(), iteration: z.string(), kind: z.string() };

export const Fact = z.discriminatedUnion('type', [
  z.object({ type: z.literal('run.started'), key: z.string() }),
  z.object({ type: z.literal('node.started'), key: z.string(), ...nodeFact }),
  z.object({ type: z.literal('node.completed'), key: z.string(), ...nodeFact, output: Value, port: z.string().optional() }),
  z.object({ type: z.literal('node.failed'), key: z.string(), ...nodeFact, error: Failure }),
  z.object({ type: z.literal('node.skipped'), key: z.string(), ...nodeFact }),
  z.object({ type: z.literal('node.canceled'), key: z.string(), ...nodeFact }),
  z.object({ type: z.literal('node.retrying'), key: z.string(), ...nodeFact, attempt: z.number().int(), error: Failure }),
]);
export type Fact = z.infer<typeof Fact>;
export type NodeFact = Exclude<Fact, { type: 'run.started' }>;

/** A stored event: sequence per channel, from 1, without gaps. */
export const StoredEvent = z.object({
  type: z.string(),
  channel: z.string(),
  sequence: z.number().int(),
  data: z.looseObject({ timestamp: z.iso.datetime() }).and(z.record(z.string(), Json)),
});
export type StoredEvent = z.infer<typeof StoredEvent>;

/** Unnumbered, for streams of text: lost ones do not matter, the finished text comes as an event. */
export const StreamMessage = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('turn.snapshot'),
    channel: z.string(),
    data: z.object({ turnId: z.string(), attempt: z.number().int(), text: z.string() }),
  }),
  z.object({
    type: z.literal('turn.delta'),
    channel: z.string(),
    data: z.object({ turnId: z.string(), attempt: z.number().int(), offset: z.number().int(), text: z.string() }),
  }),
]);
export type StreamMessage = z.infer<typeof StreamMessage>;

export const Subscribe = z.strictObject({ channel: z.string().max(200), after: z.number().int().min(0).optional() });
export type Subscribe = z.infer<typeof Subscribe>;
