import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Approval, ApprovalSummary, Decide } from '../../contracts/approval.ts';
import type { Conversation, ConversationStatus, Message } from '../../contracts/conversation.ts';
import type { Page } from '../../contracts/page.ts';
import type { PatientClient } from '../patient-client.ts';
import type { Act, Scenario } from './scenarios.ts';

/** What becomes known while conversations are played. */
export interface Play {
  client: PatientClient;
  circleId: string;
  /** Of the agent of conversations of one. */
  agentId: string;
  /** Conversations that go on, with what they are at. */
  underWay: Map<string, readonly string[]>;
  /** Ids of messages that were acknowledged, by conversation, in their order. */
  acknowledged: Map<string, string[]>;
  faults: string[];
  /** How long people think before they say something. */
  ponderMs: number;
  /** When something bad was done last. */
  lastBlowMs: () => number;
  /** What its workflow is at. */
  describe: (id: string) => Promise<string>;
}

/** Within which everything has to go on, counted from the last blow. */
const LIMIT_MS = 150_000;
const LOOK_EVERY_MS = 150;

/** Starts a conversation and does in it what its scenario says. @returns its id */
export async function play(game: Play, scenario: Scenario): Promise<string> {
  const { client, underWay, circleId, agentId } = game;
  const { mode, topic, settings, acts } = scenario;
  const partner = mode === undefined ? { agentId } : { circleId, mode };
  const body = { ...partner, topic, settings };
  const { id } = await client.json<{ id: string }>('POST', '/conversations', body, randomUUID());
  game.acknowledged.set(id, []);
  underWay.set(id, [mode ?? scenario.name]);
  for (const act of acts) {
    if (!(await untilIs(game, id, act.kind === 'approve' || act.kind === 'reject' ? 'waiting' : 'idle')))
      return id;
    await sleep(game.ponderMs);
    await does(game, id, act);
  }
  if (await untilIs(game, id, 'idle')) await client.json('POST', `/conversations/${id}/end`);
  underWay.delete(id);
  return id;
}

async function does(game: Play, id: string, act: Act): Promise<void> {
  const { client } = game;
  const path = `/conversations/${id}`;
  switch (act.kind) {
    case 'post':
      await post(game, id, act.text);
      return;
    case 'post while paused':
      await client.json('POST', `${path}/pause`);
      await post(game, id, act.text);
      await sleep(game.ponderMs);
      await client.json('POST', `${path}/resume`);
      return;
    case 'mode':
      await client.json('PATCH', path, { mode: act.mode });
      return;
    case 'edit':
      await edit(game, id, act.text);
      return;
    case 'approve':
      await decide(game, id, { decision: 'approve' });
      return;
    case 'reject':
      await decide(game, id, { decision: 'reject', comment: act.why });
  }
}

async function post({ client, acknowledged }: Play, id: string, content: string): Promise<void> {
  const body = { content, clientMessageId: randomUUID() };
  const message = await client.json<Message>('POST', `/conversations/${id}/messages`, body);
  acknowledged.get(id)?.push(message.id);
}

async function edit({ client }: Play, id: string, content: string): Promise<void> {
  const { items } = await client.json<Page<Message>>('GET', `/conversations/${id}/messages?limit=200`);
  const last = items.findLast(({ author }) => author.kind === 'user');
  const body = { kind: 'edit', messageId: last?.id, content };
  await client.json('POST', `/conversations/${id}/branches`, body, randomUUID());
}

async function decide(
  { client }: Play,
  id: string,
  decision: Pick<Decide, 'decision' | 'comment'>,
): Promise<void> {
  const path = `/approvals?conversationId=${id}&status=pending`;
  const { items } = await client.json<Page<ApprovalSummary>>('GET', path);
  for (const approval of items)
    await client.json<Approval>('POST', `/approvals/${approval.id}`, decision, `decide-${approval.id}`);
}

async function untilIs(
  { client, faults, underWay, lastBlowMs, describe }: Play,
  id: string,
  wanted: ConversationStatus,
): Promise<boolean> {
  const startedAt = Date.now();
  for (;;) {
    const { status } = await client.json<Conversation>('GET', `/conversations/${id}`);
    if (status === wanted) return true;
    if (Date.now() > Math.max(startedAt, lastBlowMs()) + LIMIT_MS) {
      faults.push(`conversation ${id} is ${status} and not ${wanted}: ${await describe(id)}`);
      underWay.delete(id);
      return false;
    }
    await sleep(LOOK_EVERY_MS);
  }
}
