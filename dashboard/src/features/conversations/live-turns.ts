import { z } from 'zod';

import {
  type Conversation,
  type Turn,
  TurnPurpose,
  type TurnToolCall,
} from '../../../../contracts/conversation.ts';
import { Failure } from '../../../../contracts/failure.ts';
import { JsonObject } from '../../../../contracts/json.ts';
import { NO_USAGE, Usage } from '../../../../contracts/model.ts';
import { without } from '../../lib/without.ts';

export type OpenTurn = Conversation['openTurns'][number];

const TurnData = z.object({
  turnId: z.string(),
  number: z.number().int().optional(),
  branch: z.number().int().optional(),
  agentId: z.string().optional(),
  agentName: z.string().optional(),
  purpose: TurnPurpose.optional(),
  reason: z.string().nullish(),
  attempt: z.number().int().optional(),
  messageId: z.string().nullish(),
  usage: Usage.optional(),
  error: Failure.nullish(),
  timestamp: z.iso.datetime().optional(),
});
type TurnData = z.infer<typeof TurnData>;

const CallData = z.object({
  turnId: z.string(),
  call: z.string(),
  name: z.string().optional(),
  arguments: JsonObject.optional(),
  result: z.string().nullish(),
  approvalId: z.string().nullish(),
  status: z.string().optional(),
});
type CallData = z.infer<typeof CallData>;

const ENDED: Partial<Record<string, 'completed' | 'stopped' | 'failed'>> = {
  'turn.completed': 'completed',
  'turn.stopped': 'stopped',
  'turn.failed': 'failed',
};

const EPOCH = new Date(0).toISOString();

export const isTurnEvent = (type: string): boolean =>
  type.startsWith('turn.') || type.startsWith('tool.') || type.startsWith('approval.');

/** `<conversationId>/<number>`, and what follows it where a model or tool call is named. */
export function turnNumberOf(turnId: string): number | undefined {
  const part = turnId.split('/')[1];
  return part !== undefined && /^\d+$/.test(part) ? Number(part) : undefined;
}

/** The turns that are under way after an event, and those that it ended. */
export function foldTurns(
  open: readonly OpenTurn[],
  type: string,
  data: Record<string, unknown>,
): { open: OpenTurn[]; ended: Turn[] } {
  if (type.startsWith('turn.')) {
    const event = TurnData.safeParse(data);
    return event.success ? foldTurn(open, type, event.data) : { open: [...open], ended: [] };
  }
  const event = CallData.safeParse(data);
  if (!event.success) return { open: [...open], ended: [] };
  const number = turnNumberOf(event.data.turnId);
  return {
    open: open.map((turn) => (turn.number === number ? foldCall(turn, type, event.data) : turn)),
    ended: [],
  };
}

function foldTurn(
  open: readonly OpenTurn[],
  type: string,
  event: TurnData,
): { open: OpenTurn[]; ended: Turn[] } {
  const number = turnNumberOf(event.turnId);
  if (type === 'turn.started') {
    const begun = begunTurn(event);
    const known = begun === undefined || open.some((turn) => turn.number === begun.number);
    return { open: known ? [...open] : [...open, begun], ended: [] };
  }
  const status = ENDED[type];
  if (status === undefined) {
    return {
      open: open.map((turn) => (turn.number === number ? goneOn(turn, type, event) : turn)),
      ended: [],
    };
  }
  const ended = open.filter((turn) => turn.number === number).map((turn) => endedTurn(turn, status, event));
  return { open: open.filter((turn) => turn.number !== number), ended };
}

function begunTurn(event: TurnData): OpenTurn | undefined {
  const number = event.number ?? turnNumberOf(event.turnId);
  if (number === undefined || event.agentId === undefined) return undefined;
  return {
    id: event.turnId,
    number,
    branch: event.branch ?? 0,
    agentId: event.agentId,
    agentName: event.agentName ?? '',
    purpose: event.purpose ?? 'speak',
    reason: event.reason ?? '',
    status: 'running',
    attempts: 1,
    toolCalls: [],
    usage: NO_USAGE,
    startedAt: event.timestamp ?? EPOCH,
    endedAt: null,
    text: '',
  };
}

/** While it is under way: tried again, or waiting for a person. */
function goneOn(turn: OpenTurn, type: string, { attempt, error }: TurnData): OpenTurn {
  if (type === 'turn.waiting') return { ...turn, status: 'waiting' };
  if (type !== 'turn.retrying') return turn;
  return {
    ...turn,
    text: '',
    attempts: Math.max(turn.attempts, (attempt ?? turn.attempts) + 1),
    ...(error != null && { error }),
  };
}

function endedTurn(turn: OpenTurn, status: Turn['status'], event: TurnData): Turn {
  return {
    // An earlier attempt's error is settled.
    ...without(without(turn, 'text'), 'error'),
    status,
    usage: event.usage ?? turn.usage,
    endedAt: event.timestamp ?? turn.startedAt,
    toolCalls: turn.toolCalls.map((call) => (isOver(call) ? call : { ...call, status: 'failed' })),
    ...(event.messageId != null && { messageId: event.messageId }),
    ...(event.error != null && { error: event.error }),
  };
}

const isOver = ({ status }: TurnToolCall): boolean =>
  status === 'completed' || status === 'failed' || status === 'rejected';

const CALL_STATUS: Partial<Record<string, TurnToolCall['status']>> = {
  'tool.started': 'running',
  'tool.completed': 'completed',
  'tool.failed': 'failed',
  'tool.rejected': 'rejected',
  'approval.requested': 'waiting',
};

function foldCall(turn: OpenTurn, type: string, event: CallData): OpenTurn {
  const held = turn.toolCalls.find(({ id }) => id === event.call);
  const status = type === 'approval.decided' ? decidedStatus(event) : CALL_STATUS[type];
  if (status === undefined || (held === undefined && event.name === undefined)) return turn;
  const call: TurnToolCall = {
    id: event.call,
    name: event.name ?? held?.name ?? '',
    arguments: event.arguments ?? held?.arguments ?? {},
    status: held !== undefined && isOver(held) ? held.status : status,
    ...resultOf(event.result ?? held?.result),
    ...approvalOf(event.approvalId ?? held?.approvalId),
  };
  const toolCalls =
    held === undefined
      ? [...turn.toolCalls, call]
      : turn.toolCalls.map((known) => (known === held ? call : known));
  const asks = toolCalls.some((known) => known.status === 'waiting');
  // A call begins when the text before it is complete; what comes next is another text.
  return { ...turn, toolCalls, status: asks ? 'waiting' : 'running', text: '' };
}

const resultOf = (result: string | undefined) => (result === undefined ? {} : { result });
const approvalOf = (approvalId: string | undefined) => (approvalId === undefined ? {} : { approvalId });

const decidedStatus = ({ status }: CallData): TurnToolCall['status'] =>
  status === 'rejected' ? 'rejected' : 'running';
