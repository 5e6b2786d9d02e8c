import { z } from 'zod';

import type { CircleSeed } from '../../seeds/circle-seed.ts';
import { createAgents } from '../../store/agents.ts';
import type { Pool } from '../../store/pool.ts';
import { createSeeds } from '../../store/seeds.ts';
import type { ApiClient } from '../api-client.ts';
import { ApiProblem } from '../api-client.ts';
import type { PartLog } from './console-log.ts';

export interface FirstConversationsOptions {
  client: ApiClient;
  pool: Pool;
  circles: readonly CircleSeed[];
  log: Pick<PartLog, 'note'>;
}

/**
 * Starts a conversation in each shipped circle, so that a newcomer finds one that can be read and gone on with. Only where all of
 * its agents use the built-in demo provider: agents are asked as they are when they speak, and this must cost nothing. Each is
 * started once in the life of a database, however often this is repeated.
 */
export async function startFirstConversations(options: FirstConversationsOptions): Promise<void> {
  const { client, pool, circles, log } = options;
  const seeds = createSeeds(pool);
  for (const circle of circles) {
    const { name, topic } = circle;
    if ((await seeds.findSeed('conversation', name)) !== null || !(await isFree(pool, circle))) continue;
    try {
      await client.request({
        ...{ method: 'POST', path: '/conversations', schema: z.object({ id: z.string() }) },
        body: { circleId: name, topic },
        headers: { 'idempotency-key': `first-conversation/${name}` },
      });
      log.note('info', `started a conversation in the circle ${name}`);
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      log.note('warn', `there is no first conversation in the circle ${name}: ${error.message}`); // Somebody has deleted the circle.
    }
    await seeds.recordSeed('conversation', name, { target: null, version: 1 });
  }
}

async function isFree(pool: Pool, { members }: CircleSeed): Promise<boolean> {
  const agents = await createAgents(pool).findAgents(members.map(({ agent }) => agent));
  return agents.length === members.length && agents.every(({ provider }) => provider === 'demo');
}
