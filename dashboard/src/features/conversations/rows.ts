import type { Conversation, Message } from '../../../../contracts/conversation.ts';
import type { OpenTurn } from './live-turns.ts';
import type { Outgoing } from './outbox.ts';

/** What the transcript shows from top to bottom. */
export type Row =
  | { kind: 'message'; key: string; message: Message }
  | { kind: 'outgoing'; key: string; outgoing: Outgoing }
  | { kind: 'turn'; key: string; turn: OpenTurn };

interface Shown {
  branch: number;
  items: readonly Message[];
  openTurns: Conversation['openTurns'];
  outgoing: readonly Outgoing[];
}

/** Messages first, then what is being said. Nothing is shown twice while its end is told in several steps. */
export function rowsOf({ branch, items, openTurns, outgoing }: Shown): Row[] {
  const turns = new Set(items.map(({ turnId }) => turnId));
  const arrived = new Set(items.map(({ clientMessageId }) => clientMessageId));
  return [
    ...items.map((message): Row => ({
      kind: 'message',
      key: message.turnId ?? message.clientMessageId ?? message.id,
      message,
    })),
    ...openTurns
      .filter((turn) => turn.branch === branch && !turns.has(turn.id))
      .map((turn): Row => ({ kind: 'turn', key: turn.id, turn })),
    ...outgoing
      .filter(({ clientMessageId }) => !arrived.has(clientMessageId))
      .map((message): Row => ({ kind: 'outgoing', key: message.clientMessageId, outgoing: message })),
  ];
}
