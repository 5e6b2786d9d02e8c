import { CircleX, Clock, GitFork } from 'lucide-react';
import { Link } from 'react-router';

import type { Run } from '../../../../contracts/run.ts';
import { counted } from '../../lib/format.ts';
import { pathOf } from '../../lib/paths.ts';
import { useMay } from '../../lib/policy.ts';
import { ButtonLink } from '../../ui/button.tsx';
import type { GraphModel } from '../../ui/graph/graph-model.ts';
import { adviceOn } from './failure-advice.ts';
import { failedNodeOf } from './fork-plan.ts';

/** What happened to a run that did not complete, to which node, what was kept, and the way on. */
export function FailureBanner({ run, model }: { run: Run; model: GraphModel }) {
  const mayFork = useMay('runs:start');
  const failed = failedNodeOf(run);
  if (run.status !== 'failed' && run.status !== 'timed_out') return null;
  const culprit =
    run.nodes.find((node) => node.status === 'failed' && node.id === run.error?.nodeId) ??
    run.nodes.find((node) => node.status === 'failed');
  const labelOf = (path: string) => model.nodes.find((node) => node.id === path)?.label ?? path;
  const kept = run.nodes.filter((node) => node.status === 'completed').length;
  const { what, advice } = adviceOn(run.error?.type ?? '');
  const timedOut = run.status === 'timed_out';
  const Icon = timedOut ? Clock : CircleX;
  return (
    <section
      role="alert"
      className="mb-4 flex items-start gap-2.5 rounded-panel border border-line bg-failed-wash p-4"
    >
      <Icon className="mt-0.5 size-4 shrink-0 text-failed" aria-hidden />
      <div className="min-w-0 flex-1">
        <p className="font-semibold">
          {timedOut ? (
            `The run took longer than its pipeline allows (${run.definition.timeout})`
          ) : culprit === undefined ? (
            `The run failed: ${what}`
          ) : (
            <>
              <Link
                to={pathOf.runNode(run.id, culprit.path, culprit.iteration)}
                className="text-failed underline underline-offset-2"
              >
                {labelOf(culprit.path)}
              </Link>{' '}
              failed: {what}
            </>
          )}
        </p>
        {run.error !== undefined && <p className="mt-1 break-words text-ink-2">{run.error.message}</p>}
        <p className="mt-1 text-ink-2">
          {kept === 0
            ? 'No node had completed.'
            : `${counted(kept, 'node')} completed; what they gave is kept.`}{' '}
          {timedOut ? 'Raise the pipeline’s timeout or give it less to do, then run it again.' : advice}
        </p>
      </div>
      {mayFork && failed !== undefined && (
        <ButtonLink to={pathOf.forkRun(run.id, failed)}>
          <GitFork aria-hidden /> Retry from here
        </ButtonLink>
      )}
    </section>
  );
}
