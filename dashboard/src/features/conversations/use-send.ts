import { useQueryClient } from '@tanstack/react-query';
import { toast } from 'sonner';

import { Message } from '../../../../contracts/conversation.ts';
import { wordsOf } from '../../lib/failure.ts';
import { useApi } from '../../lib/services.tsx';
import { without } from '../../lib/without.ts';
import type { ParsedCommand } from './commands.ts';
import { type Outgoing, useOutbox } from './outbox.ts';
import { conversationKeys, useChangeConversation, useSteer } from './queries.ts';

/** Sends a message to a conversation, or sends it again: the same message, however often. */
export function useSendTo(): (id: string, outgoing: Outgoing) => void {
  const api = useApi();
  const queries = useQueryClient();
  const put = useOutbox((state) => state.put);
  return (id, outgoing) => {
    const body = without(outgoing, 'error');
    put(id, body);
    api.post(`/conversations/${id}/messages`, Message, { body, idempotencyKey: body.clientMessageId }).then(
      // The live connection brings it; this does where that is lost.
      () => queries.invalidateQueries({ queryKey: conversationKeys.transcripts(id) }),
      (error: unknown) => put(id, { ...body, error }),
    );
  };
}

/** Does what was typed as a command. */
export function useCommand(id: string): (command: Exclude<ParsedCommand, { kind: 'refused' }>) => void {
  const steer = useSteer(id);
  const change = useChangeConversation(id);
  const onError = (error: unknown) => {
    const { title, detail } = wordsOf(error);
    toast.error(`${title}. ${detail}`);
  };
  return (command) => {
    if (command.kind === 'verb') steer.mutate(command.verb, { onError });
    else if (command.kind === 'mode') change.mutate({ mode: command.mode }, { onError });
    else change.mutate({ topic: command.topic }, { onError });
  };
}
