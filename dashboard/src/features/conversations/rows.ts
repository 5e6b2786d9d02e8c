import type { Conversation, Message } from '../../../../contracts/conversation.ts';
import type { Note } from './live-notes.ts';
import type { OpenTurn } from './live-turns.ts';
import type { Outgoing } from './outbox.ts';

/** What the transcript shows from top to bottom. */
export type Row =
  /** `waits`: said while a turn was under way that is not over yet, so that nobody answers it before. */
  | { kind: 'message'; key: string; message: Message; waits: boolean }
  | { kind: 'note'; key: string; note: Note }
  | { kind: 'outgoing'; key: string; outgoing: Outgoing }
  | { kind: 'turn'; key: string; turn: OpenTurn };

interface Shown {
  branch: number;
  items: readonly Message[];
  openTurns: Conversation['openTurns'];
  outgoing: readonly Outgoing[];
  notes?: readonly Note[] | undefined;
  /** Messages that enter the turn that is under way, by their `clientMessageId`. */
  steers?: readonly string[];
}

/** Messages first, then what is being said. Nothing is shown twice while its end is told in several steps. */
export function rowsOf({ branch, items, openTurns, outgoing, notes = [], steers = [] }: Shown): Row[] {
  const turns = new Set(items.map(({ turnId }) => turnId));
  const arrived = new Set(items.map(({ clientMessageId }) => clientMessageId));
  const open = openTurns.filter((turn) => turn.branch === branch && !turns.has(turn.id));
  const messages = items.map((message): Row => ({
    kind: 'message',
    key: message.turnId ?? message.clientMessageId ?? message.id,
    message,
    waits: !steers.includes(message.clientMessageId ?? '') && open.some((turn) => saidDuring(message, turn)),
  }));
  return [
    ...withNotes(messages, notes),
    ...open.map((turn): Row => ({ kind: 'turn', key: turn.id, turn })),
    ...outgoing
      .filter(({ clientMessageId }) => !arrived.has(clientMessageId))
      .map((message): Row => ({ kind: 'outgoing', key: message.clientMessageId, outgoing: message })),
  ];
}

/** Each note behind the last message that is older than it. */
function withNotes(messages: readonly Row[], notes: readonly Note[]): Row[] {
  const rows = [...messages];
  for (const note of notes) {
    const before = rows.findLastIndex((row) =>
      row.kind === 'message' ? Date.parse(row.message.createdAt) <= Date.parse(note.at) : row.kind === 'note',
    );
    rows.splice(before + 1, 0, { kind: 'note', key: `note/${note.sequence}`, note });
  }
  return rows;
}

const saidDuring = ({ author, createdAt }: Message, { startedAt }: OpenTurn): boolean =>
  author.kind === 'user' && Date.parse(startedAt) < Date.parse(createdAt);
