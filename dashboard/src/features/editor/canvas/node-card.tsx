import { Handle, type Node, type NodeProps, Position } from '@xyflow/react';
import clsx from 'clsx';
import { CornerDownRight, TriangleAlert } from 'lucide-react';

import { ERROR_PORT } from '../../../../../contracts/plan.ts';
import { counted } from '../../../lib/format.ts';
import { kindOf } from '../../../ui/graph/kinds.ts';
import { useEditorStore } from '../editor-store.ts';

export interface CardData extends Record<string, unknown> {
  label: string;
  kind: string;
  ports: readonly string[];
  /** What is wrong with it. */
  problems: readonly string[];
  /** How many nodes are inside a map that has a graph of its own. */
  inside: number | null;
  /** A few words of its configuration. */
  gist: string;
}
export type CardNode = Node<CardData, 'card'>;

/** A node that can be moved, connected by its ports and chosen. */
export function NodeCard({ id, data, selected }: NodeProps<CardNode>) {
  const { label, kind, ports, problems, inside, gist } = data;
  const { icon: Icon, word } = kindOf(kind);
  const [only] = ports;
  return (
    <div
      className={clsx(
        'h-full w-full rounded-panel border bg-raised text-left',
        problems.length > 0 ? 'border-failed' : 'border-line-strong',
        selected && 'ring-2 ring-accent',
      )}
      {...(problems.length > 0 && { title: problems.join('\n') })}
    >
      <Handle type="target" position={Position.Left} style={{ top: 26 }} title={`Into ${label}`} />
      <div className="flex h-[50px] items-center gap-2.5 px-3">
        <Icon className="size-4 shrink-0 text-ink-2" aria-hidden />
        <div className="min-w-0 flex-1">
          <p className="truncate text-sm leading-4 font-medium">{label}</p>
          <p className="mt-0.5 truncate text-xs leading-4 text-ink-2">{gist === '' ? word : gist}</p>
        </div>
        {problems.length > 0 && (
          <TriangleAlert
            className="size-4 shrink-0 text-failed"
            role="img"
            aria-label={counted(problems.length, 'problem')}
          />
        )}
        {inside !== null && <OpenInside id={id} label={label} count={inside} />}
      </div>
      {ports.length === 1 && only !== undefined ? (
        <Handle
          id={only}
          type="source"
          position={Position.Right}
          style={{ top: 26 }}
          title={`Out of ${label}`}
        />
      ) : (
        ports.map((port) => (
          <div key={port} className="relative flex h-6 items-center justify-end pr-3.5">
            <span className={clsx('text-xs', port === ERROR_PORT ? 'text-failed' : 'text-ink-2')}>
              {port}
            </span>
            <Handle
              id={port}
              type="source"
              position={Position.Right}
              className={clsx(port === ERROR_PORT && 'is-error')}
              title={`${port}, out of ${label}`}
            />
          </div>
        ))
      )}
    </div>
  );
}

function OpenInside({ id, label, count }: { id: string; label: string; count: number }) {
  const store = useEditorStore();
  return (
    <button
      type="button"
      aria-label={`Open ${label}, ${counted(count, 'node')} inside`}
      title={`Open: ${counted(count, 'node')} inside`}
      className="nodrag flex h-6 shrink-0 items-center gap-1 rounded-input border border-line-strong px-1.5 text-xs text-ink-2 hover:bg-hover hover:text-ink"
      onClick={(event) => {
        event.stopPropagation();
        store.getState().goTo([...store.getState().level, id]);
      }}
    >
      <CornerDownRight className="size-3" aria-hidden /> {count}
    </button>
  );
}
