import { z } from 'zod';

import type { Conversation, ConversationStatus, Turn } from '../../../../contracts/conversation.ts';
import { Branch } from '../../../../contracts/conversation.ts';
import { ConversationMode } from '../../../../contracts/conversation-settings.ts';
import { addUsage, Usage } from '../../../../contracts/model.ts';
import { foldTurns, isTurnEvent } from './live-turns.ts';

/** An event or a piece of text as it arrives on a conversation's channel. */
export interface ConversationMessage {
  type: string;
  sequence?: number | undefined;
  data: Record<string, unknown>;
}

export interface Folded {
  conversation: Conversation;
  /** Turns that have ended, as they were told. */
  ended: readonly Turn[];
  /** What happened is more than its event tells: the conversation is to be asked for. */
  incomplete: boolean;
}

const EventData = z.object({
  timestamp: z.iso.datetime().optional(),
  reason: z.string().nullish(),
  termination: z.string().nullish(),
  topic: z.string().optional(),
  mode: ConversationMode.optional(),
  branch: z.number().int().optional(),
});
const SpokenData = z.object({ branch: z.number().int(), sequence: z.number().int() });
const SpentData = z.object({ usage: Usage });

const STATUS: Partial<Record<string, ConversationStatus>> = {
  'conversation.paused': 'paused',
  'conversation.idle': 'idle',
  'conversation.ended': 'ended',
};

/** Events after which something is different that they do not hold in full. */
const INCOMPLETE = [
  'conversation.changed',
  'branch.created',
  'branch.switched',
  'agent.joined',
  'agent.left',
  'user.joined',
  'user.left',
  'member.changed',
  'budget.reached',
  'budget.extended',
  // They tell what their finished model calls used; the one that was cut off has used something too.
  'turn.stopped',
  'turn.failed',
];

/** The conversation after some events. Events that it knows already change nothing; nothing is said after its end. */
export function foldConversation(held: Conversation, messages: readonly ConversationMessage[]): Folded {
  let conversation = held;
  let incomplete = false;
  const ended: Turn[] = [];
  for (const { type, sequence, data } of messages) {
    if (sequence === undefined || sequence <= conversation.sequence) continue;
    conversation = { ...conversation, sequence };
    incomplete ||= INCOMPLETE.includes(type);
    if (isTurnEvent(type)) {
      const turns = foldTurns(conversation.openTurns, type, data);
      ended.push(...turns.ended);
      conversation = withTurns(conversation, turns.open, type, data);
    } else conversation = foldEvent(conversation, type, data);
  }
  return { conversation, ended, incomplete };
}

/** Whether agents speak or wait shows in the turns; what people have paused or ended stays so. */
function withTurns(
  conversation: Conversation,
  openTurns: Conversation['openTurns'],
  type: string,
  data: Record<string, unknown>,
): Conversation {
  const spent = ['turn.completed', 'turn.stopped', 'turn.failed'].includes(type)
    ? SpentData.safeParse(data).data?.usage
    : undefined;
  const settled = conversation.status === 'paused' || conversation.status === 'ended';
  const asks = openTurns.some((turn) => turn.status === 'waiting');
  const status = settled ? conversation.status : asks ? 'waiting' : 'running';
  return {
    ...conversation,
    openTurns,
    status,
    statusReason: status === conversation.status ? conversation.statusReason : null,
    ...(spent !== undefined && {
      usage: addUsage(conversation.usage, spent),
      costUsd: conversation.costUsd + spent.costUsd,
    }),
  };
}

function foldEvent(conversation: Conversation, type: string, data: Record<string, unknown>): Conversation {
  const event = EventData.safeParse(data);
  if (!event.success) return conversation;
  const { timestamp, topic, mode, branch } = event.data;
  const at = timestamp ?? conversation.updatedAt;
  const status = STATUS[type];
  if (status !== undefined) {
    if (conversation.status === 'ended') return conversation;
    const statusReason = event.data.termination ?? event.data.reason ?? null;
    return {
      ...conversation,
      status,
      statusReason,
      updatedAt: at,
      endedAt: status === 'ended' ? at : null,
    };
  }
  switch (type) {
    case 'conversation.resumed':
      return resumed(conversation, at);
    case 'conversation.changed':
      return {
        ...conversation,
        updatedAt: at,
        ...(topic !== undefined && { topic }),
        ...(mode !== undefined && { mode }),
      };
    case 'branch.created':
      return branched(conversation, { createdAt: at, ...data });
    case 'branch.switched':
      return branch === undefined ? conversation : { ...conversation, branch, updatedAt: at };
    case 'message':
      return spoken(conversation, data, at);
    default:
      return conversation;
  }
}

function resumed(conversation: Conversation, at: string): Conversation {
  if (conversation.status !== 'paused') return conversation;
  const { openTurns } = conversation;
  const asks = openTurns.some((turn) => turn.status === 'waiting');
  const status = asks ? 'waiting' : openTurns.length > 0 ? 'running' : 'idle';
  return { ...conversation, status, statusReason: null, updatedAt: at };
}

function branched(conversation: Conversation, data: Record<string, unknown>): Conversation {
  const branch = Branch.safeParse(data);
  if (!branch.success || conversation.branches.some((known) => known.branch === branch.data.branch))
    return conversation;
  return { ...conversation, branches: [...conversation.branches, branch.data] };
}

function spoken(conversation: Conversation, data: Record<string, unknown>, at: string): Conversation {
  const said = SpokenData.safeParse(data);
  if (!said.success) return conversation;
  const isHere = said.data.branch === conversation.branch;
  return {
    ...conversation,
    updatedAt: at,
    messages: isHere ? Math.max(conversation.messages, said.data.sequence) : conversation.messages,
  };
}
