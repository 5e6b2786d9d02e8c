import { beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';

import type { AccountedCall } from '../contracts/ledger.ts';
import { NO_USAGE } from '../contracts/model.ts';
import { withPool } from '../testing/shared-servers.ts';
import { createLedger, type Ledger, type Reservation, type Reserved } from './ledger.ts';
import type { Pool } from './pool.ts';
import { sql } from './pool.ts';

const Sums = z.object({ calls: z.number(), tokens: z.number(), cost: z.coerce.number() });
const most = (more: Partial<Reservation> = {}): Reservation => ({
  ...{
    provider: 'demo',
    model: 'demo',
    inputTokens: 100,
    outputTokens: 200,
    mostOutputTokens: 200,
    leastOutputTokens: 50,
  },
  ...{ inputPrice: 1, outputPrice: 2 },
  ...more,
});
const used = (inputTokens: number, outputTokens: number, costUsd = 0) => ({
  ...{ outcome: 'completed' as const, estimated: false, latencyMs: 5 },
  usage: { ...NO_USAGE, inputTokens, outputTokens, costUsd },
});
const idOf = (reserved: Reserved): string => {
  if (reserved.outcome !== 'reserved') throw new Error(`it is ${reserved.outcome}`);
  return reserved.id;
};

describe.each(['postgres', 'pglite'] as const)('on %s', (kind) => {
  let pool: Pool;
  let ledger: Ledger;
  let call: AccountedCall;
  withPool(kind, (opened) => {
    pool = opened;
    ledger = createLedger(pool);
  });
  beforeEach(() => {
    const runId = uuid();
    call = { key: `${runId}/a/0/model.0`, claims: 1, agentId: uuid(), runId };
  });
  const sums = (scope: string, id: string) =>
    pool.one(sql.type(Sums)`
      select coalesce(sum(calls), 0)::bigint as calls, coalesce(sum(input_tokens + output_tokens), 0)::bigint as tokens, coalesce(sum(cost_usd), 0) as cost
      from accounting.totals where scope = ${scope} and id = ${id}`);

  it('books an attempt once, in every sum that it belongs to', async () => {
    const id = idOf(await ledger.reserve(call, most()));
    await ledger.settle(id, used(10, 20, 0.5));
    await ledger.settle(id, used(10, 20, 0.5));
    expect(await sums('run', call.runId ?? '')).toEqual({ calls: 1, tokens: 30, cost: 0.5 });
    expect(await sums('agent', call.agentId)).toEqual({ calls: 1, tokens: 30, cost: 0.5 });
  });

  it('books an attempt that died as lost when the next one begins, and as what it was if it ends after all', async () => {
    const dead = idOf(await ledger.reserve(call, most()));
    await ledger.reserve({ ...call, claims: 2 }, most());
    expect(await sums('agent', call.agentId)).toMatchObject({ calls: 1, tokens: 100 });
    await ledger.settle(dead, used(90, 20));
    expect(await sums('agent', call.agentId)).toEqual({ calls: 1, tokens: 110, cost: 0 });
  });
});
