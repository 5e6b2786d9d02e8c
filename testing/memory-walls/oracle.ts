import type { Id } from '../../contracts/ids.ts';
import { EVERYWHERE, type MemoryScope } from '../../contracts/memory.ts';
import type { Role } from '../../contracts/user.ts';

/** The world as a test knows it, written down beside the database and never read from it. */
export interface World {
  people: Map<Id, Role>;
  circles: Map<Id, { isOpen: boolean; isGone: boolean; members: Map<Id, 'member' | 'observer'> }>;
  agents: Map<Id, { scopes: readonly MemoryScope['kind'][]; isGone: boolean }>;
  conversations: Map<Id, Talk>;
  units: Map<number, Unit>;
}

/** With a circle, or of one person with one agent, or in a run. */
export interface Talk {
  id: Id;
  circleId: Id | null;
  agentId: Id | null;
  runId: Id | null;
  startedBy: Id;
}

/** A memory, or a document, by the number that is in its text. */
export interface Unit {
  id: Id;
  kind: 'memory' | 'document';
  scope: MemoryScope;
  audience: Id;
  isCurrent: boolean;
  isGone: boolean;
}

export type Reader =
  | { kind: 'person'; id: Id }
  | { kind: 'agent'; agentId: Id; conversationId: Id }
  | { kind: 'conversation'; conversationId: Id }
  | { kind: 'run'; runId: Id; agentId?: Id };

/** Whom what is said there is said to. */
export const audienceOf = ({ circleId, runId, startedBy }: Talk): Id =>
  circleId ?? (runId === null ? startedBy : EVERYWHERE);

export const idOf = (scope: MemoryScope): Id => (scope.kind === 'global' ? EVERYWHERE : scope.id);

export function seesCircle({ people, circles }: World, person: Id, circleId: Id): boolean {
  const circle = circles.get(circleId);
  if (circle === undefined || circle.isGone) return false;
  return circle.isOpen || people.get(person) === 'admin' || circle.members.has(person);
}

const isOpenToAll = ({ circles }: World, audience: Id): boolean => {
  const circle = circles.get(audience);
  return audience === EVERYWHERE || (circle !== undefined && circle.isOpen && !circle.isGone);
};

/** As anybody who is no administrator. */
const isTold = (world: World, person: Id, audience: Id): boolean =>
  audience === person ||
  isOpenToAll(world, audience) ||
  (world.circles.get(audience)?.isGone === false &&
    world.circles.get(audience)?.members.has(person) === true);

/** Whether this reader may see this unit, by what the product promises. */
export function maySee(world: World, reader: Reader, { scope, audience }: Unit): boolean {
  if (reader.kind === 'person')
    return world.people.get(reader.id) === 'admin' || isTold(world, reader.id, audience);
  if (reader.kind === 'run') {
    const scopes = reader.agentId === undefined ? undefined : world.agents.get(reader.agentId)?.scopes;
    const isOwn =
      scopes === undefined ||
      (scope.kind === 'global' && scopes.includes('global')) ||
      (scope.kind === 'agent' && scopes.includes('agent') && scope.id === reader.agentId);
    return isOwn && isOpenToAll(world, audience);
  }
  const talk = world.conversations.get(reader.conversationId);
  if (talk === undefined) return false;
  const isPrivate = talk.circleId === null && talk.runId === null;
  const isHeard =
    audience === audienceOf(talk) ||
    isOpenToAll(world, audience) ||
    (isPrivate && isTold(world, talk.startedBy, audience));
  return isHeard && scopesOf(world, reader, talk).some((own) => own === idOf(scope));
}

/** Ids of the scopes in which an agent, or the house for the agents there, remembers. */
function scopesOf(world: World, reader: Reader, talk: Talk): (Id | null)[] {
  if (reader.kind === 'conversation') return [EVERYWHERE, talk.circleId, talk.id, talk.agentId];
  const own = reader.kind === 'agent' ? (world.agents.get(reader.agentId)?.scopes ?? []) : [];
  const places = { global: EVERYWHERE, circle: talk.circleId, conversation: talk.id, agent: null };
  return own.map((kind) => (kind === 'agent' && reader.kind === 'agent' ? reader.agentId : places[kind]));
}

/** Whether a scope is there for somebody: else whatever they ask of it is answered with 404. */
export function seesScope(world: World, person: Id, scope: MemoryScope): boolean {
  if (scope.kind === 'global') return true;
  if (scope.kind === 'agent') return world.agents.get(scope.id)?.isGone === false;
  if (scope.kind === 'circle') return seesCircle(world, person, scope.id);
  const talk = world.conversations.get(scope.id);
  if (talk === undefined) return false;
  if (world.people.get(person) === 'admin' || (talk.circleId === null && talk.runId !== null)) return true;
  if (talk.circleId === null) return talk.startedBy === person;
  const circle = world.circles.get(talk.circleId);
  // The transcripts of a circle that was deleted stay readable for those who could read them.
  return circle?.isOpen === true || circle?.members.has(person) === true;
}
