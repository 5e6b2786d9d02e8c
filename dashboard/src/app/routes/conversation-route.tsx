import { useQuery } from '@tanstack/react-query';

import {
  ConversationApproval,
  ConversationApprovals,
} from '../../features/approvals/conversation-approvals.tsx';
import { ConversationPage } from '../../features/conversations/conversation-page.tsx';
import { configQuery } from '../../features/runs/queries.ts';
import { useApi } from '../../lib/services.tsx';
import { temporalUrlOf } from '../../lib/temporal-url.ts';

const approval = (approvalId: string) => <ConversationApproval id={approvalId} />;

/** One conversation, with what it asks people. */
export function ConversationRoute() {
  const { data: config } = useQuery(configQuery(useApi()));
  return (
    <ConversationPage
      approval={approval}
      approvals={({ id }) => <ConversationApprovals conversationId={id} />}
      temporalUrlOf={(workflowId) => (config === undefined ? null : temporalUrlOf(config, workflowId))}
    />
  );
}
