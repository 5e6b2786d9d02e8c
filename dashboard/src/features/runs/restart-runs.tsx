import { useQuery } from '@tanstack/react-query';
import { RotateCcw } from 'lucide-react';

import { RESTARTED_STATUSES, type RestartedRuns } from '../../../../contracts/restart.ts';
import { counted } from '../../lib/format.ts';
import { useMay } from '../../lib/policy.ts';
import { useApi } from '../../lib/services.tsx';
import { toastFailure } from '../../lib/toast-failure.ts';
import { uniqueKey } from '../../lib/unique.ts';
import { Button } from '../../ui/button.tsx';
import { Confirm } from '../../ui/dialog.tsx';
import type { RunFilters } from './filters.ts';
import { restartableQuery, RESTARTED_AT_MOST, useRestartRuns } from './queries.ts';

/** The runs among the filtered ones that can be restarted; null where the filters leave none. */
export function restartableOf(filters: RunFilters): RunFilters | null {
  const wanted = filters.status.length === 0 ? RESTARTED_STATUSES : filters.status;
  const status = wanted.filter((one) => RESTARTED_STATUSES.includes(one));
  return status.length === 0 ? null : { ...filters, status };
}

/** Begins anew what did not complete, after saying how many runs that are. */
export function RestartRuns({
  filters,
  onRestarted,
}: {
  filters: RunFilters;
  onRestarted: (restarted: RestartedRuns) => void;
}) {
  const mayStart = useMay('runs:start');
  const restart = useRestartRuns();
  const fitting = restartableOf(filters);
  if (!mayStart || fitting === null) return null;
  return (
    <Confirm
      trigger={
        <Button disabled={restart.isPending}>
          <RotateCcw aria-hidden /> {restart.isPending ? 'Restarting …' : 'Restart failed runs'}
        </Button>
      }
      title="Restart the runs that did not complete?"
      confirm="Restart runs"
      keep="Leave them"
      harmless
      onConfirm={() =>
        restart.mutate(
          { filters: fitting, idempotencyKey: uniqueKey() },
          {
            onSuccess: (restarted) => {
              onRestarted(restarted);
            },
            onError: toastFailure,
          },
        )
      }
    >
      <HowMany filters={fitting} />
    </Confirm>
  );
}

function HowMany({ filters }: { filters: RunFilters }) {
  const { data, error } = useQuery(restartableQuery(useApi(), filters));
  if (data === undefined)
    return <p role="status">{error === null ? 'Counting the runs …' : 'The runs could not be counted.'}</p>;
  const many = data.nextCursor !== null;
  const number = `${many ? 'More than ' : ''}${counted(data.items.length, 'run')}`;
  if (data.items.length === 0) return <p>No run that did not complete fits the filters of this list.</p>;
  return (
    <p>
      <strong className="text-ink">{number}</strong> that failed, timed out or{' '}
      {data.items.length === 1 ? 'was' : 'were'} canceled {data.items.length === 1 ? 'fits' : 'fit'} the
      filters of this list. Each begins as a new run where it failed and takes over what had completed; those
      that were restarted before are left out.
      {many && ` One go takes the newest ${RESTARTED_AT_MOST}.`}
    </p>
  );
}
