import { stripVTControlCharacters } from 'node:util';

import { describe, expect, it } from '@jest/globals';

import type { StoredEvent, StreamMessage } from '../../contracts/event.ts';
import type { Json } from '../../contracts/json.ts';
import { createTranscript } from './transcript.ts';

const channel = 'conversations/c';
const agentId = '01890000-0000-7000-8000-000000000000';

/** What a person reads of it. */
function read(...messages: (StoredEvent | StreamMessage)[]): string {
  const transcript = createTranscript({ isOwn: (id) => id === 'mine' });
  const pieces = messages.flatMap((message) =>
    'sequence' in message ? transcript.event(message) : transcript.stream(message),
  );
  return stripVTControlCharacters(pieces.map(({ text }) => text).join(''));
}
let sequence = 0;
const event = (type: string, data: Record<string, Json>): StoredEvent => ({
  ...{ type, channel, sequence: ++sequence },
  data: { ...data, timestamp: '2026-01-01T00:00:00.000Z' },
});
const begun = (turn: number, agentName: string) =>
  event('turn.started', { turnId: `c/${turn}`, agentName, reason: 'was asked' });
const said = (turn: number, content: string, name = 'Ada') =>
  event('message', { turnId: `c/${turn}`, content, author: { kind: 'agent', name } });
const delta = (
  turn: number,
  offset: number,
  text: string,
  { attempt = 1, step = 0 } = {},
): StreamMessage => ({
  ...{ type: 'turn.delta', channel },
  data: { turnId: `c/${turn}`, step, agentId, attempt, offset, text },
});
const snapshot = (turn: number, text: string): StreamMessage => ({
  ...{ type: 'turn.snapshot', channel },
  data: { turnId: `c/${turn}`, step: 0, agentId, attempt: 1, text },
});

describe('a transcript', () => {
  it('shows each word once, whatever of it was streamed', () => {
    const whole = '\nAda was asked\nHello there\n';
    const start = begun(1, 'Ada');
    expect(read(start, said(1, 'Hello there'))).toBe(whole);
    expect(read(start, delta(1, 0, 'Hello'), delta(1, 5, ' there'), said(1, 'Hello there'))).toBe(whole);
    expect(read(start, snapshot(1, 'Hello'), delta(1, 5, ' the'), said(1, 'Hello there'))).toBe(whole);
    expect(read(start, delta(1, 0, 'Hello'), snapshot(1, 'Hello th'), said(1, 'Hello there'))).toBe(whole);
    expect(read(start, delta(1, 0, 'Hel'), delta(1, 8, 'ere'), said(1, 'Hello there'))).toBe(whole);
  });

  it('begins again with a later attempt', () => {
    expect(
      read(begun(1, 'Ada'), delta(1, 0, 'Hal'), delta(1, 0, 'Hello', { attempt: 2 }), said(1, 'Hello')),
    ).toBe('\nAda was asked\nHal\n↻ again\nHello\n');
  });

  it('shows tools and what is said between them', () => {
    const call = { turnId: 'c/1', call: 'tool.0.0', name: 'calculator' };
    expect(
      read(
        ...[begun(1, 'Ada'), delta(1, 0, 'Let me see.')],
        ...[event('tool.started', { ...call, arguments: { expression: '1\n+ 1' } })],
        ...[event('tool.completed', { ...call, result: '2' })],
        ...[delta(1, 0, 'Two', { step: 1 }), said(1, 'Two.')],
      ),
    ).toBe('\nAda was asked\nLet me see.\n  ⚙ calculator {"expression":"1\\n+ 1"}\n  ✓ calculator 2\nTwo.\n');
  });

  it('shows agents that speak at the same time one after the other', () => {
    expect(
      read(
        ...[begun(1, 'Ada'), begun(2, 'Bob'), delta(1, 0, 'A'), delta(2, 0, 'B')],
        ...[said(2, 'B two', 'Bob'), delta(1, 1, ' one'), said(1, 'A one')],
      ),
    ).toBe('\nAda was asked\nA one\n\nBob was asked\nB two\n');
  });

  it('tells of turns that were stopped or have failed', () => {
    expect(
      read(begun(1, 'Ada'), delta(1, 0, 'Hal'), said(1, 'Hal'), event('turn.stopped', { turnId: 'c/1' })),
    ).toBe('\nAda was asked\nHal\n  (stopped)\n');
    const error = { type: 'Unavailable', message: 'away' };
    expect(read(begun(1, 'Ada'), said(1, ''), event('turn.failed', { turnId: 'c/1', error }))).toBe(
      '\nAda was asked\n  ✗ away\n',
    );
  });

  it('shows what others say, and not again what the person has entered', () => {
    const author = { kind: 'user', name: 'Eve' };
    expect(read(event('message', { author, content: 'Hi', clientMessageId: 'mine' }))).toBe('');
    expect(read(event('message', { author, content: 'Hi', clientMessageId: 'theirs' }))).toBe('\nEve\nHi\n');
  });

  it('says nothing of what it does not know', () => {
    expect(read(event('planet.aligned', { name: 'Mars' }))).toBe('');
  });
});
