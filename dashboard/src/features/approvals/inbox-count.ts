import { useQuery } from '@tanstack/react-query';

import { useMay } from '../../lib/policy.ts';
import { useApi } from '../../lib/services.tsx';
import { COUNTED_AT_MOST, waitingQuery } from './queries.ts';

/** How many approvals wait for the person, as it is shown; undefined while that is not known, and for none. */
export function useInboxCount(): string | undefined {
  const api = useApi();
  const mayRead = useMay('approvals:read');
  const { data } = useQuery({ ...waitingQuery(api), enabled: mayRead });
  const count = data?.items.length ?? 0;
  if (count === 0) return undefined;
  return count >= COUNTED_AT_MOST ? `${COUNTED_AT_MOST - 1}+` : String(count);
}
