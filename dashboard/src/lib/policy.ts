import { isAllowed, type Permission } from '../../../contracts/policy.ts';
import { useUser } from './services.tsx';

/** Whether the person may do something. What they may not is not offered; the API refuses it anyway. */
export function useMay(permission: Permission): boolean {
  const user = useUser();
  return user !== null && isAllowed(user.role, permission);
}
