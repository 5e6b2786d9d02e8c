import { describe, expect, it } from '@jest/globals';

import { aMessage, aTurn, EDITOR, later } from '../../../testing/builders.ts';
import { foldNotes } from './live-notes.ts';
import { rowsOf } from './rows.ts';

const shown = { branch: 0, items: [], openTurns: [], outgoing: [] };
const heard = (sequence: number, type: string, data: Record<string, unknown> = {}) => ({
  ...{ type, sequence },
  data: { timestamp: later(sequence), by: 'ada@example.org', ...data },
});

describe('the rows of a transcript', () => {
  const turn = { ...aTurn(1, { status: 'running', startedAt: later(2), endedAt: null }), text: '' };
  const items = [aMessage(1), aMessage(3, { clientMessageId: 'second' })];
  const waiting = (change: Partial<Parameters<typeof rowsOf>[0]>) =>
    rowsOf({ ...shown, items, openTurns: [turn], ...change }).map(
      (row) => row.kind === 'message' && row.waits,
    );

  it('say which message was written after the turn had begun, as long as it is under way', () => {
    expect(waiting({})).toEqual([false, true, false]);
    expect(waiting({ openTurns: [] })).toEqual([false, false]);
    expect(waiting({ openTurns: [{ ...turn, branch: 1 }] })).toEqual([false, false]);
  });

  it('let no agent wait, nor a message that steers the turn', () => {
    const author = { kind: 'agent', id: EDITOR.id, name: 'Editor' } as const;
    expect(waiting({ items: [aMessage(3, { author })] })).toEqual([false, false]);
    expect(waiting({ steers: ['second'] })).toEqual([false, false, false]);
  });

  it('hold what people did where they did it', () => {
    const notes = foldNotes(
      [],
      [heard(2, 'conversation.changed', { mode: 'debate' }), heard(4, 'conversation.paused')],
    );
    const rows = rowsOf({ ...shown, items, notes });
    expect(rows.map((row) => (row.kind === 'note' ? row.note.did : row.kind))).toEqual([
      'message',
      'changed the mode to Debate',
      'message',
      'paused the conversation',
    ]);
  });
});

describe('what people did with a conversation', () => {
  it('is noted once, however often it is heard, and nothing else is', () => {
    const events = [
      heard(5, 'conversation.changed', { mode: 'review', topic: 'Tea' }),
      heard(6, 'conversation.changed', { settings: {} }),
      heard(7, 'conversation.resumed'),
      heard(8, 'message'),
    ];
    const once = foldNotes([], events);
    expect(once.map(({ did }) => did)).toEqual([
      'changed the mode to Review and changed the topic',
      'resumed the conversation',
    ]);
    expect(foldNotes(once, events)).toBe(once);
  });
});
