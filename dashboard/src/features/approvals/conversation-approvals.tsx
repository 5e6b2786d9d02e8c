import { useQuery } from '@tanstack/react-query';
import { Hand } from 'lucide-react';

import { useApi } from '../../lib/services.tsx';
import { DecisionCard } from './decision-card.tsx';
import { conversationApprovalsQuery } from './queries.ts';
import { isToolCall } from './words.ts';

/** What a conversation as a whole asks people, such as for a larger budget. */
export function ConversationApprovals({ conversationId }: { conversationId: string }) {
  const { data } = useQuery(conversationApprovalsQuery(useApi(), conversationId));
  const asked = (data?.items ?? []).filter((approval) => !isToolCall(approval));
  if (asked.length === 0) return null;
  return (
    <section
      aria-label="Waiting for people"
      className="mb-3 flex max-h-[45vh] flex-col gap-2 overflow-y-auto"
    >
      {asked.map(({ id }) => (
        <ConversationApproval key={id} id={id} />
      ))}
    </section>
  );
}

/** One question, where it was asked: it cannot be overlooked. */
export function ConversationApproval({ id }: { id: string }) {
  return (
    <div className="flex gap-3 rounded-panel border-2 border-waiting bg-raised p-4">
      <Hand className="mt-1 size-4 shrink-0 text-waiting" aria-hidden />
      <div className="min-w-0 flex-1">
        <DecisionCard id={id} inPlace />
      </div>
    </div>
  );
}
