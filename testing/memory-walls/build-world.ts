import { v7 as uuid } from 'uuid';
import { z } from 'zod';

import type { Agent } from '../../contracts/agent.ts';
import type { Circle } from '../../contracts/circle.ts';
import { ConversationSettings } from '../../contracts/conversation-settings.ts';
import type { Id } from '../../contracts/ids.ts';
import type { MemoryScope } from '../../contracts/memory.ts';
import type { User } from '../../contracts/user.ts';
import { hashPassword } from '../../platform/password.ts';
import { sql } from '../../store/pool.ts';
import { type ApiClient, signIn } from '../api-client.ts';
import { PASSWORD, type TestApi } from '../api-server.ts';
import type { World } from './oracle.ts';
import type { Choices } from './random.ts';

const SCOPES: readonly MemoryScope['kind'][] = ['global', 'circle', 'agent', 'conversation'];
const ROLES = ['admin', 'editor', 'operator', 'operator', 'viewer', 'viewer'] as const;
const [CIRCLES, AGENTS, TALKS] = [6, 5, 16];

export interface Built {
  world: World;
  clients: Map<Id, ApiClient>;
}

/** People, circles, agents and conversations by chance, in the product and in the world that the oracle knows. */
export async function buildWorld(api: TestApi, choices: Choices): Promise<Built> {
  const world: World = {
    ...{ people: new Map(), circles: new Map(), agents: new Map(), conversations: new Map() },
    units: new Map(),
  };
  const clients = new Map<Id, ApiClient>();
  const passwordHash = await hashPassword(PASSWORD);
  for (const [at, role] of ROLES.entries()) {
    const email = `person${at}@example.com`;
    const { id }: User = await api.store.users.insertUser({
      email,
      name: `person ${at}`,
      role,
      passwordHash,
    });
    world.people.set(id, role);
    clients.set(id, await signIn(api.url, { email, password: PASSWORD }));
  }
  const { admin } = api.as;
  for (let at = 0; at < AGENTS; at += 1) {
    const scopes = choices.some(SCOPES);
    const agent = {
      name: `agent ${at}`,
      role: 'Thinks',
      provider: 'demo',
      model: 'demo',
      memoryScopes: scopes,
    };
    const { id } = await admin.json<Agent>('POST', '/agents', agent);
    world.agents.set(id, { scopes, isGone: false });
  }
  for (let at = 0; at < CIRCLES; at += 1) await beginCircle(api, choices, world);
  for (let at = 0; at < TALKS; at += 1) await beginTalk(api, choices, world);
  return { world, clients };
}

/** With people in it by chance. */
export async function beginCircle(api: TestApi, choices: Choices, world: World): Promise<void> {
  const isOpen = choices.chance(0.4);
  const circle = { name: `circle ${world.circles.size}`, visibility: isOpen ? 'everyone' : 'members' };
  const { id } = await api.as.admin.json<Circle>('POST', '/circles', circle);
  const members = new Map<Id, 'member' | 'observer'>();
  world.circles.set(id, { isOpen, isGone: false, members });
  for (const person of choices.some([...world.people.keys()])) {
    const role = choices.chance(0.3) ? 'observer' : 'member';
    await api.as.admin.json('PUT', `/circles/${id}/members/${person}`, { kind: 'user', role });
    members.set(person, role);
  }
}

export async function beginTalk({ store, pool }: TestApi, choices: Choices, world: World): Promise<void> {
  const [id, startedBy] = [uuid(), choices.one([...world.people.keys()])];
  const kind = choices.one(['circle', 'agent', 'agent', 'run'] as const);
  const circles = [...world.circles].flatMap(([circle, { isGone }]) => (isGone ? [] : [circle]));
  const circleId = kind === 'circle' ? choices.one(circles) : null;
  const agentId = kind === 'circle' ? null : choices.one([...world.agents.keys()]);
  const runId = kind === 'run' ? await beginRun(pool) : null;
  await store.conversations.insertConversation(
    {
      ...(circleId !== null && { circleId }),
      ...(agentId !== null && { agentId }),
      ...(runId !== null && { runId, nodeKey: 'node/0' }),
      ...{ partnerName: 'partner', topic: '', mode: 'round_robin', requestId: 'test' },
      settings: ConversationSettings.parse({}),
    },
    { id: startedBy, role: 'operator', email: 'person@example.com', name: 'person' },
    id,
  );
  world.conversations.set(id, { id, circleId, agentId, runId, startedBy });
}

async function beginRun(pool: TestApi['pool']): Promise<Id> {
  const id = uuid();
  await pool.query(sql.type(z.object({}))`
    insert into pipeline.runs (id, pipeline_id, pipeline_name, pipeline_version, status, input, definition, workflow_input)
    values (${id}, ${id}, 'a run', 1, 'running', '{}', '{}', '{}')`);
  return id;
}
