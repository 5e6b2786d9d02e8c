import {
  BaseEdge,
  type Edge,
  EdgeLabelRenderer,
  type EdgeProps,
  Handle,
  type Node,
  type NodeProps,
  Position,
} from '@xyflow/react';
import clsx from 'clsx';
import { ShieldAlert } from 'lucide-react';

import { type Status, StatusIcon, statusWord } from '../status.tsx';
import type { EdgeWay } from './elk-layout.ts';
import type { GraphNode, NodeLook, Progress } from './graph-model.ts';
import { kindOf } from './kinds.ts';
import { roundedPath } from './rounded-path.ts';

export type CardNode = Node<
  { node: GraphNode; look: NodeLook | undefined; mark: string | undefined; group: boolean },
  'card'
>;
export type WayEdge = Edge<{ route: EdgeWay; port: string | null; taken: boolean | null }, 'way'>;

const BORDER: Record<Status, string> = {
  queued: 'border-line-strong',
  pending: 'border-line-strong border-dashed',
  running: 'border-running',
  parsing: 'border-running',
  embedding: 'border-running',
  waiting: 'border-waiting',
  sleeping: 'border-quiet',
  paused: 'border-quiet',
  completed: 'border-completed',
  failed: 'border-failed',
  canceled: 'border-line-strong',
  timed_out: 'border-failed',
  skipped: 'border-line-strong border-dotted',
  approved: 'border-completed',
  rejected: 'border-failed',
  expired: 'border-failed',
  idle: 'border-line-strong',
  ended: 'border-line-strong',
  stopped: 'border-line-strong',
};

const WASH: Partial<Record<Status, string>> = {
  running: 'bg-running-wash',
  waiting: 'bg-waiting-wash',
  failed: 'bg-failed-wash',
  timed_out: 'bg-failed-wash',
};

/** A node of a graph, and a map around its nodes. */
export function Card({ data: { node, look, mark, group }, selected }: NodeProps<CardNode>) {
  const status = look?.status;
  const { icon: Icon, word } = kindOf(node.kind);
  const faint = status === 'skipped' || status === 'pending' || status === 'canceled';
  const wash = group ? undefined : status && WASH[status];
  return (
    <div
      className={clsx(
        'h-full w-full rounded-panel border text-left',
        status === undefined ? 'border-line-strong' : BORDER[status],
        group ? 'bg-sunken/60' : (wash ?? 'bg-raised'),
        selected && 'ring-2 ring-accent',
      )}
    >
      <Handle type="target" position={Position.Left} isConnectable={false} />
      <div className="flex h-12 items-center gap-2.5 px-2.5">
        <Icon className={clsx('size-4 shrink-0', faint ? 'text-ink-3' : 'text-ink-2')} aria-hidden />
        <div className="min-w-0 flex-1">
          <p className={clsx('truncate text-sm leading-4 font-medium', faint && 'text-ink-2')}>
            {node.label}
          </p>
          <p className="tabular truncate text-xs text-ink-2">
            {look === undefined ? word : subtitleOf(look)}
          </p>
        </div>
        {look !== undefined && <StatusIcon status={look.status} />}
      </div>
      {group && look?.progress !== undefined && look.progress.total > 0 && <ProgressBar {...look.progress} />}
      {mark !== undefined && (
        <span
          title={mark}
          className="absolute -top-2.5 -right-2 rounded-full border border-waiting bg-waiting-wash p-0.5"
        >
          <ShieldAlert className="size-3.5 text-waiting" aria-hidden />
        </span>
      )}
      <Handle type="source" position={Position.Right} isConnectable={false} />
    </div>
  );
}

/** How a node stands, in a few words. */
export function subtitleOf({ status, attempts, note, progress }: NodeLook): string {
  if (progress === undefined) {
    const word = status === 'running' && attempts > 1 ? `Attempt ${attempts}` : statusWord(status);
    return note === undefined ? word : status === 'completed' ? note : `${word} · ${note}`;
  }
  const failed = progress.failed > 0 ? `${progress.failed} failed` : note;
  return [`${progress.ended} of ${progress.total}`, failed].filter((part) => part !== undefined).join(' · ');
}

function ProgressBar({ ended, failed, total }: Progress) {
  const bar = 'transition-[width] duration-150';
  return (
    <div className="absolute inset-x-3 top-11 flex h-0.5 overflow-hidden rounded-full bg-line" aria-hidden>
      <div className={`${bar} bg-completed`} style={{ width: `${((ended - failed) / total) * 100}%` }} />
      <div className={`${bar} bg-failed`} style={{ width: `${(failed / total) * 100}%` }} />
    </div>
  );
}

/** An edge on the way that the layout found; solid where data went through. */
export function Way({ id, data, markerEnd }: EdgeProps<WayEdge>) {
  if (data === undefined) return null;
  const {
    route: { way, label },
    port,
    taken,
  } = data;
  return (
    <>
      <BaseEdge
        id={id}
        path={roundedPath(way)}
        {...(markerEnd !== undefined && { markerEnd })}
        style={{
          stroke: taken === true ? 'var(--ink-2)' : 'var(--edge)',
          strokeWidth: taken === true ? 1.75 : 1.25,
          ...(taken === false && { strokeDasharray: '4 4' }),
        }}
      />
      {port !== null && label !== null && (
        <EdgeLabelRenderer>
          <span
            className="absolute rounded-sm bg-surface px-0.5 text-xs leading-4 text-ink-2"
            style={{ transform: `translate(-50%, -50%) translate(${label.x}px, ${label.y}px)` }}
          >
            {port}
          </span>
        </EdgeLabelRenderer>
      )}
    </>
  );
}
