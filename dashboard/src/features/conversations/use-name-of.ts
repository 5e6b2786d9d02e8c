import { useUser } from '../../lib/services.tsx';

/** What somebody is called who is known by an e-mail address alone: oneself by name, anybody else by the address. */
export function useNameOf(): (email: string) => string {
  const user = useUser();
  return (email) => (user !== null && user.email === email ? user.name : email);
}
