import { z } from 'zod';

import { Failure } from './failure.ts';
import { Id } from './ids.ts';
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
  /** `items`: how many a map has; `conversationId`: what a circle discusses in. */
  z.object({
    type: z.literal('node.started'),
    ...node,
    ...input,
    items: z.number().int().optional(),
    conversationId: z.string().optional(),
  }),
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
  'budget.reached',
  'budget.extended',
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

/** Of an agent's node in a run. */
const NodeText = z.object({
  /** The key of the model call whose text this is. */
  turnId: z.string(),
  nodeId: z.string(),
  path: z.string(),
  iteration: z.string(),
  attempt: z.number().int(),
  text: z.string(),
});

/** Of a turn in a conversation. */
const TurnText = z.object({
  /** `<conversationId>/<number>`, as the turn is called everywhere. */
  turnId: z.string(),
  /** Which of the turn's model calls writes: each has a text of its own, and the last one's is what the turn says. */
  step: z.number().int(),
  agentId: Id,
  attempt: z.number().int(),
  text: z.string(),
});

/** `offset` counts as JavaScript does, in UTF-16 code units of the model call's text. */
const delta = { offset: z.number().int() };

/**
 * Unnumbered: what is lost of them does not matter, since the finished text comes as an event. A `turn.snapshot` holds all of a model
 * call's text so far and takes the place of what is known of it; a `turn.delta` goes on at `offset`. A later attempt takes the place
 * of an earlier one's text. A text may begin to come before the event of its turn's beginning; nothing of it comes after that of its end.
 */
export const StreamMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('turn.snapshot'), channel: z.string(), data: z.union([NodeText, TurnText]) }),
  z.object({
    type: z.literal('turn.delta'),
    channel: z.string(),
    data: z.union([NodeText.extend(delta), TurnText.extend(delta)]),
  }),
  /** A person writes, and may go on for `TYPING_LASTS_MS`. Those who write are not told of themselves. */
  z.object({
    type: z.literal('typing'),
    channel: z.string(),
    data: z.object({ userId: Id, name: z.string(), timestamp: z.iso.datetime() }),
  }),
]);
export type StreamMessage = z.infer<typeof StreamMessage>;

/** Clients tell of typing at most every `TYPING_EVERY_MS`; what comes more often is dropped. */
export const TYPING_EVERY_MS = 2_000;
/** How long somebody counts as writing who was told of once. */
export const TYPING_LASTS_MS = 5_000;

export const Subscribe = z.strictObject({
  channel: z.string().max(200),
  after: z.number().int().min(0).optional(),
});
export type Subscribe = z.infer<typeof Subscribe>;

/** Tells the others on a channel that the socket follows that a person writes. */
export const TellTyping = Subscribe.pick({ channel: true });
