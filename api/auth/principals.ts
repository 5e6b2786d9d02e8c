import type { Id } from '../../contracts/ids.ts';
import type { User } from '../../contracts/user.ts';
import type { Sessions } from '../../store/sessions.ts';

/** Who asks: a user, by one of their sessions. */
export interface Principal {
  user: User;
  sessionId: Id;
}

export type Principals = ReturnType<typeof createPrincipals>;

interface Known {
  principal: Promise<Principal | null>;
  until: number;
}

/** For so long a revoked session may go on in another process; in the one that revoked it, it ends at once. */
const KNOWN_FOR_MS = 5_000;
const KNOWN_LIMIT = 10_000;

/** Says who a session is, from memory for some seconds, so that a request costs no query of its own. */
export function createPrincipals(sessions: Pick<Sessions, 'findSessionUser'>, now: () => number = Date.now) {
  const known = new Map<Id, Known>();

  const look = async (sessionId: Id): Promise<Principal | null> => {
    const user = await sessions.findSessionUser(sessionId);
    return user === null ? null : { user, sessionId };
  };

  return {
    /** Null for a session that has ended. */
    findPrincipal(sessionId: Id): Promise<Principal | null> {
      const found = known.get(sessionId);
      if (found !== undefined && found.until > now()) return found.principal;
      if (known.size >= KNOWN_LIMIT) known.clear();
      const principal = look(sessionId);
      known.set(sessionId, { principal, until: now() + KNOWN_FOR_MS });
      principal.catch(() => known.delete(sessionId)); // The asker is told; the next one asks again.
      return principal;
    },

    /** Forgets what was known, because it has changed. */
    forget(sessionId?: Id): void {
      if (sessionId === undefined) known.clear();
      else known.delete(sessionId);
    },
  };
}
