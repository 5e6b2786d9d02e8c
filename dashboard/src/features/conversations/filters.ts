import { ConversationStatus } from '../../../../contracts/conversation.ts';

/** Which conversations a list shows; lives in its address. */
export interface ConversationFilters {
  circleId?: string;
  agentId?: string;
  status?: ConversationStatus;
}

/** As the API takes them. */
export const queryOf = ({ circleId, agentId, status }: ConversationFilters) => ({
  circleId,
  agentId,
  status,
});

export function filtersOf(search: URLSearchParams): ConversationFilters {
  const circleId = search.get('circle');
  const agentId = search.get('agent');
  const status = ConversationStatus.safeParse(search.get('status'));
  return {
    ...(circleId !== null && { circleId }),
    ...(agentId !== null && { agentId }),
    ...(status.success && { status: status.data }),
  };
}
