import type { ReactNode } from 'react';
import { Link } from 'react-router';

import type { Run } from '../../../../contracts/run.ts';
import { costText, shortId } from '../../lib/format.ts';
import { pathOf } from '../../lib/paths.ts';
import { ChangeList } from '../../ui/diff/change-list.tsx';
import { jsonChanges } from '../../ui/diff/json-changes.ts';
import { StatusLabel } from '../../ui/status.tsx';
import { DurationOf, TimeAgo } from '../../ui/time.tsx';

/** Both runs at a glance, and where their inputs and results differ. */
export function CompareSummary({ before, after }: { before: Run; after: Run }) {
  const row = (name: string, cell: (run: Run) => ReactNode) => (
    <tr key={name} className="border-b border-line">
      <th scope="row" className="h-9 px-2 text-left font-normal text-ink-2">
        {name}
      </th>
      <td className="px-3">{cell(before)}</td>
      <td className="px-3">{cell(after)}</td>
    </tr>
  );
  return (
    <>
      <table aria-label="The two runs" className="mb-5 w-full max-w-3xl text-sm">
        <thead>
          <tr className="border-b border-line text-left">
            <td className="w-28" />
            {[before, after].map((run, index) => (
              <th key={index} scope="col" className="h-9 px-3 font-medium">
                <Link to={pathOf.run(run.id)} className="text-accent underline underline-offset-2">
                  {run.pipelineName} <span className="mono">{shortId(run.id)}</span>
                </Link>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {row('Status', (run) => (
            <StatusLabel status={run.status} />
          ))}
          {row('Version', (run) => run.pipelineVersion)}
          {row('Created', (run) => (
            <TimeAgo at={run.createdAt} />
          ))}
          {row('Duration', (run) => (
            <DurationOf from={run.startedAt} to={run.endedAt} />
          ))}
          {row('Cost', (run) => (
            <span className="tabular">{costText(run.costUsd)}</span>
          ))}
        </tbody>
      </table>
      <Differences title="Input" changes={jsonChanges(before.input, after.input)} />
    </>
  );
}

function Differences({ title, changes }: { title: string; changes: ReturnType<typeof jsonChanges> }) {
  return (
    <section className="mb-5">
      <h2 className="mb-2 text-sm font-semibold">{title}</h2>
      {changes.length === 0 ? (
        <p className="text-ink-2">Both were given the same.</p>
      ) : (
        <ChangeList changes={changes} label={`Differences of the ${title.toLowerCase()}`} />
      )}
    </section>
  );
}
