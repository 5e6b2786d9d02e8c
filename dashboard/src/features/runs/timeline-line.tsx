import clsx from 'clsx';
import { ChevronRight } from 'lucide-react';
import { type CSSProperties, memo } from 'react';
import { Link } from 'react-router';

import { durationText } from '../../lib/format.ts';
import { pathOf } from '../../lib/paths.ts';
import { type Status, StatusIcon, statusWord } from '../../ui/status.tsx';
import type { Segment, TimelineRow } from './timeline.ts';

const BAR: Partial<Record<Status, string>> = {
  running: 'bg-running',
  waiting: 'bg-waiting',
  completed: 'bg-completed',
  failed: 'bg-failed',
  canceled: 'bg-quiet',
};

/** The columns of the timeline: name, bars, duration. */
export const COLUMNS =
  'grid grid-cols-[minmax(120px,46%)_minmax(0,1fr)] sm:grid-cols-[minmax(180px,26%)_minmax(0,1fr)_76px] items-center gap-x-3';

/** A share of the axis. */
export const percent = (share: number): string => `${Math.min(1, Math.max(0, share)) * 100}%`;

interface LineProps {
  row: TimelineRow;
  runId: string;
  from: number;
  length: number;
  /** Only for what has not ended: lines that have are drawn once. */
  now: number;
  open: boolean;
  selected: boolean;
  onToggle: (key: string) => void;
}

/** One node: how it stands, when it ran, how long. */
export const Line = memo(function Line({
  row,
  runId,
  from,
  length,
  now,
  open,
  selected,
  onToggle,
}: LineProps) {
  const { node, status, label, depth, segments, inside } = row;
  const faint = status === 'skipped' || status === 'pending';
  const aside = asideOf(node);
  const took = durationOf(segments, now);
  return (
    <li
      className={clsx(
        COLUMNS,
        'relative h-8 rounded-input border-b border-line/60 hover:bg-hover',
        selected && 'bg-selected',
      )}
    >
      <div className="flex min-w-0 items-center gap-1" style={{ paddingLeft: depth * 18 }}>
        {inside > 0 ? (
          <button
            type="button"
            aria-expanded={open}
            aria-label={`${open ? 'Hide' : 'Show'} the nodes inside ${label}`}
            onClick={() => onToggle(row.key)}
            className="relative z-10 flex size-6 shrink-0 items-center justify-center rounded-sm hover:bg-sunken"
          >
            <ChevronRight
              className={clsx('size-3.5 transition-transform duration-100', open && 'rotate-90')}
              aria-hidden
            />
          </button>
        ) : (
          <span className="size-6 shrink-0" />
        )}
        <StatusIcon status={status} />
        <Link
          data-row
          aria-label={[label, statusWord(status), aside, took]
            .filter((part) => part !== undefined)
            .join(', ')}
          to={pathOf.runNode(runId, node.path, node.iteration)}
          className={clsx(
            'min-w-0 truncate rounded-sm pl-1 after:absolute after:inset-0',
            faint && 'text-ink-2',
          )}
        >
          {label}
        </Link>
        {node.attempts > 1 && <span className="shrink-0 text-xs text-ink-2">×{node.attempts}</span>}
      </div>
      <div className="relative h-full" aria-hidden>
        {segments.map((segment, index) => (
          <Bar key={index} segment={segment} from={from} length={length} now={now} />
        ))}
        {(faint || aside !== undefined) && (
          <span className="absolute inset-y-0 left-0 flex items-center text-xs text-ink-3">
            {aside ?? statusWord(status)}
          </span>
        )}
      </div>
      <span className="tabular hidden text-right text-xs text-ink-2 sm:block" aria-hidden>
        {took}
      </span>
    </li>
  );
}, sameLine);

/** Of a fork: where the output of a node comes from that did not run in it. */
function asideOf({ takenOver, overridden, status }: TimelineRow['node']): string | undefined {
  if (takenOver !== true || status === 'skipped') return undefined;
  return overridden === true ? 'Output given at the fork' : 'Taken over';
}

/** Rows are made anew with each event; most of them say what they said before. */
function sameLine(before: LineProps, after: LineProps): boolean {
  const [was, is] = [before.row, after.row];
  return (
    was.node === is.node &&
    was.status === is.status &&
    was.label === is.label &&
    was.inside === is.inside &&
    was.segments.length === is.segments.length &&
    before.from === after.from &&
    before.length === after.length &&
    before.now === after.now &&
    before.open === after.open &&
    before.selected === after.selected
  );
}

function durationOf(segments: readonly Segment[], now: number): string | undefined {
  const [first] = segments;
  const last = segments.at(-1);
  if (first === undefined || last === undefined) return undefined;
  return durationText((last.to ?? now) - first.from);
}

function Bar({
  segment,
  from,
  length,
  now,
}: {
  segment: Segment;
  from: number;
  length: number;
  now: number;
}) {
  const start = (segment.from - from) / length;
  const share = ((segment.to ?? now) - segment.from) / length;
  const place: CSSProperties = {
    left: percent(start),
    width: `max(4px, ${percent(Math.min(share, 1 - start))})`,
  };
  if (segment.kind === 'wait')
    return <span className="absolute top-1/2 border-t border-dashed border-quiet" style={place} />;
  return (
    <span
      className={clsx(
        'absolute top-1/2 h-2.5 -translate-y-1/2 rounded-[3px]',
        BAR[segment.status] ?? 'bg-quiet',
        segment.to === null && 'animate-pulse',
      )}
      style={place}
    />
  );
}
