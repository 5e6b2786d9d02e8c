import { beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';

import type { Agent } from '../../contracts/agent.ts';
import type { Approval, ApprovalSummary } from '../../contracts/approval.ts';
import type { Circle } from '../../contracts/circle.ts';
import type { Conversation } from '../../contracts/conversation.ts';
import type { StoredEvent } from '../../contracts/event.ts';
import type { Page } from '../../contracts/page.ts';
import type { Role, User } from '../../contracts/user.ts';
import { sql } from '../../store/pool.ts';
import { withApi } from '../../testing/api-server.ts';
import { turnsByHand } from '../../testing/turns-by-hand.ts';

const api = withApi();
const turns = turnsByHand(() => api.pool);

let ada: Agent;
let operator: string;
beforeAll(async () => {
  const agent = { name: 'Ada', role: 'Thinks', provider: 'demo', model: 'demo' };
  ada = await api.as.admin.json<Agent>('POST', '/agents', agent);
  const { items } = await api.as.admin.json<Page<User>>('GET', '/users');
  operator = items.find(({ role }) => role === 'operator')?.id ?? '';
});

const args = { url: 'https://example.com', method: 'POST' };
let made = 0;

/** Ada wants to use a tool in a private circle. */
async function asked(role = 'member'): Promise<{ id: string; approval: string }> {
  const { admin } = api.as;
  const body = { name: `asks ${++made}`, visibility: 'members' };
  const circle = await admin.json<Circle>('POST', '/circles', body);
  await admin.json('PUT', `/circles/${circle.id}/members/${ada.id}`, { kind: 'agent' });
  await admin.json('PUT', `/circles/${circle.id}/members/${operator}`, { kind: 'user', role });
  const begun = { circleId: circle.id, topic: 'Fetch it' };
  const { id } = await admin.json<Conversation>('POST', '/conversations', begun);
  return { id, approval: await askIn(id, 1) };
}

async function askIn(id: string, turn: number): Promise<string> {
  expect(await turns.begin(id, turn, ada.id)).toBe('claimed');
  return turns.askFor(id, turn, 'http_request', args);
}

const decide = (by: Role, approval: string, body: object) =>
  api.as[by].raw('POST', `/approvals/${approval}`, body);
const get = (id: string, by: Role = 'admin') => api.as[by].json<Approval>('GET', `/approvals/${id}`);
const list = async (by: Role, query: string): Promise<string[]> =>
  (await api.as[by].json<Page<ApprovalSummary>>('GET', `/approvals?limit=200&${query}`)).items.map(
    ({ id }) => id,
  );
const conversation = (id: string) => api.as.admin.json<Conversation>('GET', `/conversations/${id}`);
const eventsOf = (channel: string) => api.store.events.listEvents(channel, { after: 0, limit: 500 });
const grantsOf = (id: string) =>
  api.pool.any(sql.type(z.object({ agent: z.string(), tool: z.string(), by: z.string() }))`
    select agent_id as agent, tool, granted_by as by from conversation.tool_grants where conversation_id = ${id}`);

describe('an agent that needs a person for a tool', () => {
  it('asks those who see the conversation, and waits', async () => {
    const { id, approval } = await asked();
    expect(await get(approval, 'operator')).toMatchObject({
      ...{
        conversationId: id,
        topic: 'Fetch it',
        circleName: `asks ${made}`,
        turnId: `${id}/1`,
        call: 'tool.0.0',
      },
      ...{
        agentName: 'Ada',
        tool: 'http_request',
        value: args,
        status: 'pending',
        canDecide: true,
        approvers: null,
      },
    });
    expect(await get(approval)).not.toHaveProperty('runId');
    expect(await list('operator', `conversationId=${id}&mine=true`)).toEqual([approval]);
    expect(await conversation(id)).toMatchObject({
      status: 'waiting',
      openTurns: [
        { status: 'waiting', toolCalls: [{ name: 'http_request', status: 'waiting', approvalId: approval }] },
      ],
    });
  });

  it('asks nobody else: neither lists, nor reads, nor the channel of all tell of it', async () => {
    const { id, approval } = await asked();
    expect(await list('editor', 'status=pending')).not.toContain(approval);
    expect((await api.as.editor.raw('GET', `/approvals/${approval}`)).status).toBe(404);
    expect((await decide('editor', approval, { decision: 'approve' })).status).toBe(404);
    await decide('operator', approval, { decision: 'reject', comment: 'Too dear' });
    const told = (await eventsOf('activity')).filter(({ data }) => data['conversationId'] === id);
    expect(told.map(({ type }) => type)).toEqual(['approval.requested', 'approval.decided']);
    for (const { data } of told)
      expect(Object.keys(data).sort()).toEqual(['approvalId', 'conversationId', 'status', 'timestamp']);
  });

  it('may call it, with other arguments where a person edits them', async () => {
    const { id, approval } = await asked();
    expect((await decide('operator', approval, { decision: 'approve', edit: 'none' })).status).toBe(422);
    const edit = { url: 'https://example.org' };
    const response = await decide('operator', approval, { decision: 'approve', edit });
    expect(await response.json()).toMatchObject({ status: 'approved', value: edit, canDecide: false });
    const decided = (await eventsOf(`conversations/${id}`)).find(({ type }) => type === 'approval.decided');
    expect(decided?.data).toMatchObject({
      ...{ approvalId: approval, turnId: `${id}/1`, call: 'tool.0.0', status: 'approved' },
      ...{ by: 'operator@example.com', decision: 'approve' },
    });
    expect(await turns.askAgain(id, 1)).toBe('approved');
    expect(await grantsOf(id)).toEqual([]);
  });

  it('is told why it may not', async () => {
    const { id, approval } = await asked();
    const body = { decision: 'reject', comment: 'Too dear' };
    expect((await decide('operator', approval, { ...body, always: true })).status).toBe(422);
    expect((await decide('operator', approval, { ...body, edit: args })).status).toBe(422);
    expect((await decide('operator', approval, body)).status).toBe(200);
    expect((await decide('operator', approval, body)).status).toBe(409);
    expect((await decide('admin', approval, body)).status).toBe(409);
    expect(await turns.askAgain(id, 1)).toBe('rejected');
    const [turn] = (await api.store.conversationMessages.listTurns(id, { after: 0, limit: 9 })).items;
    expect(turn?.toolCalls).toMatchObject([{ status: 'rejected' }]);
    expect(turn?.toolCalls[0]?.result).toContain('Too dear');
  });

  it('needs nobody any more where it is always allowed, and what waits for the same is allowed with it', async () => {
    const { id, approval } = await asked();
    const other = await askIn(id, 2);
    expect((await decide('operator', approval, { decision: 'approve', always: true })).status).toBe(200);
    expect(await grantsOf(id)).toEqual([{ agent: ada.id, tool: 'http_request', by: 'operator@example.com' }]);
    expect(await get(other)).toMatchObject({
      ...{
        status: 'approved',
        approvals: 1,
        decisions: [{ by: 'operator@example.com', decision: 'approve' }],
      },
    });
    const decided = (await eventsOf(`conversations/${id}`)).filter(({ type }) => type === 'approval.decided');
    expect(decided.map(({ data }) => data['approvalId'])).toEqual([approval, other]);
    const elsewhere = await asked();
    expect(await get(elsewhere.approval)).toMatchObject({ status: 'pending' });
  });

  it('is answered by one of those who answer at the same moment', async () => {
    const { approval } = await asked();
    const answers = await Promise.all([
      ...['operator', 'admin'].map((by) => decide(by as Role, approval, { decision: 'approve' })),
      ...['operator', 'admin'].map((by) => decide(by as Role, approval, { decision: 'reject' })),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
    expect((await get(approval)).decisions).toHaveLength(1);
  });

  it('is not answered by observers', async () => {
    const { approval } = await asked('observer');
    expect(await get(approval, 'operator')).toMatchObject({ status: 'pending', canDecide: false });
    expect((await decide('operator', approval, { decision: 'approve' })).status).toBe(403);
  });

  it('is not waited for when the conversation has ended', async () => {
    const { id, approval } = await asked();
    await api.as.operator.json('POST', `/conversations/${id}/end`);
    expect(await get(approval)).toMatchObject({ status: 'canceled' });
    expect((await decide('operator', approval, { decision: 'approve' })).status).toBe(409);
    const told = (await eventsOf('activity')).filter(
      ({ data }: StoredEvent) => data['approvalId'] === approval,
    );
    expect(told.map(({ type }) => type)).toEqual(['approval.requested', 'approval.canceled']);
  });
});
