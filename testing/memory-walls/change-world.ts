import { v7 as uuid } from 'uuid';
import { z } from 'zod';

import type { Circle } from '../../contracts/circle.ts';
import { GatheringFailure } from '../../contracts/failure.ts';
import type { Id } from '../../contracts/ids.ts';
import { EVERYWHERE, type Memory, type MemoryScope } from '../../contracts/memory.ts';
import { jsonb } from '../../store/json.ts';
import { type MemoryViewer, withinWalls } from '../../store/memory/walls.ts';
import { sql } from '../../store/pool.ts';
import type { TestApi } from '../api-server.ts';
import { beginCircle, beginTalk, type Built } from './build-world.ts';
import { audienceOf, idOf, maySee, seesScope, type Unit } from './oracle.ts';
import type { Choices } from './random.ts';

const DIMENSIONS = 512;
const ANY = { 'if-match': '*' };
/** What every text holds, and what one alone does. */
export const textOf = (number: number): string => `common note zq${number}q`;

/** What happens between reads. Each tells the oracle's world what it did; what was refused tells so by `problems`. */
export function changesOf(api: TestApi, { world, clients }: Built, choices: Choices, problems: string[]) {
  let last = 0;
  const add = (unit: Omit<Unit, 'isCurrent' | 'isGone'>, number: number): void =>
    void world.units.set(number, { ...unit, isCurrent: true, isGone: false });
  const aScope = (): MemoryScope => {
    const kind = choices.one(['global', 'circle', 'agent', 'conversation'] as const);
    if (kind === 'global') return { kind };
    const places = { circle: world.circles, agent: world.agents, conversation: world.conversations };
    return { kind, id: choices.one([...places[kind].keys()]) };
  };
  const isAlive = (circleId: Id | null): boolean =>
    circleId === null || world.circles.get(circleId)?.isGone === false;
  /** Whom what a person writes into a scope is for. */
  const audienceFor = (scope: MemoryScope): Id => {
    if (scope.kind === 'circle') return scope.id;
    const talk = scope.kind === 'conversation' ? world.conversations.get(scope.id) : undefined;
    return talk === undefined ? EVERYWHERE : audienceOf(talk);
  };
  const circleOf = (scope: MemoryScope): Id | null =>
    scope.kind === 'circle'
      ? scope.id
      : scope.kind === 'conversation'
        ? (world.conversations.get(scope.id)?.circleId ?? null)
        : null;

  const personWrites = async (): Promise<void> => {
    const [person, scope] = [choices.one([...world.people.keys()]), aScope()];
    const circle = circleOf(scope);
    if (!isAlive(circle)) return;
    const isSeen = seesScope(world, person, scope);
    const observes = circle !== null && world.circles.get(circle)?.members.get(person) === 'observer';
    const number = (last += 1);
    const body = { content: textOf(number), scope, embedding: choices.vector(DIMENSIONS) };
    const answer = await clients.get(person)?.raw('POST', '/memories', body);
    const expected = world.people.get(person) === 'viewer' ? 403 : !isSeen ? 404 : observes ? 403 : 201;
    if (answer?.status !== expected)
      problems.push(`writing in ${JSON.stringify(scope)}: ${answer?.status}, expected ${expected}`);
    const made = (await answer?.json()) as Memory; // Of no interest where it was refused.
    if (answer?.status === 201)
      add({ id: made.id, kind: 'memory', scope, audience: audienceFor(scope) }, number);
  };

  const houseWrites = async (viewer: MemoryViewer, scope: MemoryScope, audience: Id, isAllowed: boolean) => {
    const number = (last += 1);
    const by = { kind: 'house', id: null, name: 'house' } as const;
    const memory = { content: textOf(number), scope, embedding: choices.vector(DIMENSIONS) };
    const made = await api.store.memories.remember(viewer, memory, by).catch((error: unknown) => {
      if (error instanceof GatheringFailure && error.type === 'NotFound') return null;
      throw error;
    });
    if ((made !== null) !== isAllowed)
      problems.push(`${viewer.kind} wrote in ${scope.kind}: ${made !== null}`);
    if (made !== null) add({ id: made.id, kind: 'memory', scope, audience }, number);
  };

  const agentWrites = async (): Promise<void> => {
    const [agentId, agent] = choices.one([...world.agents].filter(([, { isGone }]) => !isGone));
    const talk = choices.one([...world.conversations.values()]);
    const scope = aScope();
    if (!isAlive(talk.circleId)) return;
    const places = { global: EVERYWHERE, circle: talk.circleId, agent: agentId, conversation: talk.id };
    const isOwn = agent.scopes.includes(scope.kind) && places[scope.kind] === idOf(scope);
    await houseWrites({ kind: 'agent', agentId, conversationId: talk.id }, scope, audienceOf(talk), isOwn);
  };

  const documentComes = async (): Promise<void> => {
    const scope = aScope();
    if (!isAlive(circleOf(scope))) return;
    const [id, number] = [uuid(), (last += 1)];
    await insertDocument(api, { id, scope, audience: audienceFor(scope), number });
    add({ id, kind: 'document', scope, audience: audienceFor(scope) }, number);
  };

  const memoryChanges = async (): Promise<void> => {
    const known = [...world.units].filter(([, { kind, isGone }]) => kind === 'memory' && !isGone);
    if (known.length === 0) return;
    const [, unit] = choices.one(known);
    if (choices.chance(0.3)) {
      await api.as.admin.raw('DELETE', `/memories/${unit.id}`);
      // Its whole chain goes.
      for (const one of world.units.values()) if (chainOf(one.id) === chainOf(unit.id)) one.isGone = true;
      return;
    }
    if (!unit.isCurrent) return;
    const number = (last += 1);
    const change = { content: textOf(number) };
    const by = { kind: 'house', id: null, name: 'house' } as const;
    const made = await api.store.memories.changeMemory({ kind: 'house' }, unit.id, change, by);
    unit.isCurrent = false;
    chains.set(made.id, chainOf(unit.id));
    add({ id: made.id, kind: 'memory', scope: unit.scope, audience: unit.audience }, number);
  };
  const chains = new Map<Id, Id>();
  const chainOf = (id: Id): Id => chains.get(id) ?? id;

  const circleChanges = async (): Promise<void> => {
    const [id, circle] = choices.one([...world.circles]);
    if (circle.isGone) return;
    const { name } = await api.as.admin.json<Circle>('GET', `/circles/${id}`);
    if (choices.chance(0.03)) {
      await api.as.admin.raw('DELETE', `/circles/${id}`, undefined, ANY);
      circle.isGone = true;
      forget(id);
      await beginCircle(api, choices, world);
      for (let at = 0; at < 3; at += 1) await beginTalk(api, choices, world);
    } else {
      circle.isOpen = choices.chance(0.4);
      const body = { name, visibility: circle.isOpen ? 'everyone' : 'members' };
      await api.as.admin.json('PUT', `/circles/${id}`, body, ANY);
    }
  };
  const forget = (id: Id): void => {
    for (const unit of world.units.values())
      if (idOf(unit.scope) === id || unit.audience === id) unit.isGone = true;
  };

  const memberChanges = async (): Promise<void> => {
    const [[id, circle], person] = [choices.one([...world.circles]), choices.one([...world.people.keys()])];
    if (circle.isGone) return;
    const path = `/circles/${id}/members/${person}`;
    if (circle.members.has(person) && choices.chance(0.6)) {
      await api.as.admin.raw('DELETE', path);
      circle.members.delete(person);
      return;
    }
    const role = choices.chance(0.3) ? 'observer' : 'member';
    await api.as.admin.json('PUT', path, { kind: 'user', role });
    circle.members.set(person, role);
  };

  const agentChanges = async (): Promise<void> => {
    const [id, agent] = choices.one([...world.agents]);
    agent.scopes = choices.some(['global', 'circle', 'agent', 'conversation']);
    await api.pool.query(sql.type(z.object({}))`
      update agent.agents set memory_scopes = ${jsonb(agent.scopes)} where id = ${id}`);
  };

  return {
    aScope,
    /** The number of the newest text. */
    last: () => last,
    one: async (): Promise<void> => {
      const writes = [personWrites, personWrites, agentWrites, agentWrites, documentComes];
      await choices.one([
        ...writes,
        memoryChanges,
        circleChanges,
        memberChanges,
        memberChanges,
        agentChanges,
      ])();
    },
    fill: async (): Promise<void> => {
      for (let at = 0; at < 60; at += 1) await choices.one([personWrites, agentWrites, documentComes])();
    },
    maySee: (reader: Parameters<typeof maySee>[1], unit: Unit) => !unit.isGone && maySee(world, reader, unit),
  };
}

async function insertDocument(
  { pool }: TestApi,
  { id, scope, audience, number }: { id: Id; scope: MemoryScope; audience: Id; number: number },
): Promise<void> {
  const text = textOf(number);
  await withinWalls(pool, { kind: 'house' }, async (walled) => {
    await walled.query(sql.type(z.object({}))`
      insert into memory.knowledge_base (id, name, scope_kind, scope_id, audience, format, media_type, bytes, sha256, status, chunks, embedded, created_by)
      values (${id}, ${text}, ${scope.kind}, ${idOf(scope)}, ${audience}, 'text', 'text/plain', 1, decode(md5(${id}), 'hex'), 'completed', 1, 1, 'me')`);
    await walled.query(sql.type(z.object({}))`
      insert into memory.chunks (id, document_id, scope_id, audience, version, position, content, embedded_hash, words)
      values (${uuid()}, ${id}, ${idOf(scope)}, ${audience}, 1, 0, ${text}, decode(md5(${id}), 'hex'), '')`);
  });
}
