import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { v7 as uuid } from 'uuid';

import { createTextStream } from '../../activities/agent/text-stream.ts';
import type { Agent } from '../../contracts/agent.ts';
import type { Conversation } from '../../contracts/conversation.ts';
import { turnIdOf } from '../../contracts/place.ts';
import { seededRandom } from '../../platform/expression/seeded-random.ts';
import { createConversationTurns, type TurnAttempt } from '../../store/conversation-turns.ts';
import { withApi } from '../../testing/api-server.ts';
import { eventually } from '../../testing/test-server.ts';
import { openViewer, type Viewer } from '../../testing/viewer.ts';

const TURNS = 25;
const FAULTS_A_TURN = 4;
const DISRUPTIONS_A_TURN = 20;
const VIEWERS = 8;
const PIECES = 10;
const LIMIT_MS = 240_000;

/** In all: 500 disconnects and reloads, and 100 faults. */
describe.each(['postgres', 'pglite'] as const)('on %s', (kind) => {
  const api = withApi({ kind, env: { RATE_LIMIT_ENABLED: 'false' } });
  const viewers: Viewer[] = [];
  const random = seededRandom(`reconnects on ${kind}`);
  const below = (end: number): number => Math.floor(random() * end);
  let ada: Agent;
  let conversation: Conversation;
  beforeAll(async () => {
    const agent = { name: 'Ada', role: 'Thinks', provider: 'demo', model: 'demo' };
    ada = await api.as.admin.json<Agent>('POST', '/agents', agent);
    conversation = await api.as.admin.json<Conversation>('POST', '/conversations', { agentId: ada.id });
    for (let n = 0; n < VIEWERS; n += 1)
      viewers.push(openViewer(api.as.admin, conversation.id, () => below(20)));
    await Promise.all(viewers.map((viewer) => viewer.load()));
  });
  afterAll(() => viewers.forEach((viewer) => viewer.close()));

  /** Letters of one to four bytes, broken anywhere. */
  const aPiece = (): string => {
    const letters = Array.from({ length: 1 + below(40) }, () => ['a', 'ö', '語', '🦁', '\n', ' b'][below(6)]);
    return `${letters.join('')}.`;
  };
  const disrupt = async (): Promise<void> => {
    const viewer = viewers[below(VIEWERS)];
    if (random() > 0.6 || viewer?.cut() !== true) await viewer?.load();
  };

  /** One attempt at a turn's text; a fault ends it somewhere, and the next attempt begins anew. */
  const write = async (number: number, attempt: number, fault: boolean): Promise<[string, TurnAttempt]> => {
    const turns = createConversationTurns(api.pool);
    const own = { conversationId: conversation.id, turn: number, suffix: 'model.0' };
    const trial: TurnAttempt = { ...own, engineRunId: 'by hand', attempt };
    const asked = { agentId: ada.id, purpose: 'speak', reason: 'It is asked.' } as const;
    const claim = await turns.claimModelCall(trial, asked);
    if (claim.outcome !== 'claimed') throw new Error(claim.outcome);
    const { claims } = claim;
    const stream = createTextStream(
      (delta) => turns.appendText(trial, { agentId: ada.id, claims, delta }),
      (error) => expect(error).toBeUndefined(),
    );
    let text = '';
    for (let n = fault ? below(PIECES) : 0; n < PIECES; n += 1) {
      const piece = aPiece();
      text += piece;
      const cut = below(piece.length); // In the middle of a letter as well.
      stream.push(piece.slice(0, cut));
      stream.push(piece.slice(cut));
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (!fault) await stream.end();
    return [text, trial];
  };

  it(
    'everybody has every text byte for byte, whatever breaks while it is written and wherever they come in',
    async () => {
      const turns = createConversationTurns(api.pool);
      const stored = new Map<string, string>();
      for (let number = 1; number <= TURNS; number += 1) {
        await api.as.admin.json('POST', `/conversations/${conversation.id}/messages`, { content: 'Go on.' });
        const disruptions = (async () => {
          for (let n = 0; n < DISRUPTIONS_A_TURN; n += 1) {
            await disrupt();
            await new Promise((resolve) => setTimeout(resolve, below(10))); // So that they fall anywhere.
          }
        })();
        for (let attempt = 1; attempt <= FAULTS_A_TURN; attempt += 1) await write(number, attempt, true);
        const [content, last] = await write(number, FAULTS_A_TURN + 1, false);
        await disruptions;
        await eventually(async () => {
          await Promise.resolve();
          for (const { texts } of viewers) expect(texts[number]?.text).toBe(content);
        });
        const ending = { messageId: uuid(), content, said: { mentions: [], texts: [] } };
        const record = { text: content, toolCalls: [], usage: {} };
        expect(await turns.recordModelCall(last, record, ending)).toBe(true);
        stored.set(turnIdOf(conversation.id, number), content);
      }
      await eventually(async () => {
        await Promise.resolve();
        for (const { said, texts } of viewers) {
          expect(said).toEqual(stored);
          expect(texts).toEqual({});
        }
      });
      expect(viewers.flatMap(({ differences }) => differences)).toEqual([]);
    },
    LIMIT_MS,
  );
});
