import { beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';

import { GatheringFailure } from '../../contracts/failure.ts';
import type { AccountedCall } from '../../contracts/ledger.ts';
import { type ModelRequest, type ModelResponse, NO_USAGE, type Usage } from '../../contracts/model.ts';
import { PipelineDefinition } from '../../contracts/pipeline.ts';
import { createBudgets } from '../../store/budgets.ts';
import { createLedger } from '../../store/ledger.ts';
import type { Pool } from '../../store/pool.ts';
import { sql } from '../../store/pool.ts';
import { createStore } from '../../store/store.ts';
import { withPool } from '../../testing/shared-servers.ts';
import { createAccountedModel } from './accounted-model.ts';
import { BudgetReached } from './budget-reached.ts';
import type { ModelCallHooks } from './model-port.ts';
import { costOf } from './prices.ts';
import { countRequestTokens } from './tokens.ts';

const definition = PipelineDefinition.parse({
  name: 'test',
  nodes: [{ id: 'a', type: 'transform', config: { expression: '1' } }],
});
const admin = { id: uuid(), role: 'admin' as const, email: 'admin@localhost' };
const by = { user: admin, requestId: 'r' };

async function aRun(pool: Pool): Promise<string> {
  const pipeline = { id: uuid(), name: 'test', version: 1 };
  const { run } = await createStore(pool).runStarts.startRun({
    ...{ pipeline, definition, agents: {}, input: {}, trigger: 'api', requestId: 'r', startedBy: 'somebody' },
    workflowInput: (runId) => ({
      ...{ runId, pipelineId: pipeline.id, pipelineName: 'test', pipelineVersion: 1, trigger: 'api' },
      ...{ plan: { nodes: [], edges: [] }, timeoutMs: 1000, costLimitUsd: 1 },
    }),
  });
  return run.id;
}

const hooks = (more: Partial<ModelCallHooks> = {}): ModelCallHooks => ({
  ...{ signal: new AbortController().signal, onText: () => undefined, onProgress: () => undefined },
  ...more,
});
const aRequest = (text: string, more: Partial<ModelRequest> = {}): ModelRequest => ({
  ...{ provider: 'demo', model: 'demo', tools: [], maxOutputTokens: 60 },
  messages: [{ role: 'user', content: text }],
  ...more,
});
const answer = (usage: Partial<Usage>): ModelResponse => ({
  ...{ text: 'done', toolCalls: [], finishReason: 'stop' },
  usage: { ...NO_USAGE, ...usage },
});

const Sums = z.object({
  scope: z.string(),
  id: z.string(),
  calls: z.number(),
  tokens: z.number(),
  cost: z.string(),
});

describe.each(['postgres', 'pglite'] as const)('on %s', (kind) => {
  let pool: Pool;
  let runId: string;
  let agentId: string;
  withPool(kind, (opened) => {
    pool = opened;
  });
  beforeEach(async () => {
    runId = await aRun(pool);
    agentId = uuid();
  });
  const callOf = (branch: number, claims = 1): AccountedCall => ({
    ...{ key: `${runId}/a/${branch}/model.0`, claims, agentId, runId },
  });
  const used = async () => (await createBudgets(pool).getBudget('run', runId, admin)).used;

  /** What the sums say, and what they would be if they were added up now; each in one order. */
  const kept = () =>
    pool.any(sql.type(Sums)`
      select scope, id, sum(calls)::bigint as calls, sum(input_tokens + output_tokens)::bigint as tokens, sum(cost_usd)::numeric(20, 10)::text as cost
      from accounting.totals group by scope, id order by scope, id`);
  const added = () =>
    pool.any(sql.type(Sums)`
      select level.scope, level.id, count(*)::bigint as calls, sum(l.input_tokens + l.output_tokens)::bigint as tokens,
        sum(l.cost_usd)::numeric(20, 10)::text as cost
      from accounting.ledger l
      cross join lateral (values
        ('agent', l.agent_id::text), ('circle', l.circle_id::text), ('conversation', l.conversation_id::text), ('day', l.day::text),
        ('model', l.provider || '/' || l.model), ('run', l.run_id::text), ('turn', accounting.turn_of(l.key))
      ) level (scope, id)
      where level.id is not null and l.outcome <> 'refused'
      group by 1, 2 order by 1, 2`);

  it('caps a request to what is left, and refuses one that could not say anything useful any more', async () => {
    await createBudgets(pool).putBudget({ scope: 'run', id: runId }, { tokens: 1000, usd: null }, by);
    const asked: ModelRequest[] = [];
    const model = createAccountedModel({
      model: {
        call: (request) => {
          asked.push(request);
          return Promise.resolve(answer({ inputTokens: 10, outputTokens: 600 }));
        },
      },
      ledger: createLedger(pool),
    });
    await model.call(aRequest('Hello', { maxOutputTokens: 5000 }), hooks(), callOf(0));
    await model.call(aRequest('Hello', { maxOutputTokens: 100 }), hooks(), callOf(1)).catch(() => undefined);
    const input = countRequestTokens(aRequest('Hello'));
    expect(asked[0]?.maxOutputTokens).toBe(1000 - input);
    expect(asked[1]?.maxOutputTokens).toBe(100);
    await expect(model.call(aRequest('x'.repeat(2000)), hooks(), callOf(2))).rejects.toBeInstanceOf(
      BudgetReached,
    );
    expect(asked).toHaveLength(2);
    expect(await createStore(pool).runs.getRunStatus(runId)).toBe('paused');
  });

  it('books what the provider counted for an answer that is of no use', async () => {
    const usage = { ...NO_USAGE, inputTokens: 7, outputTokens: 3, costUsd: 0.25 };
    const model = createAccountedModel({
      model: {
        call: () => Promise.reject(new GatheringFailure('BadAgentOutput', 'empty', { details: { usage } })),
      },
      ledger: createLedger(pool),
    });
    await expect(model.call(aRequest('Hello'), hooks(), callOf(0))).rejects.toThrow('empty');
    expect((await kept()).filter(({ id }) => id === runId)).toMatchObject([
      { tokens: 10, cost: '0.2500000000' },
    ]);
  });

  it('goes by the price that the house says itself, for answers of no use too', async () => {
    const usage = { ...NO_USAGE, inputTokens: 1_000_000, outputTokens: 0 };
    const results = [
      () => Promise.resolve(answer(usage)),
      () => Promise.reject(new GatheringFailure('BadAgentOutput', 'empty', { details: { usage } })),
    ];
    const model = createAccountedModel({
      model: { call: () => results.pop()?.() ?? Promise.reject(new Error('once too often')) },
      ledger: createLedger(pool),
      ownPrices: [{ provider: 'demo', model: 'demo', inputUsd: 2, cachedInputUsd: 2, outputUsd: 3 }],
    });
    await expect(model.call(aRequest('Hello'), hooks(), callOf(0))).rejects.toThrow('empty');
    expect(await model.call(aRequest('Hello'), hooks(), callOf(0, 2))).toMatchObject({
      usage: { costUsd: 2 },
    });
    expect((await kept()).filter(({ id }) => id === runId)).toMatchObject([{ cost: '4.0000000000' }]);
  });

  it('caps a call by the limits of its turn, and does not make one that goes above them', async () => {
    const asked: ModelRequest[] = [];
    const model = createAccountedModel({
      model: {
        call: (request) => {
          asked.push(request);
          return Promise.resolve(answer({ inputTokens: 300, outputTokens: 200, costUsd: 0.01 }));
        },
      },
      ledger: createLedger(pool),
    });
    const limits = { tokens: 1_000, usd: 1 };
    const step = (number: number) => ({ ...callOf(0), key: `${runId}/a/0/model.${number}`, limits });
    const request = aRequest('Hello', { maxOutputTokens: 5_000 });
    await model.call(request, hooks(), step(0));
    await model.call(request, hooks(), step(1));
    const refused = model.call(request, hooks(), step(2));
    await expect(refused).rejects.toMatchObject({ type: 'LimitExceeded' });
    await expect(refused).rejects.not.toBeInstanceOf(BudgetReached);
    const input = countRequestTokens(request);
    expect(asked.map(({ maxOutputTokens }) => maxOutputTokens)).toEqual([1_000 - input, 500 - input]);
    expect(await createStore(pool).runs.getRunStatus(runId)).toBe('queued');
    const far = { ...callOf(1), limits: { tokens: 1_000_000, usd: 100 } };
    const { provider, model: name, messages, tools } = request;
    await model.call({ provider, model: name, messages, tools }, hooks(), far);
    expect(asked.at(-1)?.maxOutputTokens).toBeUndefined();
  });

  it.each([
    ['tokens', { tokens: 9_000, usd: null }],
    ['US dollars', { tokens: null, usd: 0.03 }],
  ])(
    'never lets 50 branches that fail, die and try again above one budget of %s, and loses no token',
    async (_, limits) => {
      const budgets = createBudgets(pool);
      const ledger = createLedger(pool);
      await budgets.putBudget({ scope: 'run', id: runId }, limits, by);
      const isAbove = async (): Promise<boolean> => {
        const { tokens, usd } = await used();
        return tokens > (limits.tokens ?? Infinity) || usd > (limits.usd ?? Infinity);
      };
      /** By branch: how often it was called. */
      const calls = new Map<number, number>();
      /** What the provider has counted. */
      let counted = 0;
      const provider = async (branch: number, request: ModelRequest): Promise<ModelResponse> => {
        const attempt = (calls.get(branch) ?? 0) + 1;
        calls.set(branch, attempt);
        const counts = {
          ...NO_USAGE,
          inputTokens: Math.floor(countRequestTokens(request) * 0.9),
          outputTokens: Math.min(request.maxOutputTokens ?? 0, 20 + branch),
        };
        const usage = { ...counts, costUsd: costOf('openai', 'gpt-5', counts) };
        expect(await isAbove()).toBe(false);
        if (attempt <= branch % 3 && branch % 2 === 0)
          throw new GatheringFailure('Unavailable', 'the provider is away');
        counted += usage.inputTokens + usage.outputTokens;
        if (attempt <= branch % 3)
          throw new GatheringFailure('BadAgentOutput', 'no JSON', { details: { usage } });
        return answer(usage);
      };
      /** A worker that dies with its call under way: nobody books it but the next attempt, or the clean-up. */
      const die = async (branch: number, input: number): Promise<boolean> => {
        const { outcome } = await ledger.reserve(callOf(branch), {
          ...{ provider: 'openai', model: 'gpt-5', inputTokens: input, outputTokens: 10 },
          ...{ mostOutputTokens: 10, leastOutputTokens: 1, inputPrice: 1.25, outputPrice: 10 },
        });
        if (outcome === 'reserved') counted += input;
        return outcome === 'reserved';
      };
      /** As a run has it: tries again until it is answered or refused. */
      const branch = async (number: number): Promise<'answered' | 'refused'> => {
        const request = aRequest(`Branch ${number} ${'of the tree '.repeat(10)}`, {
          provider: 'openai',
          model: 'gpt-5',
        });
        const model = createAccountedModel({ model: { call: (capped) => provider(number, capped) }, ledger });
        let claims = number % 5 === 0 && (await die(number, 30)) ? 2 : 1;
        for (; ; claims += 1) {
          try {
            await model.call(request, hooks(), callOf(number, claims));
            return 'answered';
          } catch (error) {
            if (error instanceof BudgetReached) return 'refused';
            if (!(error instanceof GatheringFailure)) throw error;
          }
        }
      };
      const ends = await Promise.all(Array.from({ length: 50 }, (_unused, number) => branch(number)));
      expect(ends).toContain('answered');
      expect(ends).toContain('refused');
      await ledger.loseOlderThan(0);
      expect(await isAbove()).toBe(false);
      expect((await used()).tokens).toBe(counted);
      expect(await kept()).toEqual(await added());
    },
    120_000,
  );
});
