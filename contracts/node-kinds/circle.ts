import { z } from 'zod';

import { ConversationMode, SomeSettings } from '../conversation-settings.ts';

/** As long as a topic can be once its expressions are filled in. */
export const MAX_TOPIC_CHARACTERS = 100_000;

/**
 * Lets a circle discuss until its termination: a conversation that belongs to the run, and ends with its first exchange. Its output
 * is `{ conversationId, text, messages: [{ author, content }], turns, usage }`; `text` is the last message that an agent finished.
 */
export const CircleNodeConfig = z.strictObject({
  circle: z.string().min(1).max(80).describe('Name or id of the circle'),
  topic: z
    .string()
    .min(1)
    .max(MAX_TOPIC_CHARACTERS)
    .describe('What it discusses; may hold {{ expressions }}'),
  mode: ConversationMode.optional().describe("Who speaks next; without it, as the circle's own mode says"),
  settings: SomeSettings.default({}).describe("In place of the circle's, key by key"),
});
export type CircleNodeConfig = z.infer<typeof CircleNodeConfig>;
