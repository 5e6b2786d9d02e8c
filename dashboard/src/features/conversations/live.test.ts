import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { NO_USAGE } from '../../../../contracts/model.ts';
import { aConversation, aMessage, CONVERSATION_ID, EDITOR, later } from '../../../testing/builders.ts';
import { type ConversationMessage, foldConversation } from './live.ts';
import { foldTexts, type TurnTexts } from './live-texts.ts';
import { foldTranscript, mergeItems, type Transcript } from './live-transcript.ts';

const turnId = `${CONVERSATION_ID}/1`;
const tell = (sequence: number, type: string, data: Record<string, unknown> = {}): ConversationMessage => ({
  type,
  sequence,
  data: { timestamp: later(sequence), conversationId: CONVERSATION_ID, ...data },
});
const begun = (sequence: number, number = 1) =>
  tell(sequence, 'turn.started', {
    turnId: `${CONVERSATION_ID}/${number}`,
    ...{ number, branch: 0, agentId: EDITOR.id, agentName: 'Editor', purpose: 'speak', reason: 'In turn' },
  });
const said = (sequence: number, place: number, content = 'Hi') => {
  const { id, author, branch, status } = aMessage(place);
  return tell(sequence, 'message', { messageId: id, author, branch, status, sequence: place, content });
};
const piece = (type: string, text: string, more: Record<string, unknown> = {}): ConversationMessage => ({
  type,
  data: { turnId, step: 0, agentId: EDITOR.id, attempt: 1, text, ...more },
});

describe('events folded into a conversation', () => {
  it('begin a turn, and end it with what it used', () => {
    const open = foldConversation(aConversation(), [begun(11)]).conversation;
    expect(open).toMatchObject({ status: 'running', sequence: 11 });
    expect(open.openTurns).toMatchObject([{ number: 1, agentName: 'Editor', reason: 'In turn', text: '' }]);
    const usage = { ...NO_USAGE, outputTokens: 7, costUsd: 0.5 };
    const { conversation, ended } = foldConversation(open, [
      tell(12, 'turn.completed', { turnId, usage, messageId: aMessage(1).id }),
      tell(13, 'conversation.idle', { reason: 'x', termination: 'maxTurns' }),
    ]);
    expect(conversation).toMatchObject({ status: 'idle', statusReason: 'maxTurns', openTurns: [] });
    expect(conversation).toMatchObject({ costUsd: 0.5, usage });
    expect(ended).toMatchObject([{ number: 1, status: 'completed', usage, endedAt: later(12) }]);
  });

  it.each(['turn.stopped', 'turn.failed'])(
    'count what a turn used that ends with %s, and ask for the rest',
    (type) => {
      const usage = { ...NO_USAGE, outputTokens: 7, costUsd: 0.5 };
      const folded = foldConversation(aConversation(), [begun(11), tell(12, type, { turnId, usage })]);
      expect(folded.conversation).toMatchObject({ costUsd: 0.5, usage });
      expect(folded.incomplete).toBe(true);
    },
  );

  it('let a tool call wait for a person, and go on', () => {
    const call = { turnId, call: 'tool.0.0', name: 'calculate', arguments: { expression: '1+1' } };
    const asked = foldConversation(aConversation(), [
      begun(11),
      tell(12, 'approval.requested', { ...call, approvalId: aMessage(9).id }),
    ]).conversation;
    expect(asked.status).toBe('waiting');
    expect(asked.openTurns[0]).toMatchObject({
      status: 'waiting',
      toolCalls: [{ id: 'tool.0.0', status: 'waiting', approvalId: aMessage(9).id }],
    });
    const done = foldConversation(asked, [
      tell(13, 'approval.decided', { ...call, status: 'approved' }),
      tell(14, 'tool.started', call),
      tell(15, 'tool.completed', { turnId, call: 'tool.0.0', result: '2' }),
    ]).conversation;
    expect(done.status).toBe('running');
    expect(done.openTurns[0]?.toolCalls).toMatchObject([{ status: 'completed', result: '2' }]);
  });

  it('keep what people paused, while the turn that was under way ends', () => {
    const paused = foldConversation(aConversation(), [
      begun(11),
      tell(12, 'conversation.paused', { reason: 'person' }),
      tell(13, 'turn.completed', { turnId }),
    ]).conversation;
    expect(paused).toMatchObject({ status: 'paused', statusReason: 'person' });
    const resumed = foldConversation(paused, [tell(14, 'conversation.resumed')]).conversation;
    expect(resumed).toMatchObject({ status: 'idle', statusReason: null });
  });

  it('change nothing once it has ended', () => {
    const ended = foldConversation(aConversation(), [tell(11, 'conversation.ended', { reason: 'person' })]);
    const later = foldConversation(ended.conversation, [tell(12, 'conversation.idle', { reason: 'x' })]);
    expect(later.conversation).toMatchObject({ status: 'ended', statusReason: 'person' });
  });

  it('void what a failed attempt wrote', () => {
    const texts = foldTexts({}, [
      piece('turn.delta', 'Wrong', { offset: 0 }),
      tell(12, 'turn.retrying', { turnId, attempt: 1, delayMs: 10 }),
    ]);
    expect(texts[1]?.text).toBe('');
    const again = foldTexts(texts, [piece('turn.delta', 'Right', { offset: 0, attempt: 2 })]);
    expect(again[1]?.text).toBe('Right');
  });

  it('show the text of the latest model call alone, in whatever order events and texts come', () => {
    const texts = foldTexts({}, [
      piece('turn.delta', 'Let me see', { offset: 0 }),
      piece('turn.delta', 'It is', { offset: 0, step: 1 }),
      tell(12, 'tool.started', { turnId, call: 'tool.0.0', name: 'calculate', arguments: {} }),
      piece('turn.delta', ' two', { offset: 5, step: 1 }),
      piece('turn.delta', ' late', { offset: 10 }),
    ]);
    expect(texts[1]?.text).toBe('It is two');
  });

  it('leave a gap to be asked for', () => {
    const held: Transcript = { branch: 0, items: [aMessage(1)] };
    const { transcript, gap } = foldTranscript(held, aConversation().branches, [said(11, 3)]);
    expect(transcript).toBe(held);
    expect(gap).toBe(true);
    expect(mergeItems([aMessage(1), aMessage(3)], [aMessage(2), aMessage(3)]).map((m) => m.sequence)).toEqual(
      [1, 2, 3],
    );
  });
});

const TEXT = 'Green tea is not fermented: its leaves are heated soon after they are picked.';
const EVENTS: ConversationMessage[] = [
  said(11, 1, 'What is green tea?'),
  begun(12),
  tell(13, 'tool.started', { turnId, call: 'tool.0.0', name: 'look_up', arguments: { q: 'tea' } }),
  tell(14, 'tool.completed', { turnId, call: 'tool.0.0', result: 'leaves' }),
  said(15, 2, TEXT),
  tell(16, 'turn.completed', { turnId, usage: { ...NO_USAGE, costUsd: 1 } }),
  begun(17, 2),
];
const START = { conversation: aConversation(), texts: {} as TurnTexts, transcript: { branch: 0, items: [] } };
type State =
  typeof START | { conversation: typeof START.conversation; texts: TurnTexts; transcript: Transcript };

function folded(state: State, messages: readonly ConversationMessage[]): State {
  const { conversation } = foldConversation(state.conversation, messages);
  return {
    conversation,
    texts: foldTexts(state.texts, messages),
    transcript: foldTranscript(state.transcript, conversation.branches, messages).transcript,
  };
}

describe('whoever looks at a conversation', () => {
  it('sees the same, however what happens is split and repeated', () => {
    const whole = folded(START, EVENTS);
    const cuts = fc.array(fc.nat(EVENTS.length), { maxLength: 6 });
    fc.assert(
      fc.property(cuts, fc.nat(3), (at, again) => {
        let state: State = START;
        let from = 0;
        for (const to of [...at, EVENTS.length].sort((a, b) => a - b)) {
          state = folded(state, EVENTS.slice(Math.max(0, from - again), to));
          from = to;
        }
        expect(state).toEqual(whole);
      }),
    );
  });

  it('reads the same text, whenever they came and however it was cut and sent again', () => {
    const place = fc.nat(TEXT.length);
    fc.assert(
      fc.property(place, fc.array(place, { maxLength: 12 }), fc.nat(5), (joined, at, overlap) => {
        const ends = [...at, TEXT.length].filter((end) => end >= joined).sort((a, b) => a - b);
        let from = joined;
        const pieces = ends.map((end) => {
          const offset = Math.max(0, from - overlap);
          from = end;
          return piece('turn.delta', TEXT.slice(offset, end), { offset });
        });
        const texts = foldTexts({}, [piece('turn.snapshot', TEXT.slice(0, joined)), ...pieces]);
        expect(texts[1]?.text).toBe(TEXT);
      }),
    );
  });
});
