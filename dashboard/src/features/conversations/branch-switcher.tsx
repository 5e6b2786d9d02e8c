import { ChevronLeft, ChevronRight } from 'lucide-react';

import { Button } from '../../ui/button.tsx';
import { alternativesAt } from './branches.ts';
import { usePage } from './page-context.ts';

/** ‹ 2/3 ›: the ways in which the conversation goes on at a place; nothing where there is one alone. */
export function BranchSwitcher({ branch, sequence }: { branch: number; sequence: number }) {
  const { conversation, switchTo } = usePage();
  const { branches, at } = alternativesAt(conversation.branches, { branch, sequence });
  if (branches.length < 2) return null;
  const go = (step: number) => {
    const next = branches[at + step];
    if (next !== undefined) switchTo(next, sequence);
  };
  return (
    <div role="group" aria-label="Versions from here on" className="-ml-2 flex items-center text-ink-2">
      <Button variant="quiet" iconOnly aria-label="Version before" disabled={at === 0} onClick={() => go(-1)}>
        <ChevronLeft aria-hidden />
      </Button>
      <span className="tabular text-xs">
        {at + 1}/{branches.length}
      </span>
      <Button
        variant="quiet"
        iconOnly
        aria-label="Version after"
        disabled={at === branches.length - 1}
        onClick={() => go(1)}
      >
        <ChevronRight aria-hidden />
      </Button>
    </div>
  );
}
