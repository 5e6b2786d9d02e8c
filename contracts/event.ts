import { z } from 'zod';

import { Failure } from './failure.ts';
import { Json } from './json.ts';

/** `path` and `iteration` tell the nodes inside a map apart, see `contracts/place.ts`. */
const node = {
  key: z.string(),
  nodeId: z.string(),
  path: z.string(),
  iteration: z.string(),
  kind: z.string(),
};
/** What a node was given, with its expressions filled in; stored with the node, not told. */
const input = { input: Json.optional() };

/**
 * Something that happened to a node, told once: the key names the fact, so that telling it again changes nothing. It also
 * changes the node's row, in the same transaction. A node that has ended never changes, and nothing is told of it.
 */
export const NodeFact = z.discriminatedUnion('type', [
  /** `items`: how many a map has. */
  z.object({ type: z.literal('node.started'), ...node, ...input, items: z.number().int().optional() }),
  /** A person, or an instant, is waited for. */
  z.object({
    type: z.literal('node.waiting'),
    ...node,
    ...input,
    until: z.iso.datetime().optional(),
    approvalId: z.string().optional(),
  }),
  /** A try failed and there will be another one, after `delayMs`. */
  z.object({
    type: z.literal('node.retrying'),
    ...node,
    ...input,
    attempt: z.number().int(),
    delayMs: z.number().int(),
    error: Failure,
  }),
  z.object({ type: z.literal('node.completed'), ...node, ...input, output: Json, port: z.string() }),
  /** `output` is what the nodes behind it read, where the run goes on. */
  z.object({
    type: z.literal('node.failed'),
    ...node,
    ...input,
    error: Failure,
    output: Json.optional(),
    port: z.string().optional(),
  }),
  z.object({ type: z.literal('node.skipped'), ...node }),
  z.object({ type: z.literal('node.canceled'), ...node }),
]);
export type NodeFact = z.infer<typeof NodeFact>;

export const Fact = z.union([z.object({ type: z.literal('run.started'), key: z.string() }), NodeFact]);
export type Fact = z.infer<typeof Fact>;

/** Every type of event on a run's channel. */
export const RunEventType = z.enum([
  'run.queued',
  'run.started',
  'run.paused',
  'run.resumed',
  'run.completed',
  'run.failed',
  'run.canceled',
  'run.timed_out',
  'node.started',
  'node.waiting',
  'node.retrying',
  'node.completed',
  'node.failed',
  'node.skipped',
  'node.canceled',
  'approval.requested',
  'approval.decided',
  'approval.reminded',
  'approval.escalated',
  'approval.expired',
]);
export type RunEventType = z.infer<typeof RunEventType>;

/** An output of more bytes of JSON is left out of events, which then hold `outputRef: { bytes }`: ask for the run. */
export const EVENT_OUTPUT_LIMIT_BYTES = 64 * 1024;

/** A stored event: sequence per channel, from 1, without gaps. */
export const StoredEvent = z.object({
  type: z.string(),
  channel: z.string(),
  sequence: z.number().int(),
  data: z.looseObject({ timestamp: z.iso.datetime() }).and(z.record(z.string(), Json)),
});
export type StoredEvent = z.infer<typeof StoredEvent>;

const turn = {
  /** The key of the model call whose text this is. */
  turnId: z.string(),
  attempt: z.number().int(),
  nodeId: z.string(),
  path: z.string(),
  iteration: z.string(),
  text: z.string(),
};

/** Unnumbered, for streams of text: lost ones do not matter, the finished text comes as an event. */
export const StreamMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('turn.snapshot'), channel: z.string(), data: z.object(turn) }),
  z.object({
    type: z.literal('turn.delta'),
    channel: z.string(),
    data: z.object({ ...turn, offset: z.number().int() }),
  }),
]);
export type StreamMessage = z.infer<typeof StreamMessage>;

export const Subscribe = z.strictObject({
  channel: z.string().max(200),
  after: z.number().int().min(0).optional(),
});
export type Subscribe = z.infer<typeof Subscribe>;
