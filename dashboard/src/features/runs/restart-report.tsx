import { X } from 'lucide-react';
import { Link } from 'react-router';

import type { RestartedRuns } from '../../../../contracts/restart.ts';
import { counted, shortId } from '../../lib/format.ts';
import { pathOf } from '../../lib/paths.ts';
import { Button } from '../../ui/button.tsx';

/** What became of a restart of many: where the new runs are, and which ones could not be restarted and why. */
export function RestartReport({ restarted, onClose }: { restarted: RestartedRuns; onClose: () => void }) {
  const { items, more } = restarted;
  const problems = items.flatMap((item) => ('problem' in item ? [item] : []));
  const begun = items.length - problems.length;
  return (
    <section
      aria-label="What was restarted"
      className="mb-4 flex items-start gap-3 rounded-panel border border-line bg-canvas p-4"
    >
      <div className="min-w-0 flex-1">
        <p className="font-semibold">
          {begun === 0 ? 'No run was restarted' : `${counted(begun, 'run')} restarted`}
          {more && '; there are more: restart again for the next ones'}
        </p>
        {begun > 0 && (
          <p className="mt-1">
            <Link to={`${pathOf.runs}?trigger=restart`} className="text-accent underline underline-offset-2">
              See the new runs
            </Link>
          </p>
        )}
        {items.length === 0 && (
          <p className="mt-1 text-ink-2">
            Everything that fits the filters was restarted before, or completed.
          </p>
        )}
        {problems.length > 0 && (
          <ul
            className="mt-2 flex max-h-48 flex-col gap-1 overflow-y-auto text-sm"
            tabIndex={0}
            aria-label="Not restarted"
          >
            {problems.map(({ runId, problem }) => (
              <li key={runId}>
                <Link to={pathOf.run(runId)} className="mono text-accent underline underline-offset-2">
                  {shortId(runId)}
                </Link>{' '}
                was not restarted: {problem.detail === '' ? problem.title : problem.detail}
              </li>
            ))}
          </ul>
        )}
      </div>
      <Button variant="quiet" iconOnly aria-label="Close" onClick={onClose}>
        <X aria-hidden />
      </Button>
    </section>
  );
}
