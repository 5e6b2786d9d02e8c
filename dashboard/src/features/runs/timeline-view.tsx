import { useQuery } from '@tanstack/react-query';
import clsx from 'clsx';
import { ChevronRight } from 'lucide-react';
import { type CSSProperties, useMemo, useRef, useState } from 'react';
import { Link } from 'react-router';

import { isTerminal, type NodeStatus, type Run } from '../../../../contracts/run.ts';
import { useNow } from '../../lib/clock.ts';
import { counted, durationText } from '../../lib/format.ts';
import { useHotkey } from '../../lib/hotkey.ts';
import { pathOf } from '../../lib/paths.ts';
import { useApi } from '../../lib/services.tsx';
import type { GraphModel } from '../../ui/graph/graph-model.ts';
import { StatusIcon, statusWord } from '../../ui/status.tsx';
import { retriesQuery } from './queries.ts';
import { type Segment, ticksOf, timelineOf, type TimelineRow } from './timeline.ts';

const BAR: Partial<Record<NodeStatus, string>> = {
  running: 'bg-running',
  completed: 'bg-completed',
  failed: 'bg-failed',
  canceled: 'bg-quiet',
};

/** Lines shown before one asks for the others. */
const LINES = 200;

interface TimelineProps {
  run: Run;
  model: GraphModel;
  /** Key of the node whose drawer is open. */
  selected: string | null;
}

/** When each node ran: attempts as segments, growing while they last. */
export function Timeline({ run, model, selected }: TimelineProps) {
  const api = useApi();
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [limit, setLimit] = useState(LINES);
  const retried = run.nodes.some((node) => node.attempts > 1);
  const { data: retries = [] } = useQuery({ ...retriesQuery(api, run.id), enabled: retried });
  const labels = useMemo(() => new Map(model.nodes.map((node) => [node.id, node.label])), [model]);
  const rows = useMemo(() => timelineOf(run, retries, open, labels), [run, retries, open, labels]);
  const now = useNow(isTerminal(run.status) ? null : 100);
  const from = Date.parse(run.startedAt ?? run.createdAt);
  const last = Math.max(...rows.flatMap((row) => row.segments.map((segment) => segment.to ?? now)), from + 1);
  const to =
    run.endedAt === null
      ? isTerminal(run.status)
        ? last
        : Math.max(now, last)
      : Math.max(Date.parse(run.endedAt), last);
  const list = useRef<HTMLOListElement>(null);
  useRowKeys(list);
  const toggle = (key: string) =>
    setOpen((held) =>
      held.has(key) ? new Set([...held].filter((other) => other !== key)) : new Set([...held, key]),
    );
  return (
    <div className="text-sm">
      <Axis length={to - from} />
      <ol ref={list} aria-label="Timeline of nodes">
        {rows.slice(0, limit).map((row) => (
          <Line
            key={row.key}
            row={row}
            runId={run.id}
            from={from}
            length={to - from}
            now={now}
            open={open.has(row.key)}
            selected={row.key === selected}
            onToggle={toggle}
          />
        ))}
      </ol>
      {rows.length > limit && (
        <button
          type="button"
          className="mt-2 text-accent hover:underline"
          onClick={() => setLimit(limit + LINES)}
        >
          Show {Math.min(LINES, rows.length - limit)} more of {counted(rows.length - limit, 'line')}
        </button>
      )}
    </div>
  );
}

/** j and k go from line to line; Enter follows the link that has the focus. */
function useRowKeys(list: React.RefObject<HTMLOListElement | null>): void {
  const move = (step: number) => {
    const links = [...(list.current?.querySelectorAll<HTMLAnchorElement>('a[data-row]') ?? [])];
    const at = links.findIndex((link) => link === document.activeElement);
    links[at === -1 ? 0 : Math.min(links.length - 1, Math.max(0, at + step))]?.focus();
  };
  useHotkey('j', () => move(1));
  useHotkey('k', () => move(-1));
}

const COLUMNS =
  'grid grid-cols-[minmax(120px,46%)_minmax(0,1fr)] sm:grid-cols-[minmax(180px,26%)_minmax(0,1fr)_76px] items-center gap-x-3';

function Axis({ length }: { length: number }) {
  return (
    <div className={clsx(COLUMNS, 'h-6 border-b border-line text-xs text-ink-2')} aria-hidden>
      <span className="pl-7">Node</span>
      <div className="relative h-full">
        {ticksOf(length).map((tick) => (
          <span
            key={tick}
            className="tabular absolute top-1 -translate-x-1/2 whitespace-nowrap first:translate-x-0"
            style={{ left: percent(tick / length) }}
          >
            {tick / length < 0.93 && (tick === 0 ? '0' : durationText(tick).replace('.0 s', ' s'))}
          </span>
        ))}
      </div>
      <span className="hidden text-right sm:block">Duration</span>
    </div>
  );
}

const percent = (share: number): string => `${Math.min(1, Math.max(0, share)) * 100}%`;

interface LineProps {
  row: TimelineRow;
  runId: string;
  from: number;
  length: number;
  now: number;
  open: boolean;
  selected: boolean;
  onToggle: (key: string) => void;
}

function Line({ row, runId, from, length, now, open, selected, onToggle }: LineProps) {
  const { node, label, depth, segments, inside } = row;
  const faint = node.status === 'skipped' || node.status === 'pending';
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
        <StatusIcon status={node.status} />
        <Link
          data-row
          aria-label={[label, statusWord(node.status), took].filter((part) => part !== undefined).join(', ')}
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
        {faint && (
          <span className="absolute inset-y-0 left-0 flex items-center text-xs text-ink-3">
            {statusWord(node.status)}
          </span>
        )}
      </div>
      <span className="tabular hidden text-right text-xs text-ink-2 sm:block" aria-hidden>
        {took}
      </span>
    </li>
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
