import { createStore, type StoreApi } from 'zustand/vanilla';

import { Session } from '../../../contracts/user.ts';

export interface SessionState {
  session: Session | null;
  signIn: (session: Session) => void;
  signOut: () => void;
}

export type SessionStore = StoreApi<SessionState>;

const KEY = 'gathering.session';

/** Who is signed in. Kept in the browser's storage, so that a reload and other tabs share it. */
export function createSessionStore(storage: Storage): SessionStore {
  return createStore<SessionState>((set) => ({
    session: readSession(storage),
    signIn: (session) => {
      storage.setItem(KEY, JSON.stringify(session));
      set({ session });
    },
    signOut: () => {
      storage.removeItem(KEY);
      set({ session: null });
    },
  }));
}

/** Follows sign-in, refresh and sign-out of other tabs. */
export function followOtherTabs(store: SessionStore, storage: Storage, target: Window): () => void {
  const onStorage = (event: StorageEvent) => {
    if (event.key === KEY || event.key === null) store.setState({ session: readSession(storage) });
  };
  target.addEventListener('storage', onStorage);
  return () => target.removeEventListener('storage', onStorage);
}

export function readSession(storage: Storage): Session | null {
  const text = storage.getItem(KEY);
  if (text === null) return null;
  const parsed = Session.safeParse(parseJson(text));
  return parsed.success ? parsed.data : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Somebody else wrote there: as good as nobody signed in.
  }
}
