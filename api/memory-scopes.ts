import { GatheringFailure } from '../contracts/failure.ts';
import type { Id } from '../contracts/ids.ts';
import type { MemoryScope } from '../contracts/memory.ts';
import type { MemoryViewer } from '../store/memory/walls.ts';
import type { Store } from '../store/store.ts';
import type { Principal } from './auth/principals.ts';
import { notFound } from './problem.ts';

type Records = Pick<Store, 'agents' | 'circles' | 'conversations'>;

/** Somebody who is signed in, as what is remembered knows them. */
export const viewerOf = ({ user }: Principal): MemoryViewer => ({
  kind: 'person',
  id: user.id,
  role: user.role,
});

/** @throws GatheringFailure NotFound for a scope that is not there, or not for them */
export async function requireScope(
  scope: MemoryScope | undefined,
  { user }: Principal,
  { agents, circles, conversations }: Records,
): Promise<{ observes: boolean }> {
  switch (scope?.kind) {
    case undefined:
    case 'global':
      return { observes: false };
    case 'agent': {
      // What is named by an id has that id, whatever else is called so.
      if ((await agents.getAgent(scope.id)).id !== scope.id) throw notFound('There is no such agent.');
      return { observes: false };
    }
    case 'circle': {
      const circle = await circles.getCircle(scope.id, user);
      if (circle.id !== scope.id) throw notFound('There is no such circle.');
      return { observes: circle.members.some(({ id, role }) => id === user.id && role === 'observer') };
    }
    case 'conversation':
      return conversations.getStanding(scope.id, user);
  }
}

/** @throws GatheringFailure NotFound for a scope that is not there, or not for them; Forbidden for one that they only observe */
export async function requireWritableScope(
  scope: MemoryScope,
  principal: Principal,
  records: Records,
): Promise<void> {
  const { observes } = await requireScope(scope, principal, records);
  if (observes)
    throw new GatheringFailure('Forbidden', 'Who only observes adds nothing to what is remembered there.');
}

/** Of a list: what it is filtered by. @throws GatheringFailure NotFound for a scope that is not there, or not for them */
export async function requireListedScope(
  { scope, scopeId }: { scope?: MemoryScope['kind'] | undefined; scopeId?: Id | undefined },
  principal: Principal,
  records: Records,
): Promise<void> {
  if (scope === undefined || scope === 'global' || scopeId === undefined) return;
  await requireScope({ kind: scope, id: scopeId }, principal, records);
}
