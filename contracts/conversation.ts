import { z } from 'zod';

import { MemberRole } from './circle.ts';
import { ConversationMode, ConversationSettings, SomeSettings } from './conversation-settings.ts';
import { Failure } from './failure.ts';
import { Id } from './ids.ts';
import { Json, JsonObject } from './json.ts';
import { Citation } from './knowledge.ts';
import { Usage } from './model.ts';

/**
 * `idle`: nobody is to speak, it waits for what people say. `running`: agents speak. `waiting`: a person has to decide something.
 * `paused`: by a person, or at the limit of a budget. `ended`: for good. State diagram: docs/state-machines.md.
 */
export const ConversationStatus = z.enum(['idle', 'running', 'waiting', 'paused', 'ended']);
export type ConversationStatus = z.infer<typeof ConversationStatus>;

/** `waiting`: for the decision of a person on a tool call. `stopped`: by a person; its partial text is kept. */
export const TurnStatus = z.enum(['running', 'waiting', 'completed', 'stopped', 'failed']);
export type TurnStatus = z.infer<typeof TurnStatus>;

/** What a turn is for in its mode. */
export const TurnPurpose = z.enum([
  'speak',
  'facilitate',
  'idea',
  'merge',
  'argue',
  'judge',
  'draft',
  'review',
  'revise',
]);
export type TurnPurpose = z.infer<typeof TurnPurpose>;

export const Author = z.object({
  kind: z.enum(['agent', 'user']),
  id: Id,
  name: z.string(),
});
export type Author = z.infer<typeof Author>;

export const MessageStatus = z.enum(['completed', 'stopped', 'failed']);

export const Message = z.object({
  id: Id,
  conversationId: Id,
  /** Where it was written; a branch shows messages of its parents too. */
  branch: z.number().int(),
  /** In its branch, from 1, without gaps. `after` of the list. */
  sequence: z.number().int(),
  author: Author,
  /** Markdown. Partial where the turn was stopped or failed. */
  content: z.string(),
  status: MessageStatus,
  /** Why the turn failed. */
  error: Failure.optional(),
  turnId: z.string().optional(),
  clientMessageId: z.string().optional(),
  /** Of the agents that it mentions. */
  mentions: z.array(Id),
  /** What `[n]` in an agent's text stands for; a number that is not here is text. */
  citations: z.array(Citation).default([]),
  createdAt: z.iso.datetime(),
  /** Other branches that go on differently at this place. */
  alternatives: z.array(z.number().int()).default([]),
});
export type Message = z.infer<typeof Message>;

/** A tool call of a turn, as people see it. */
export const TurnToolCall = z.object({
  id: z.string(),
  name: z.string(),
  arguments: JsonObject,
  status: z.enum(['running', 'waiting', 'completed', 'failed', 'rejected']),
  result: z.string().optional(),
  approvalId: Id.optional(),
});
export type TurnToolCall = z.infer<typeof TurnToolCall>;

export const Turn = z.object({
  /** `<conversationId>/<number>`. */
  id: z.string(),
  number: z.number().int(),
  branch: z.number().int(),
  agentId: Id,
  agentName: z.string(),
  purpose: TurnPurpose,
  /** Why this agent speaks now, for people. */
  reason: z.string(),
  status: TurnStatus,
  attempts: z.number().int(),
  toolCalls: z.array(TurnToolCall),
  usage: Usage,
  error: Failure.optional(),
  messageId: Id.optional(),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
});
export type Turn = z.infer<typeof Turn>;

export const Branch = z.object({
  branch: z.number().int(),
  parent: z.number().int().nullable(),
  /** The last sequence that it shares with its parent. */
  forkedAfter: z.number().int(),
  reason: z.enum(['start', 'edit', 'regenerate']),
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
});
export type Branch = z.infer<typeof Branch>;

export const ConversationSummary = z.object({
  id: Id,
  circleId: Id.nullable(),
  circleName: z.string().nullable(),
  /** Of a conversation with one agent. */
  agentId: Id.nullable(),
  agentName: z.string().nullable(),
  topic: z.string(),
  mode: ConversationMode,
  status: ConversationStatus,
  /** Why it is so: the termination that was reached, `budget`, `person`, … */
  statusReason: z.string().nullable(),
  workflowId: z.string(),
  branch: z.number().int(),
  messages: z.number().int(),
  costUsd: z.number(),
  startedBy: z.string(),
  runId: Id.nullable(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
});
export type ConversationSummary = z.infer<typeof ConversationSummary>;

export const Participant = z.object({
  id: Id,
  kind: z.enum(['agent', 'user']),
  name: z.string(),
  role: MemberRole,
});
export type Participant = z.infer<typeof Participant>;

export const Conversation = ConversationSummary.extend({
  settings: ConversationSettings,
  members: z.array(Participant),
  branches: z.array(Branch),
  /** Turns that have not ended, with the text so far where one is being written. */
  openTurns: z.array(Turn.extend({ text: z.string() })),
  usage: Usage,
  /** Of the last event of its channel that this state includes: subscribe `after` it and nothing is missed. */
  sequence: z.number().int(),
});
export type Conversation = z.infer<typeof Conversation>;

export const StartConversation = z
  .strictObject({
    circleId: z.string().max(80).optional().describe('Id or name of the circle'),
    agentId: z.string().max(80).optional().describe('Id or name of the agent, for a conversation of one'),
    topic: z.string().trim().max(20_000).default(''),
    mode: ConversationMode.optional(),
    /** In place of the circle's, key by key. */
    settings: SomeSettings.default({}),
  })
  .refine(({ circleId, agentId }) => (circleId === undefined) !== (agentId === undefined), {
    path: ['circleId'],
    error: 'name either a circle (circleId) or an agent (agentId)',
  });
export type StartConversation = z.infer<typeof StartConversation>;

export const WhenBusy = z.enum(['queue', 'steer', 'interrupt', 'reject']);
export type WhenBusy = z.infer<typeof WhenBusy>;

/** As much as a person may say at once. */
export const MAX_MESSAGE_CHARACTERS = 100_000;

export const PostMessage = z.strictObject({
  content: z
    .string()
    .max(MAX_MESSAGE_CHARACTERS)
    .refine((text) => text.trim() !== '', { error: 'must not be empty' }),
  /** The same id from the same person is the same message, whenever it comes again. */
  clientMessageId: z.string().min(1).max(128).optional(),
  whenBusy: WhenBusy.default('queue'),
});
export type PostMessage = z.infer<typeof PostMessage>;

/** Goes on differently: with other words of a person in place of a message, or with a new answer in place of an agent's. */
export const BranchConversation = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('edit'), messageId: Id, content: PostMessage.shape.content }),
  z.strictObject({ kind: z.literal('regenerate'), messageId: Id }),
]);
export type BranchConversation = z.infer<typeof BranchConversation>;

export const ChangeConversation = z.strictObject({
  topic: z.string().trim().max(20_000).optional(),
  mode: ConversationMode.optional(),
  settings: SomeSettings.optional(),
  /** The branch to go on with. */
  branch: z.number().int().min(0).optional(),
});
export type ChangeConversation = z.infer<typeof ChangeConversation>;

/** Every type of event on the channel `conversations/<id>`; `docs/api.md` says what each holds. */
export const ConversationEventType = z.enum([
  'conversation.started',
  'conversation.changed',
  'conversation.paused',
  'conversation.resumed',
  'conversation.idle',
  'conversation.ended',
  'message',
  'turn.started',
  'turn.retrying',
  'turn.waiting',
  'turn.completed',
  'turn.stopped',
  'turn.failed',
  'tool.started',
  'tool.completed',
  'tool.failed',
  'tool.rejected',
  'approval.requested',
  'approval.decided',
  'branch.created',
  'branch.switched',
  'agent.joined',
  'agent.left',
  'user.joined',
  'user.left',
  'member.changed',
  'circle.changed',
  'budget.reached',
  'budget.extended',
  'memory.remembered',
  'memory.skipped',
]);
export type ConversationEventType = z.infer<typeof ConversationEventType>;

/** What a control tool said: no effect on the world, it tells the mode what comes next. */
export const TurnSaid = z.object({
  /** `hand_over` and `choose_speaker`. */
  next: Id.optional(),
  /** `conclude`: nobody is to speak any more. */
  concludes: z.boolean().optional(),
  /** `give_verdict`. */
  verdict: z.enum(['approve', 'revise']).optional(),
  agrees: z.boolean().optional(),
  /** In their words. */
  why: Json.optional(),
});
export type TurnSaid = z.infer<typeof TurnSaid>;
