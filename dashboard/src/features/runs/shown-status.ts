import { isTerminal, type Run, type RunNode } from '../../../../contracts/run.ts';
import type { Status } from '../../ui/status.tsx';

/** A node's status as it is shown: waiting for a person is told apart from waiting for an instant. */
export const shownStatus = ({ status, kind }: Pick<RunNode, 'status' | 'kind'>): Status =>
  status === 'waiting' && kind === 'delay' ? 'sleeping' : status;

/** What is under way through what stands inside it: it waits where all of that does. */
export function statusAround(inside: readonly Status[]): Status {
  if (inside.includes('running')) return 'running';
  if (inside.includes('waiting')) return 'waiting';
  return inside.includes('sleeping') ? 'sleeping' : 'running';
}

/** Nodes that are at it through what stands inside them. */
const AROUND: readonly string[] = ['map', 'pipeline'];

/** A run's status as it is shown: one that is under way, but only waits, says for what. */
export function shownRunStatus(run: Run): Status {
  if (run.status !== 'running' || isTerminal(run.status)) return run.status;
  const active = run.nodes
    .filter(({ status, kind }) => status === 'waiting' || (status === 'running' && !AROUND.includes(kind)))
    .map(shownStatus);
  return statusAround(active);
}
