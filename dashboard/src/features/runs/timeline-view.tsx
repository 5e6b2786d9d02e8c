import { useQuery } from '@tanstack/react-query';
import clsx from 'clsx';
import { useCallback, useMemo, useRef, useState } from 'react';

import { isTerminal, type Run } from '../../../../contracts/run.ts';
import { useNow } from '../../lib/clock.ts';
import { counted, durationText } from '../../lib/format.ts';
import { useHotkey } from '../../lib/hotkey.ts';
import { useApi } from '../../lib/services.tsx';
import type { GraphModel } from '../../ui/graph/graph-model.ts';
import type { Retry } from './live.ts';
import { historyQuery } from './queries.ts';
import { roomyLength, ticksOf, timelineOf, type TimelineRow } from './timeline.ts';
import { COLUMNS, Line, percent } from './timeline-line.tsx';

/** Lines shown before one asks for the others. */
const LINES = 100;
const NONE: readonly Retry[] = [];

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
  const { data: history } = useQuery({ ...historyQuery(api, run.id), enabled: retried });
  const retries = history?.retries ?? NONE;
  const labels = useMemo(() => new Map(model.nodes.map((node) => [node.id, node.label])), [model]);
  const rows = useMemo(() => timelineOf(run, retries, open, labels), [run, retries, open, labels]);
  const running = !isTerminal(run.status);
  const now = useNow(running ? 100 : null);
  const from = Date.parse(run.startedAt ?? run.createdAt);
  const length = useMemo(() => lengthOf(run, rows, from), [run, rows, from]);
  const axis = running ? roomyLength(Math.max(now - from, length)) : length;
  const list = useRef<HTMLOListElement>(null);
  useRowKeys(list);
  const toggle = useCallback(
    (key: string) =>
      setOpen((held) =>
        held.has(key) ? new Set([...held].filter((other) => other !== key)) : new Set([...held, key]),
      ),
    [],
  );
  return (
    <div className="text-sm">
      <Axis length={axis} />
      <ol ref={list} aria-label="Timeline of nodes">
        {rows.slice(0, limit).map((row) => (
          <Line
            key={row.key}
            row={row}
            runId={run.id}
            from={from}
            length={axis}
            now={row.segments.at(-1)?.to === null ? now : 0}
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

/** From the start of a run to the end of everything that has ended in it. */
function lengthOf(run: Run, rows: readonly TimelineRow[], from: number): number {
  const ends = rows.flatMap((row) => row.segments.map((segment) => segment.to ?? 0));
  const last = run.endedAt === null ? 0 : Date.parse(run.endedAt);
  return Math.max(last, from + 1, ...ends) - from;
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
