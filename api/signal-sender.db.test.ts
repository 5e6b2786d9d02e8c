import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';

import type { ConversationToWake } from '../platform/conversation-workflow.ts';
import { createConversations } from '../store/conversations.ts';
import { openPool, type Pool, sql } from '../store/pool.ts';
import { createSignals } from '../store/signals.ts';
import { withDatabase } from '../testing/shared-servers.ts';
import { eventually } from '../testing/test-server.ts';
import { type SignalSender, startSignalSender } from './signal-sender.ts';

const database = withDatabase();
/** Never asked: no run has anything to tell here. */
const client = new Client({ connection: Connection.lazy() });
const by = { id: uuid(), role: 'operator' as const, email: 'eve@example.com', name: 'Eve' };
let pool: Pool;
let sender: SignalSender;
let engineIsAway: boolean;
let woken: { conversation: ConversationToWake; revision: number }[];

beforeAll(async () => {
  pool = await openPool({ databaseUrl: database.url, embedded: database.embedded, min: 1, max: 4 });
  const quiet = (): undefined => undefined;
  sender = startSignalSender({
    client,
    wakeConversation: (conversation, revision) => {
      if (engineIsAway) return Promise.reject(new Error('the engine is away'));
      woken.push({ conversation, revision });
      return Promise.resolve();
    },
    signals: createSignals(pool),
    failpoint: () => Promise.resolve(),
    logger: { error: quiet, warn: quiet, info: quiet, debug: quiet },
  });
});
afterAll(async () => {
  await sender.stop();
  await client.connection.close();
  await pool.end();
});
beforeEach(() => {
  [engineIsAway, woken] = [false, []];
});

async function converse(): Promise<string> {
  const id = uuid();
  const settings = {
    termination: { kind: 'external' as const },
    turnTimeout: '60 seconds',
    rounds: 2,
    maxHandovers: 8,
  };
  const begun = {
    partnerName: 'Ada',
    topic: 'Tea',
    mode: 'round_robin' as const,
    settings,
    requestId: 'test',
  };
  await createConversations(pool).insertConversation(begun, by, id);
  return id;
}
const waiting = (id: string) =>
  pool.oneFirst(sql.type(z.object({ count: z.number() }))`
    select count(*) from pipeline.signals where conversation_id = ${id}`);

describe('the wake-up of a conversation', () => {
  it('stands for all that has changed, and is forgotten once it is delivered', async () => {
    const id = await converse();
    await createConversations(pool).setPaused(id, true, by);
    await createConversations(pool).setPaused(id, false, by);
    await sender.wakeNow([id]);
    expect(woken).toEqual([
      {
        revision: 4,
        conversation: {
          ...{ id, runId: null, circle: null, agent: 'Ada', topic: 'Tea', mode: 'round_robin' },
          ...{ startedBy: 'eve@example.com', requestId: 'test' },
        },
      },
    ]);
    expect(await waiting(id)).toBe(0);
    await sender.wakeNow([id]);
    expect(woken).toHaveLength(1);
  });

  it('waits where the engine is away, and is delivered when it is back, whoever asks', async () => {
    engineIsAway = true;
    const [first, second] = [await converse(), await converse()];
    await sender.wakeNow([first, second]);
    expect([await waiting(first), await waiting(second)]).toEqual([1, 1]);
    engineIsAway = false;
    await eventually(async () => {
      expect([await waiting(first), await waiting(second)]).toEqual([0, 0]);
    });
    expect(woken.map(({ conversation }) => conversation.id).sort()).toEqual([first, second].sort());
  });

  it('is not kept up by that of another conversation that cannot be delivered', async () => {
    const [bad, good] = [await converse(), await converse()];
    const failing = startSignalSender({
      client,
      wakeConversation: ({ id }) => (id === bad ? Promise.reject(new Error('refused')) : Promise.resolve()),
      signals: createSignals(pool),
      failpoint: () => Promise.resolve(),
      logger: {
        error: () => undefined,
        warn: () => undefined,
        info: () => undefined,
        debug: () => undefined,
      },
    });
    engineIsAway = true;
    await failing.wakeNow([bad, good]);
    await failing.stop();
    expect([await waiting(bad), await waiting(good)]).toEqual([1, 0]);
  });
});
