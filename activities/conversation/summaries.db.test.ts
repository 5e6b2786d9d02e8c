import { randomUUID } from 'node:crypto';

import { beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';

import { GatheringFailure } from '../../contracts/failure.ts';
import type { ModelRequest } from '../../contracts/model.ts';
import { sql } from '../../store/pool.ts';
import { withPool } from '../../testing/shared-servers.ts';
import { openTurnHouse, type TurnConversation, type TurnHouse } from '../../testing/turn-house.ts';
import { contextWindowOf } from '../model/context-windows.ts';
import { countRequestTokens } from '../model/tokens.ts';

const isSummary = ({ messages }: ModelRequest): boolean =>
  messages[0]?.content.startsWith('You keep the minutes') === true;
const WINDOW = contextWindowOf('demo', 'demo').tokens;

describe.each(['postgres', 'pglite'] as const)('the rolling summary on %s', (kind) => {
  let house: TurnHouse;
  withPool(kind, async (pool) => {
    house = await openTurnHouse(pool);
  });
  let conversation: TurnConversation;
  /** About a tenth of the window. */
  const long = (word: string): string => `${word} `.repeat((WINDOW * 4) / 10 / (word.length + 1));

  beforeEach(async () => {
    house.model = (request) => ({
      text: isSummary(request) ? `Minutes of ${request.messages.length}` : 'Hello',
    });
    house.requests = [];
    conversation = await house.start(['Ada', 'Ben']);
  });
  const say = async (from: number, to: number): Promise<void> => {
    for (let n = from; n <= to; n++) await conversation.post(long(`word${n}`));
  };
  const summarize = (attempt = {}) => conversation.call('summarizeConversation', {}, attempt);
  const summaries = () =>
    house.pool.any(
      sql.type(z.object({ branch: z.number(), until: z.number(), text: z.string() }))`
        select branch, until, text from conversation.summaries where conversation_id = ${conversation.id} order by until`,
    );

  it('is wanted only when much no longer fits', async () => {
    await say(1, 5);
    expect(await conversation.speak('Ada')).toMatchObject({ needsSummary: false });
    await say(6, 12);
    expect(await conversation.speak('Ada')).toMatchObject({ needsSummary: true });
    expect(await conversation.speak('Ada', { number: 3 })).toMatchObject({ needsSummary: true });
  });

  it('takes the place of what it tells, in every prompt after it', async () => {
    await say(1, 12);
    await summarize();
    const [{ until } = { until: 0 }] = await summaries();
    expect(until).toBeGreaterThan(4);
    house.requests = [];
    expect(await conversation.speak('Ada')).toMatchObject({ needsSummary: false });
    const contents = house.requests[0]?.messages.map(({ content }) => content) ?? [];
    expect(contents[1]).toMatch(/^<summary>\nMinutes of \d+\n<\/summary>$/);
    expect(contents.join()).not.toContain(`word${until} `);
    expect(contents.join()).toContain(`word${until + 1} `);
  });

  it('is written once, also when that is asked twice or comes again', async () => {
    await say(1, 10);
    await summarize();
    await summarize();
    expect(house.requests.filter(isSummary)).toHaveLength(1);
    expect(await summaries()).toHaveLength(1);
  });

  it('that was begun is gone on with, whatever was said meanwhile', async () => {
    await say(1, 12);
    const engineRunId = randomUUID();
    house.model = async () => {
      await say(13, 14);
      throw new GatheringFailure('Unavailable', 'away');
    };
    await expect(summarize({ engineRunId })).rejects.toMatchObject({ message: 'away' });
    house.model = () => ({ text: 'Minutes' });
    await summarize({ engineRunId, attempt: 2 });
    const [before, after] = house.requests.filter(isSummary);
    expect(after).toEqual(before);
    expect(await summaries()).toHaveLength(1);
  });

  it('that fails for good harms nobody', async () => {
    await say(1, 12);
    house.model = () => {
      throw new GatheringFailure('InvalidInput', 'no');
    };
    await summarize();
    expect(await summaries()).toEqual([]);
    house.model = () => ({ text: 'Hello' });
    expect(await conversation.speak('Ada')).toMatchObject({ status: 'completed', needsSummary: true });
  });

  it('grows by what came after it', async () => {
    await say(1, 12);
    await summarize();
    await say(13, 20);
    await summarize();
    const [first, second] = await summaries();
    expect(second?.until).toBeGreaterThan(first?.until ?? 99);
    const last = house.requests.filter(isSummary).at(-1)?.messages[1]?.content ?? '';
    expect(last).toMatch(/^<summary>\nMinutes/);
    expect(last).not.toContain(`word${first?.until} `);
  });

  it('is used by branches that have what it tells, and not by others', async () => {
    await say(1, 12);
    await summarize();
    const { items } = await house.store.conversationMessages.listMessages(conversation.id, {
      after: 0,
      limit: 99,
      branch: undefined,
    });
    const edit = (index: number) =>
      house.store.conversationBranches.branchOff(
        conversation.id,
        { kind: 'edit', messageId: items[index]?.id ?? '', content: 'Otherwise', mentions: [] },
        house.person,
      );
    await edit(11);
    await conversation.speak('Ada');
    expect(house.requests.at(-1)?.messages[1]?.content).toMatch(/^<summary>/);
    await edit(1);
    await conversation.speak('Ada');
    expect(JSON.stringify(house.requests.at(-1)?.messages)).not.toContain('<summary>');
  });

  it('and everything else never is more than the window of each model', async () => {
    const small = { provider: 'ollama', model: 'small' } as const;
    conversation = await house.start([{ name: 'Ada', ...small }, 'Ben']);
    await conversation.post('x'.repeat(100_000));
    await conversation.speak('Ada');
    await say(1, 9);
    await conversation.post('y'.repeat(100_000));
    await conversation.speak('Ada');
    await conversation.speak('Ben');
    await summarize();
    await conversation.speak('Ada');
    for (const request of house.requests) {
      const window = contextWindowOf(request.provider, request.model).tokens;
      expect(countRequestTokens(request) + (request.maxOutputTokens ?? window)).toBeLessThanOrEqual(window);
    }
    expect(house.requests[0]?.messages.at(-1)?.content.length).toBeLessThan(20_000);
    expect(await summaries()).toHaveLength(1);
  });
});
