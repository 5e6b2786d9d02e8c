import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { z } from 'zod';

import {
  type BranchConversation,
  type ChangeConversation,
  Conversation,
  ConversationSummary,
  Message,
  type StartConversation,
  Turn,
} from '../../../../contracts/conversation.ts';
import { Id } from '../../../../contracts/ids.ts';
import { Memory } from '../../../../contracts/memory.ts';
import { pageOf } from '../../../../contracts/page.ts';
import type { Api } from '../../lib/api-client.ts';
import { useApi } from '../../lib/services.tsx';
import { type ConversationFilters, queryOf } from './filters.ts';
import type { Note } from './live-notes.ts';
import type { TurnTexts } from './live-texts.ts';
import { mergeItems, type Transcript } from './live-transcript.ts';

const ConversationPage = pageOf(ConversationSummary);
const MessagePage = z.object({ items: z.array(Message) });
const TurnPage = z.object({ items: z.array(Turn) });
const Made = z.looseObject({ id: Id });

/** Messages and turns come by so many. */
export const PAGE = 100;
const NO_TEXTS: TurnTexts = {};
const NO_NOTES: readonly Note[] = [];
/** No channel tells of all conversations that somebody may see. */
const LISTED_AGAIN_MS = 5_000;

export const conversationKeys = {
  all: ['conversations'] as const,
  lists: ['conversations', 'list'] as const,
  conversation: (id: string) => ['conversations', 'conversation', id] as const,
  transcripts: (id: string) => ['conversations', 'transcript', id] as const,
  transcript: (id: string, branch: number) => ['conversations', 'transcript', id, branch] as const,
  turns: (id: string, chunk: number) => ['conversations', 'turns', id, chunk] as const,
  texts: (id: string) => ['conversations', 'texts', id] as const,
  notes: (id: string) => ['conversations', 'notes', id] as const,
  remembered: (id: string) => ['conversations', 'remembered', id] as const,
};

export const conversationsQuery = (api: Api, filters: ConversationFilters) =>
  infiniteQueryOptions({
    queryKey: [...conversationKeys.lists, filters],
    queryFn: ({ pageParam, signal }) =>
      api.get('/conversations', ConversationPage, {
        query: { ...queryOf(filters), cursor: pageParam ?? undefined },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    refetchInterval: LISTED_AGAIN_MS,
  });

/** The newest few, for Home and the palette. */
export const recentConversationsQuery = (api: Api) =>
  queryOptions({
    queryKey: [...conversationKeys.lists, 'recent'],
    queryFn: ({ signal }) => api.get('/conversations', ConversationPage, { query: { limit: 8 }, signal }),
  });

export const conversationQuery = (api: Api, id: string) =>
  queryOptions({
    queryKey: conversationKeys.conversation(id),
    queryFn: async ({ signal, client }) => {
      const fetched = await api.get(`/conversations/${id}`, Conversation, { signal });
      const held = client.getQueryData<Conversation>(conversationKeys.conversation(id));
      if (held === undefined || held.sequence <= fetched.sequence) return fetched;
      // Events that arrived while the answer was on its way are newer than it; of these things they tell less.
      const { members, settings, branches } = fetched;
      const known = held.branches.length > branches.length ? held.branches : branches;
      return { ...held, members, settings, branches: known };
    },
  });

/** How far behind the newest a message may be to be gone to. */
const FARTHEST = 2_000;
/** What stands before a message that is gone to is shown too. */
const BEFORE = 20;

/** Where the first messages that are asked for begin: the newest, and the one that is gone to. */
export const beginOf = (last: number, focus = last): number =>
  Math.max(0, Math.min(last - PAGE, Math.max(focus - BEFORE, last - FARTHEST)));

/** The newest messages of a branch, back to the one that is gone to; asked for again, what has been added since. */
export const transcriptQuery = (
  api: Api,
  { id, branch, last, focus }: { id: string; branch: number; last: number; focus?: number },
) =>
  queryOptions({
    queryKey: conversationKeys.transcript(id, branch),
    queryFn: async ({ signal, client }): Promise<Transcript> => {
      const held = () =>
        client.getQueryData<Transcript>(conversationKeys.transcript(id, branch))?.items ?? [];
      const from = held().at(-1)?.sequence ?? beginOf(last, focus);
      const items: Message[] = [];
      for (let after = from; ;) {
        const page = await messagesAfter(api, { id, branch, after }, signal);
        items.push(...page);
        if (page.length < PAGE) return { branch, items: mergeItems(held(), items) };
        after = page.at(-1)?.sequence ?? after + PAGE;
      }
    },
    staleTime: 0,
  });

async function messagesAfter(
  api: Api,
  { id, branch, after }: { id: string; branch: number; after: number },
  signal?: AbortSignal,
): Promise<Message[]> {
  const query = { after, branch, limit: PAGE };
  const call = signal === undefined ? { query } : { query, signal };
  return (await api.get(`/conversations/${id}/messages`, MessagePage, call)).items;
}

/** Loads the messages before those that are held. */
export function useEarlierMessages(id: string, branch: number) {
  const api = useApi();
  const queries = useQueryClient();
  const key = conversationKeys.transcript(id, branch);
  return useMutation({
    mutationFn: async () => {
      const first = queries.getQueryData<Transcript>(key)?.items[0]?.sequence ?? 1;
      if (first <= 1) return;
      const earlier = await messagesAfter(api, { id, branch, after: Math.max(0, first - 1 - PAGE) });
      queries.setQueryData<Transcript>(
        key,
        (held) => held && { ...held, items: mergeItems(earlier, held.items) },
      );
    },
  });
}

export const chunkOf = (turn: number): number => Math.floor((turn - 1) / PAGE);

/** A hundred turns by their numbers, with their tool calls. */
export const turnsQuery = (api: Api, id: string, chunk: number) =>
  queryOptions({
    queryKey: conversationKeys.turns(id, chunk),
    queryFn: async ({ signal }) =>
      (
        await api.get(`/conversations/${id}/turns`, TurnPage, {
          query: { after: chunk * PAGE, limit: PAGE },
          signal,
        })
      ).items,
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Texts that agents are writing; come from the live connection alone. */
export const turnTextsQuery = (id: string) =>
  queryOptions({
    queryKey: conversationKeys.texts(id),
    queryFn: ({ client }) => client.getQueryData<TurnTexts>(conversationKeys.texts(id)) ?? NO_TEXTS,
    staleTime: Number.POSITIVE_INFINITY,
  });

/** What people did here besides speaking; what happened before the page was opened is not among it. */
export const notesQuery = (id: string) =>
  queryOptions({
    queryKey: conversationKeys.notes(id),
    queryFn: ({ client }) => client.getQueryData<readonly Note[]>(conversationKeys.notes(id)) ?? NO_NOTES,
    staleTime: Number.POSITIVE_INFINITY,
  });

/** The newest few things that were remembered of a conversation. */
export const rememberedQuery = (api: Api, conversationId: string) =>
  queryOptions({
    queryKey: conversationKeys.remembered(conversationId),
    queryFn: async ({ signal }) =>
      (await api.get('/memories', pageOf(Memory), { query: { conversationId, limit: 5 }, signal })).items,
  });

interface Submission<Body> {
  body: Body;
  /** The same for each try of one submission. */
  idempotencyKey: string;
}

/** What a form sends of a new conversation; the rest is the circle's. */
type NewConversation = Partial<z.input<typeof StartConversation>>;

export const startConversation = (api: Api, submission: Submission<NewConversation>) =>
  api.post('/conversations', Made, submission);

/** What can be asked of a conversation without more words. */
export type Verb = 'interrupt' | 'pause' | 'resume' | 'end';

export function useSteer(id: string) {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (verb: Verb) => api.send('POST', `/conversations/${id}/${verb}`),
    onSettled: () => queries.invalidateQueries({ queryKey: conversationKeys.conversation(id) }),
  });
}

export function useChangeConversation(id: string) {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: ChangeConversation) => api.patch(`/conversations/${id}`, z.unknown(), { body }),
    onSettled: () => queries.invalidateQueries({ queryKey: conversationKeys.conversation(id) }),
  });
}

/** `onMade` is called even when what asked for the branch is gone by then. */
export function useBranch(id: string, onMade?: () => void) {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (submission: Submission<BranchConversation>) =>
      api.post(`/conversations/${id}/branches`, z.unknown(), submission),
    ...(onMade !== undefined && { onSuccess: onMade }),
    onSettled: () => queries.invalidateQueries({ queryKey: conversationKeys.conversation(id) }),
  });
}
