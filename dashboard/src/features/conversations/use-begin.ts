import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import { z } from 'zod';

import type { ConversationMode } from '../../../../contracts/conversation-settings.ts';
import { pathOf } from '../../lib/paths.ts';
import { useApi } from '../../lib/services.tsx';
import { conversationKeys, startConversation } from './queries.ts';
import { useSendTo } from './use-send.ts';

interface Beginning {
  circleId?: string;
  agentId?: string;
  mode?: ConversationMode;
  topic: string;
  /** The same for each try of one submission. */
  key: string;
}

const LONGEST_TITLE = 80;

/** Starts a conversation and goes there. A circle discusses its topic; to an agent it is said as the first message. */
export function useBegin() {
  const api = useApi();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const sendTo = useSendTo();
  return useMutation({
    mutationFn: ({ key, topic, ...partner }: Beginning) =>
      startConversation(api, {
        body: { ...partner, topic: partner.agentId === undefined ? topic : shortTitleOf(topic) },
        idempotencyKey: key,
      }),
    // Here, not where it is asked for: the form is gone by then.
    onSuccess: ({ id }, { agentId, topic, key }) => {
      if (agentId !== undefined)
        sendTo(id, { clientMessageId: `first-${key}`, content: topic, whenBusy: 'queue' });
      void queries.invalidateQueries({ queryKey: conversationKeys.lists });
      return navigate(pathOf.conversation(id), { state: { begun: true } });
    },
  });
}

const Begun = z.object({ begun: z.literal(true) });

/** Whether a page was gone to because its conversation was begun. */
export const wasJustBegun = (state: unknown): boolean => Begun.safeParse(state).success;

function shortTitleOf(text: string): string {
  const line = text.split('\n').find((part) => part.trim() !== '') ?? '';
  return line.length > LONGEST_TITLE ? `${line.slice(0, LONGEST_TITLE).trimEnd()}…` : line;
}
