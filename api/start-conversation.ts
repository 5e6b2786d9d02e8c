import type { StartConversation } from '../contracts/conversation.ts';
import type { Termination } from '../contracts/conversation-settings.ts';
import { ConversationSettings } from '../contracts/conversation-settings.ts';
import { GatheringFailure } from '../contracts/failure.ts';
import type { NewConversation, Person } from '../store/conversations.ts';
import type { Store } from '../store/store.ts';

/** In a conversation of two, one answers what the other says. */
const ONE_ANSWER: Termination = { kind: 'maxTurns', turns: 1 };

export type StartConversationFor = (
  asked: StartConversation,
  user: Person,
  requestId: string,
) => Promise<NewConversation>;

/** Makes what makes a conversation of what was asked for: names become ids, the circle's settings are those that were not given. */
export const createStartConversation =
  ({ circles, agents }: Pick<Store, 'circles' | 'agents'>): StartConversationFor =>
  async (asked, user, requestId) => {
    const { topic, settings } = asked;
    if (asked.circleId !== undefined) {
      const circle = await circles.getCircle(asked.circleId, user);
      const own = circle.members.find(({ kind, id }) => kind === 'user' && id === user.id);
      if (own?.role === 'observer')
        throw new GatheringFailure('Forbidden', 'You are an observer of this circle: observers read along.');
      return {
        ...{ circleId: circle.id, partnerName: circle.name, topic, requestId },
        mode: asked.mode ?? circle.mode,
        settings: ConversationSettings.parse({ ...circle.settings, ...settings }),
      };
    }
    const agent = await agents.getAgent(asked.agentId ?? '');
    return {
      ...{ agentId: agent.id, partnerName: agent.name, topic, requestId },
      mode: asked.mode ?? 'round_robin',
      settings: ConversationSettings.parse({ termination: ONE_ANSWER, ...settings }),
    };
  };
