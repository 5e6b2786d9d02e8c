import { ShieldAlert, ShieldCheck } from 'lucide-react';

import type { BreakerState } from '../../../contracts/breaker.ts';
import { counted } from '../lib/format.ts';
import { Button } from './button.tsx';
import { TimeAgo, TimeLeft } from './time.tsx';

const WORDS: Record<BreakerState['state'], string> = {
  closed: 'Closed: its target is called',
  open: 'Open: its target is not called',
  half_open: 'Half open: the next call is a trial',
};

interface BreakerFactsProps {
  breaker: BreakerState;
  /** Absent for who may not close it. */
  onReset?: () => void;
  busy?: boolean;
}

/** How the circuit breaker of a node stands, and the way to close it. */
export function BreakerFacts({ breaker, onReset, busy = false }: BreakerFactsProps) {
  const { state, failures, openedAt, trialAt } = breaker;
  const closed = state === 'closed';
  const Icon = closed ? ShieldCheck : ShieldAlert;
  return (
    <div
      className={`flex flex-wrap items-center gap-x-3 gap-y-2 rounded-panel border border-line p-3 text-sm ${closed ? '' : 'bg-waiting-wash'}`}
    >
      <Icon className={`size-4 shrink-0 ${closed ? 'text-ink-2' : 'text-waiting'}`} aria-hidden />
      <div className="min-w-0 flex-1">
        <p className="font-medium">Circuit breaker</p>
        <p className="text-ink-2">
          {WORDS[state]}
          {failures > 0 && ` · ${counted(failures, 'failure')} in a row`}
          {openedAt !== null && (
            <>
              {' '}
              · opened <TimeAgo at={openedAt} />
            </>
          )}
          {state === 'open' && trialAt !== null && (
            <>
              {' '}
              · trial in <TimeLeft until={trialAt} />
            </>
          )}
        </p>
      </div>
      {onReset !== undefined && !closed && (
        <Button disabled={busy} onClick={onReset}>
          Close it now
        </Button>
      )}
    </div>
  );
}
