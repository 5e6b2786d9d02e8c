import { Trash2 } from 'lucide-react';
import { toast } from 'sonner';

import { isTerminal, type RunSummary } from '../../../../contracts/run.ts';
import { shortId } from '../../lib/format.ts';
import { useMay } from '../../lib/policy.ts';
import { toastFailure } from '../../lib/toast-failure.ts';
import { Button } from '../../ui/button.tsx';
import { Confirm } from '../../ui/dialog.tsx';
import { useDeleteRun } from './queries.ts';

/** Removes a run that has ended, after asking. */
export function DeleteRun({
  run,
  onDeleted,
}: {
  run: Pick<RunSummary, 'id' | 'status' | 'pipelineName'>;
  onDeleted?: () => void;
}) {
  const mayDelete = useMay('runs:delete');
  const remove = useDeleteRun(run.id);
  if (!mayDelete || !isTerminal(run.status)) return null;
  const name = `${run.pipelineName} ${shortId(run.id)}`;
  return (
    <Confirm
      trigger={
        <Button
          variant="quiet"
          iconOnly
          aria-label={`Delete run ${name}`}
          title="Delete"
          disabled={remove.isPending}
        >
          <Trash2 aria-hidden />
        </Button>
      }
      title={`Delete run ${name}?`}
      confirm="Delete run"
      keep="Keep it"
      onConfirm={() =>
        remove.mutate(undefined, {
          onSuccess: () => {
            toast.success(`Run ${name} is deleted.`);
            onDeleted?.();
          },
          onError: toastFailure,
        })
      }
    >
      Its nodes, events and files are removed with it, for everybody. Runs that were forked from it stay.
    </Confirm>
  );
}
