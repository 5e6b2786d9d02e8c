import type { NodeKind } from '../pipeline.ts';
import { DEFAULT_PORT, ERROR_PORT, type NodeOutcome, type OnError } from '../plan.ts';

/** The ports that a node of each kind completes at. */
export const KIND_PORTS = {
  agent: [DEFAULT_PORT],
  circle: [DEFAULT_PORT],
  action: [DEFAULT_PORT],
  condition: ['true', 'false'],
  transform: [DEFAULT_PORT],
  filter: [DEFAULT_PORT],
  merge: [DEFAULT_PORT],
  map: [DEFAULT_PORT],
  delay: [DEFAULT_PORT],
  human: ['approved', 'rejected', 'timeout'],
  pipeline: [DEFAULT_PORT],
  trigger: [DEFAULT_PORT],
  parallel: [DEFAULT_PORT],
} as const satisfies Record<NodeKind, readonly string[]>;

/** Every port that an edge may leave a node by. */
export function portsOf(kind: NodeKind, onError: OnError): readonly string[] {
  return onError === 'route' ? [...KIND_PORTS[kind], ERROR_PORT] : KIND_PORTS[kind];
}

const PORTS_BEHIND_FAILURE: Partial<Record<NodeKind, string>> = { condition: 'false', human: 'rejected' };

/**
 * How a node that failed for good has ended: where its run goes on, if it does. A condition goes on as if it were false, a
 * question to people as if it were rejected.
 */
export function failedOutcome(id: string, kind: NodeKind, onError: OnError): NodeOutcome {
  if (onError === 'fail') return { id, status: 'failed' };
  if (onError === 'route') return { id, status: 'failed', port: ERROR_PORT };
  return { id, status: 'failed', port: PORTS_BEHIND_FAILURE[kind] ?? DEFAULT_PORT };
}
