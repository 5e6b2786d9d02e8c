import { CirclePage } from '../../features/circles/circle-page.tsx';
import { CircleConversations } from '../../features/conversations/circle-conversations.tsx';

/** One circle, with what it talks about. */
export function CircleRoute() {
  return <CirclePage conversations={(circle) => <CircleConversations circleId={circle.id} />} />;
}
