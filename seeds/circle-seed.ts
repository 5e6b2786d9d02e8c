import { z } from 'zod';

import { Name } from '../contracts/agent.ts';
import { CreateCircle, MemberRole } from '../contracts/circle.ts';
import { StartConversation } from '../contracts/conversation.ts';

/** One YAML file in `seeds/circles/`: a circle with its agents by name, and a topic that shows what it is good for. */
export const CircleSeed = CreateCircle.extend({
  members: z.array(z.strictObject({ agent: Name, role: MemberRole.default('member') })).min(2),
  topic: StartConversation.shape.topic.unwrap(),
});
export type CircleSeed = z.infer<typeof CircleSeed>;
