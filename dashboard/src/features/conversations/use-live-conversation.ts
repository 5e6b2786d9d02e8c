import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';

import type { Conversation, Turn } from '../../../../contracts/conversation.ts';
import { channelOf } from '../../../../contracts/place.ts';
import { createBatch } from '../../lib/batch.ts';
import { useServices } from '../../lib/services.tsx';
import { type ConversationMessage, foldConversation } from './live.ts';
import { foldNotes, type Note } from './live-notes.ts';
import { foldTexts, type TurnTexts } from './live-texts.ts';
import { foldTranscript, type Transcript } from './live-transcript.ts';
import { turnNumberOf } from './live-turns.ts';
import { useOutbox } from './outbox.ts';
import { chunkOf, conversationKeys } from './queries.ts';
import { useTyping } from './typing.ts';

const LONG_TEXT = 20_000;
const RELOAD_MS = 200;
const ENDINGS = ['turn.completed', 'turn.stopped', 'turn.failed'];

/** Keeps a loaded conversation up to date: how it stands, its messages, and what is being written. */
export function useLiveConversation(conversation: Conversation | undefined): void {
  const { live } = useServices();
  const queries = useQueryClient();
  const id = conversation?.id ?? null;
  useEffect(() => {
    if (id === null) return;
    const known = () => queries.getQueryData<Conversation>(conversationKeys.conversation(id));
    const longest = () =>
      Object.values(queries.getQueryData<TurnTexts>(conversationKeys.texts(id)) ?? {}).reduce(
        (most, { text }) => Math.max(most, text.length),
        0,
      );
    const reload = createBatch<null>(
      () => void queries.invalidateQueries({ queryKey: conversationKeys.conversation(id) }),
      () => RELOAD_MS,
    );
    const batch = createBatch<ConversationMessage>(
      (messages) => {
        const held = known();
        if (held !== undefined && tellCaches(queries, held, messages)) reload.add(null);
      },
      // Drawing a long text costs more, so it is drawn less often.
      () => (longest() > LONG_TEXT ? 150 : 30),
    );
    const leave = live.subscribe(channelOf.conversation(id), {
      after: known()?.sequence ?? 0,
      onMessage: (message) => {
        if (message.type === 'typing') useTyping.getState().heard(id, message.data);
        else batch.add(message);
      },
      // Somebody has been taken out of a private circle: what they may not see any more goes from the page.
      onRefused: () => void queries.resetQueries({ queryKey: conversationKeys.conversation(id) }),
    });
    return () => {
      leave();
      batch.stop();
      reload.stop();
    };
  }, [id, live, queries]);
}

/** Folds what came into everything that is held of the conversation; true where it is to be asked for again. */
function tellCaches(
  queries: QueryClient,
  held: Conversation,
  messages: readonly ConversationMessage[],
): boolean {
  const { id } = held;
  const { conversation, ended, incomplete } = foldConversation(held, messages);
  queries.setQueryData<TurnTexts>(conversationKeys.texts(id), (texts = {}) => foldTexts(texts, messages));
  queries.setQueryData<readonly Note[]>(conversationKeys.notes(id), (notes = []) =>
    foldNotes(notes, messages),
  );
  for (const turn of ended) {
    queries.setQueryData<Turn[]>(conversationKeys.turns(id, chunkOf(turn.number)), (turns) =>
      turns?.filter(({ number }) => number !== turn.number).concat(turn),
    );
  }
  for (const number of toldInPart(messages, ended))
    void queries.invalidateQueries({ queryKey: conversationKeys.turns(id, chunkOf(number)) });
  if (messages.some(({ type }) => type === 'memory.remembered'))
    void queries.invalidateQueries({ queryKey: conversationKeys.remembered(id) });
  const transcripts = { queryKey: conversationKeys.transcripts(id) };
  for (const [key, transcript] of queries.getQueriesData<Transcript>(transcripts)) {
    if (transcript === undefined) continue;
    const folded = foldTranscript(transcript, conversation.branches, messages);
    queries.setQueryData(key, folded.transcript);
    if (folded.gap) void queries.invalidateQueries({ queryKey: key, exact: true });
  }
  queries.setQueryData(conversationKeys.conversation(id), conversation);
  useOutbox.getState().arrived(id, messages);
  return incomplete;
}

/** Turns whose end tells less than is known: it came when the conversation was known to be further already, or a model call was cut off. */
function toldInPart(messages: readonly ConversationMessage[], ended: readonly Turn[]): number[] {
  const seen = new Set(ended.filter(({ status }) => status === 'completed').map(({ id }) => id));
  return messages.flatMap(({ type, data }) => {
    const { turnId } = data;
    if (!ENDINGS.includes(type) || typeof turnId !== 'string' || seen.has(turnId)) return [];
    return turnNumberOf(turnId) ?? [];
  });
}
