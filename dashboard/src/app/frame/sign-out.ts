import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from 'react-router';

import { pathOf } from '../../lib/paths.ts';
import { useServices } from '../../lib/services.tsx';

/** Ends the session here and at the server, and forgets everything that was loaded. */
export function useSignOut(): () => void {
  const { api, live, session } = useServices();
  const queries = useQueryClient();
  const navigate = useNavigate();
  return () => {
    const held = session.getState().session;
    const told = api.send('POST', '/auth/logout', { body: { refreshToken: held?.refreshToken } });
    // The server may be down: signed out here is signed out for the person in front of this screen.
    void told.catch(() => undefined);
    session.getState().signOut();
    live.close();
    queries.clear();
    void navigate(pathOf.signIn());
  };
}
