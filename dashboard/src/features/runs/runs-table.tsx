import type { RunSummary } from '../../../../contracts/run.ts';
import { costText, shortId } from '../../lib/format.ts';
import { pathOf } from '../../lib/paths.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { StatusLabel } from '../../ui/status.tsx';
import { DurationOf, TimeAgo } from '../../ui/time.tsx';
import { DeleteRun } from './delete-run.tsx';

const COLUMNS: readonly [Column<RunSummary>, ...Column<RunSummary>[]] = [
  { id: 'pipeline', header: 'Pipeline', cell: (run) => run.pipelineName },
  {
    id: 'run',
    header: 'Run',
    cell: (run) => <span className="mono">{shortId(run.id)}</span>,
    className: 'w-24 hidden lg:table-cell',
  },
  {
    id: 'tags',
    header: 'Tags',
    cell: ({ tags }) => (
      <span className="flex gap-1 overflow-hidden">
        {tags.slice(0, 3).map((tag) => (
          <span key={tag} className="max-w-28 truncate rounded-full bg-sunken px-2 text-xs leading-5">
            {tag}
          </span>
        ))}
        {tags.length > 3 && <span className="text-xs leading-5">+{tags.length - 3}</span>}
      </span>
    ),
    className: 'w-56 hidden lg:table-cell',
  },
  { id: 'status', header: 'Status', cell: (run) => <StatusLabel status={run.status} />, className: 'w-36' },
  {
    id: 'created',
    header: 'Created',
    cell: (run) => <TimeAgo at={run.createdAt} />,
    className: 'w-32 hidden sm:table-cell',
  },
  {
    id: 'duration',
    header: 'Duration',
    cell: (run) => <DurationOf from={run.startedAt} to={run.endedAt} />,
    className: 'w-28 hidden md:table-cell',
  },
  {
    id: 'cost',
    header: 'Cost',
    cell: (run) => <span className="tabular">{costText(run.costUsd)}</span>,
    className: 'w-24 hidden xl:table-cell',
  },
];

/** Without what can be seen on the run itself. */
const FEW = ['pipeline', 'status', 'created', 'duration'];
const [PRIMARY, ...OTHERS] = COLUMNS;
const FEW_COLUMNS: typeof COLUMNS = [PRIMARY, ...OTHERS.filter((column) => FEW.includes(column.id))];

/** A list of runs, each leading to its page; `compact` where there is little width. */
export function RunsTable({
  label,
  runs,
  compact = false,
  deletable = false,
}: {
  label: string;
  runs: readonly RunSummary[];
  compact?: boolean;
  /** Offers to delete those that have ended. */
  deletable?: boolean;
}) {
  return (
    <DataTable
      label={label}
      rows={runs}
      keyOf={(run) => run.id}
      linkOf={(run) => pathOf.run(run.id)}
      columns={compact ? FEW_COLUMNS : COLUMNS}
      {...(deletable && { actions: (run: RunSummary) => <DeleteRun run={run} /> })}
    />
  );
}
