import type { ReactNode } from 'react';

import type { RunNode } from '../../../../contracts/run.ts';
import { StatusIcon } from '../../ui/status.tsx';
import type { ForkPlan } from './fork-plan.ts';

/** Which nodes are taken over and which run, before anything is done. */
export function ForkOverview({ plan, labelOf }: { plan: ForkPlan; labelOf: (id: string) => string }) {
  const { takenOver, runs, unfinished } = plan;
  return (
    <div className="flex flex-col gap-4">
      {unfinished.length > 0 && (
        <p role="alert" className="rounded-panel bg-waiting-wash px-4 py-3">
          {unfinished.map(({ id }) => labelOf(id)).join(', ')} {unfinished.length === 1 ? 'has' : 'have'} not
          ended yet. Wait, or fork from an earlier node.
        </p>
      )}
      <div className="grid gap-4 sm:grid-cols-2">
        <Nodes
          title="Taken over, not called again"
          none="Nothing: this is where the run begins."
          nodes={takenOver}
        >
          {(node) => (
            <>
              <StatusIcon status={node.status} label /> <span className="truncate">{labelOf(node.id)}</span>
            </>
          )}
        </Nodes>
        <Nodes title="Runs anew" none="Nothing." nodes={runs}>
          {(node) => (
            <>
              <StatusIcon status="pending" /> <span className="truncate">{labelOf(node.id)}</span>
            </>
          )}
        </Nodes>
      </div>
    </div>
  );
}

interface NodesProps {
  title: string;
  none: string;
  nodes: readonly RunNode[];
  children: (node: RunNode) => ReactNode;
}

function Nodes({ title, none, nodes, children }: NodesProps) {
  return (
    <section className="min-w-0 rounded-panel border border-line p-3">
      <h3 className="mb-1.5 text-sm font-semibold">{title}</h3>
      {nodes.length === 0 ? (
        <p className="text-sm text-ink-2">{none}</p>
      ) : (
        <ul className="flex max-h-44 flex-col gap-1 overflow-y-auto text-sm" tabIndex={0} aria-label={title}>
          {nodes.map((node) => (
            <li key={node.path} className="flex min-w-0 items-center gap-2">
              {children(node)}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
