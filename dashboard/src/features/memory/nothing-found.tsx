import { SearchX } from 'lucide-react';

import type { SearchSummary } from '../../../../contracts/memory.ts';
import { useParameter } from '../../lib/address.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/states.tsx';
import type { Playground } from './search-request.ts';

/** Why nothing was found, and which parameter of the address taken out may help. */
export function reasonsOf(
  { source, mode, scope, kind, tag }: Playground,
  { degraded }: SearchSummary,
): { because: string; without?: 'mode' | 'scope' | 'kind' | 'tag'; offer?: string }[] {
  const what = source === 'memories' ? 'memory' : 'document';
  const reasons = [
    ...(mode === 'text'
      ? [
          {
            because: `No ${what} holds any of these words. By meaning, others may fit.`,
            without: 'mode' as const,
            offer: 'Search by meaning too',
          },
        ]
      : degraded !== null
        ? [{ because: `No ${what} holds any of these words, and meaning could not be searched now.` }]
        : []),
    ...(scope !== ''
      ? [
          {
            because: 'Only one scope was searched.',
            without: 'scope' as const,
            offer: 'Search in all scopes',
          },
        ]
      : []),
    ...(source === 'memories' && kind !== undefined
      ? [{ because: `Only ${kind}s were searched.`, without: 'kind' as const, offer: 'Search all kinds' }]
      : []),
    ...(source === 'memories' && tag !== ''
      ? [
          {
            because: `Only what has the tag #${tag} was searched.`,
            without: 'tag' as const,
            offer: 'Any tag',
          },
        ]
      : []),
  ];
  // By meaning something is always nearest: nothing means that there is nothing.
  return reasons.length > 0
    ? reasons
    : [
        {
          because: `There is no ${what} yet that you may see. What is superseded or has expired is not found.`,
        },
      ];
}

interface NothingFoundProps {
  playground: Playground;
  summary: SearchSummary;
}

export function NothingFound({ playground, summary }: NothingFoundProps) {
  const set = useParameter();
  const reasons = reasonsOf(playground, summary);
  return (
    <EmptyState icon={SearchX} title="Nothing was found">
      <ul className="flex flex-col gap-2">
        {reasons.map(({ because, without, offer }) => (
          <li key={because} className="flex flex-wrap items-center gap-x-3 gap-y-1">
            {because}
            {without !== undefined && <Button onClick={() => set(without, '')}>{offer}</Button>}
          </li>
        ))}
      </ul>
    </EmptyState>
  );
}
