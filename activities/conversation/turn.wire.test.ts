import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { withPool } from '../../testing/shared-servers.ts';
import { eventually } from '../../testing/test-server.ts';
import { openTurnHouse, type TurnConversation, type TurnHouse } from '../../testing/turn-house.ts';
import { createModelPort } from '../model/model-port.ts';
import { anthropicMessages } from '../model/wire/anthropic-messages.ts';
import { ollama, openAiCompatible } from '../model/wire/chat-completions.ts';
import { openAiResponses } from '../model/wire/openai-responses.ts';
import {
  cut,
  type ProviderServer,
  stall,
  startProviderServer,
  stream,
} from '../model/wire/provider-server.ts';

const PIECES = ['The lion 🦁', ' sleeps', ' tonight'];
const TEXT = PIECES.join('');

let server: ProviderServer;
beforeAll(async () => {
  server = await startProviderServer();
});
afterAll(() => server.close());

/** What is stopped must be stopped there too, where it costs money. */
describe.each([openAiResponses, openAiCompatible, anthropicMessages, ollama])(
  'a turn whose model is served by $label',
  (format) => {
    let house: TurnHouse;
    withPool('postgres', async (pool) => {
      house = await openTurnHouse(pool);
      const port = createModelPort(format.config(server.url));
      house.model = (request, hooks) => port.call(request, hooks);
    });
    const start = (): Promise<TurnConversation> =>
      house.start([{ name: 'Ada', provider: format.provider, model: format.model }]);
    const openText = async (id: string): Promise<string | undefined> =>
      (await house.store.conversations.getConversation(id, house.person)).openTurns[0]?.text;

    it('closes its connection when a person stops it, and keeps what had come', async () => {
      server.answerWith(stall(format.unfinished(PIECES)));
      const conversation = await start();
      const speaking = conversation.speak('Ada');
      await eventually(async () => expect(await openText(conversation.id)).toBe(TEXT));
      await house.store.conversations.interrupt(conversation.id);
      expect(await server.requests[0]?.closed).toBe('aborted');
      expect(await speaking).toMatchObject({ kind: 'ended', status: 'stopped' });
      expect(await conversation.said()).toEqual([`Ada: ${TEXT} (stopped)`]);
    });

    it('says all of the answer and nothing else when the one before it broke off in its middle', async () => {
      server.answerWith(cut(format.unfinished(PIECES.slice(0, 2))), stream(format.text(PIECES)));
      const conversation = await start();
      await expect(conversation.speak('Ada')).rejects.toThrow();
      expect(await conversation.speak('Ada', { number: 1, attempt: 2 })).toMatchObject({
        status: 'completed',
      });
      expect(await conversation.said()).toEqual([`Ada: ${TEXT}`]);
    });
  },
);
