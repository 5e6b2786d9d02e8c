import { createContext, type ReactNode, useContext } from 'react';
import { useStore } from 'zustand';

import type { User } from '../../../contracts/user.ts';
import type { Api } from './api-client.ts';
import type { SessionStore } from './session.ts';
import type { Live } from './socket.ts';
import type { ThemeStore } from './theme.ts';

/** What the whole dashboard stands on; built once in `main.tsx`, and by each test for itself. */
export interface Services {
  api: Api;
  live: Live;
  session: SessionStore;
  theme: ThemeStore;
}

const ServicesContext = createContext<Services | null>(null);

export function ServicesProvider({ services, children }: { services: Services; children: ReactNode }) {
  return <ServicesContext value={services}>{children}</ServicesContext>;
}

export function useServices(): Services {
  const services = useContext(ServicesContext);
  if (services === null) throw new Error('used outside of ServicesProvider');
  return services;
}

export const useApi = (): Api => useServices().api;

/** Who is signed in; null for nobody. */
export function useUser(): User | null {
  return useStore(useServices().session, (state) => state.session?.user ?? null);
}
