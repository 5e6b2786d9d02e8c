import { beforeAll, describe, expect, it } from '@jest/globals';
import { v7 as uuid } from 'uuid';

import type { Agent } from '../../contracts/agent.ts';
import type { Budget } from '../../contracts/budget.ts';
import type { Circle } from '../../contracts/circle.ts';
import type { Conversation } from '../../contracts/conversation.ts';
import type { CostRow, LedgerEntry } from '../../contracts/ledger.ts';
import { NO_USAGE } from '../../contracts/model.ts';
import type { Page } from '../../contracts/page.ts';
import type { Role } from '../../contracts/user.ts';
import { withApi } from '../../testing/api-server.ts';
import { eventually } from '../../testing/test-server.ts';

const api = withApi();
let ada: Agent;
let secret: Conversation;
let open: Conversation;
let today: string;

const most = {
  provider: 'demo',
  model: 'demo',
  inputTokens: 10,
  outputTokens: 10,
  mostOutputTokens: 10,
  leastOutputTokens: 1,
};
const spend = async (
  { id, circleId }: Pick<Conversation, 'id' | 'circleId'>,
  tokens: number,
  costUsd: number,
): Promise<void> => {
  const reserved = await api.store.ledger.reserve(
    {
      ...{ key: `${id}/1/model.${uuid()}`, claims: 1, agentId: ada.id, conversationId: id },
      circleId: circleId ?? undefined,
    },
    { ...most, inputPrice: 0, outputPrice: 0 },
  );
  if (reserved.outcome !== 'reserved') throw new Error(`it is ${reserved.outcome}`);
  const usage = { ...NO_USAGE, inputTokens: tokens, costUsd };
  await api.store.ledger.settle(reserved.id, { outcome: 'completed', usage, estimated: false, latencyMs: 3 });
};
const list = async <Item>(path: string, by: Role = 'admin'): Promise<Item[]> =>
  (await api.as[by].json<Page<Item>>('GET', path)).items;

beforeAll(async () => {
  const { as } = api;
  ada = await as.admin.json<Agent>('POST', '/agents', {
    ...{ name: 'Ada', role: 'Thinks', provider: 'demo', model: 'demo' },
  });
  const circleOf = (name: string, visibility: string) =>
    as.admin.json<Circle>('POST', '/circles', { name, visibility });
  const start = ({ id }: Circle) =>
    as.admin.json<Conversation>('POST', '/conversations', { circleId: id, topic: 'Costs' });
  secret = await start(await circleOf('secret', 'members'));
  open = await start(await circleOf('open', 'everyone'));
  await spend(secret, 100, 0.5);
  await spend(open, 20, 0.25);
  await spend(open, 20, 0.25);
  today = new Date().toISOString().slice(0, 10);
});

describe('costs', () => {
  it('are added up by day, agent, circle, model and conversation', async () => {
    expect(await list<CostRow>('/costs')).toMatchObject([
      { key: today, calls: 3, inputTokens: 140, costUsd: 1 },
    ]);
    expect(await list<CostRow>('/costs?by=agent')).toMatchObject([{ key: ada.id, name: 'Ada', costUsd: 1 }]);
    expect(await list<CostRow>('/costs?by=model')).toMatchObject([{ key: 'demo/demo', calls: 3 }]);
    expect(await list<CostRow>('/costs?by=circle')).toMatchObject([{ name: 'secret' }, { name: 'open' }]);
    expect(await list<CostRow>('/costs?by=conversation')).toMatchObject([
      { key: secret.id },
      { key: open.id },
    ]);
    expect(await list<CostRow>('/costs?by=run')).toEqual([]);
  });

  it('of one thing are added up by whatever is asked for', async () => {
    const of = `conversationId=${open.id}`;
    expect(await list<CostRow>(`/costs?by=agent&${of}`)).toMatchObject([
      { name: 'Ada', calls: 2, inputTokens: 40 },
    ]);
    expect(await list<CostRow>(`/costs?by=day&agentId=${ada.id}`)).toMatchObject([
      { key: today, costUsd: 1 },
    ]);
    expect(await list<CostRow>(`/costs?by=day&agentId=${uuid()}`)).toEqual([]);
  });

  it('of other days are not told', async () => {
    expect(await list<CostRow>('/costs?from=2020-01-01&to=2020-12-31')).toEqual([]);
    expect((await api.as.admin.raw('GET', '/costs?from=yesterday')).status).toBe(422);
  });

  it('of a private circle are told to its members only', async () => {
    expect(await list<CostRow>('/costs?by=circle', 'viewer')).toMatchObject([{ name: 'open' }]);
    expect(await list<CostRow>('/costs?by=conversation', 'viewer')).toMatchObject([{ key: open.id }]);
    expect((await api.as.viewer.raw('GET', `/costs?conversationId=${secret.id}`)).status).toBe(404);
    expect(await list<LedgerEntry>('/ledger', 'viewer')).toHaveLength(2);
    expect((await api.as.viewer.raw('GET', `/ledger?conversationId=${secret.id}`)).status).toBe(404);
  });

  it('stand in the ledger, call by call', async () => {
    const entries = await list<LedgerEntry>(`/ledger?conversationId=${open.id}`);
    expect(entries).toHaveLength(2);
    expect(entries[0]).toMatchObject({
      agentName: 'Ada',
      outcome: 'completed',
      inputTokens: 20,
      estimated: false,
    });
    const { items, nextCursor } = await api.as.admin.json<Page<LedgerEntry>>('GET', '/ledger?limit=2');
    expect(items).toHaveLength(2);
    const rest = await list<LedgerEntry>(`/ledger?limit=2&cursor=${nextCursor ?? ''}`);
    expect(rest.map(({ conversationId }) => conversationId)).toEqual([secret.id]);
  });
});

describe('a budget', () => {
  it('is set, told with its use, changed and deleted', async () => {
    const path = `/budgets/agent/${ada.id}`;
    expect((await api.as.editor.raw('GET', path)).status).toBe(404);
    expect(await api.as.editor.json<Budget>('PUT', path, { usd: 2 })).toMatchObject({
      ...{ scope: 'agent', id: ada.id, name: 'Ada', tokens: null, usd: 2 },
      ...{ used: { tokens: 140, usd: 1 }, reserved: { tokens: 0, usd: 0 } },
    });
    expect(await api.as.editor.json<Budget>('PUT', path, { tokens: 500 })).toMatchObject({
      tokens: 500,
      usd: null,
    });
    expect((await api.as.editor.raw('DELETE', path)).status).toBe(204);
    expect((await api.as.editor.raw('DELETE', path)).status).toBe(404);
    const { items } = await api.as.admin.json<Page<{ action: string }>>('GET', '/audit');
    expect(items.filter(({ action }) => action.startsWith('budgets:'))).toHaveLength(3);
  });

  it('of each day tells what today has used', async () => {
    await api.as.admin.json('PUT', '/budgets/day/every', { tokens: 1_000_000 });
    expect(await list<Budget>('/budgets')).toMatchObject([
      { scope: 'day', id: 'every', used: { tokens: 140 } },
    ]);
    await api.as.admin.raw('DELETE', '/budgets/day/every');
  });

  it.each([
    ['of nobody', `agent/${uuid()}`],
    ['of something else', 'moon/1'],
    ['of no id', 'agent/Ada'],
    ['of no day', 'day/someday'],
  ])('%s is refused', async (_, path) => {
    const { status } = await api.as.admin.raw('PUT', `/budgets/${path}`, { tokens: 1 });
    expect([404, 422]).toContain(status);
  });

  it.each([
    {},
    { tokens: -1 },
    { tokens: 1.5 },
    { usd: 'much' },
    { usd: 1, more: 1 },
    { tokens: null, usd: null },
  ])('is refused with limits that are none: %j', async (limits) => {
    expect((await api.as.admin.raw('PUT', `/budgets/agent/${ada.id}`, limits)).status).toBe(422);
  });

  it('of a private conversation is there for those only who see it', async () => {
    await api.as.admin.json('PUT', `/budgets/conversation/${secret.id}`, { tokens: 1_000 });
    expect((await api.as.editor.raw('GET', `/budgets/conversation/${secret.id}`)).status).toBe(404);
    expect((await api.as.editor.raw('PUT', `/budgets/conversation/${secret.id}`, { tokens: 1 })).status).toBe(
      404,
    );
    expect(await list<Budget>('/budgets', 'editor')).toEqual([]);
    expect(await list<Budget>('/budgets')).toMatchObject([{ name: 'Costs' }]);
  });

  it('lets what waits for it go on when it is raised', async () => {
    await api.as.admin.json('PUT', `/budgets/conversation/${open.id}`, { tokens: 40 });
    const call = { key: `${open.id}/9/model.0`, claims: 1, agentId: ada.id, conversationId: open.id };
    const wanted = { ...most, inputPrice: 0, outputPrice: 0 };
    expect(await api.store.ledger.reserve(call, wanted)).toMatchObject({ outcome: 'exceeded' });
    expect(await api.store.ledger.refuse(call, wanted)).toMatchObject({ outcome: 'paused' });
    const status = async () =>
      (await api.as.admin.json<Conversation>('GET', `/conversations/${open.id}`)).status;
    expect(await status()).toBe('paused');
    await api.as.admin.json('PUT', `/budgets/conversation/${open.id}`, { tokens: 4_000 });
    await eventually(async () => expect(await status()).not.toBe('paused'));
    expect(await api.store.ledger.reserve(call, wanted)).toMatchObject({ outcome: 'reserved' });
  });

  it('leaves paused what a person has paused meanwhile, when it is raised', async () => {
    await api.as.admin.json('PUT', `/budgets/conversation/${open.id}`, { tokens: 40 });
    const call = { key: `${open.id}/8/model.0`, claims: 1, agentId: ada.id, conversationId: open.id };
    const wanted = { ...most, inputPrice: 0, outputPrice: 0 };
    expect(await api.store.ledger.refuse(call, wanted)).toMatchObject({ outcome: 'paused' });
    const now = () => api.as.admin.json<Conversation>('GET', `/conversations/${open.id}`);
    expect(await now()).toMatchObject({ status: 'paused', statusReason: 'budget' });
    for (const status of ['paused', 'paused'])
      expect(await api.as.admin.json('POST', `/conversations/${open.id}/pause`)).toMatchObject({
        ...{ status, statusReason: 'person' },
      });
    expect(await api.store.ledger.refuse(call, wanted)).toMatchObject({ outcome: 'paused' });
    await api.as.admin.json('PUT', `/budgets/conversation/${open.id}`, { tokens: 4_000 });
    expect(await now()).toMatchObject({ status: 'paused', statusReason: 'person' });
    const events = await list<{ type: string; data: object }>(`/conversations/${open.id}/events`);
    const pauses = events.filter(({ type }) => type === 'conversation.paused').slice(-2);
    expect(pauses.map(({ data }) => data)).toMatchObject([{ reason: 'budget' }, { reason: 'person' }]);
    await api.as.admin.json('POST', `/conversations/${open.id}/resume`);
    expect((await now()).status).not.toBe('paused');
  });

  it('is extended by those who may change budgets, through the approval', async () => {
    await api.as.admin.json('PUT', `/budgets/conversation/${open.id}`, { tokens: 41, usd: 1 });
    const call = { key: `${open.id}/10/model.0`, claims: 1, agentId: ada.id, conversationId: open.id };
    await api.store.ledger.refuse(call, { ...most, inputPrice: 0, outputPrice: 0 });
    const [asked] = await list<{ id: string }>('/approvals?status=pending');
    const path = `/approvals/${asked?.id ?? ''}`;
    const more = { decision: 'approve', answer: { tokens: 100 } };
    expect((await api.as.operator.raw('POST', path, more)).status).toBe(403);
    expect((await api.as.editor.raw('POST', path, { decision: 'approve' })).status).toBe(422);
    for (const answer of [
      { tokens: -5 },
      { tokens: 1e300 },
      { tokens: 1.5 },
      { usd: 1e12 },
      { moons: 1 },
      {},
    ])
      expect((await api.as.editor.raw('POST', path, { ...more, answer })).status).toBe(422);
    expect((await api.as.editor.raw('POST', path, more)).status).toBe(200);
    expect(await api.as.admin.json<Budget>('GET', `/budgets/conversation/${open.id}`)).toMatchObject({
      tokens: 141,
      usd: 1,
    });
    expect((await api.as.admin.json<Conversation>('GET', `/conversations/${open.id}`)).status).not.toBe(
      'paused',
    );
  });
});
