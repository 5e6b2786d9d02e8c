import { useNavigate, useSearchParams } from 'react-router';

import { pathOf } from '../../lib/paths.ts';

/** Closes what is open beside the list; the list stays as it is filtered. */
export function useBackToList(): () => void {
  const navigate = useNavigate();
  const [search] = useSearchParams();
  return () => void navigate({ pathname: pathOf.memory, search: search.toString() });
}
