import { styleText } from 'node:util';

import { z } from 'zod';

import type { StoredEvent } from '../contracts/event.ts';
import { Failure } from '../contracts/failure.ts';

const Particulars = z.looseObject({
  nodeId: z.string().optional(),
  path: z.string().optional(),
  iteration: z.string().optional(),
  kind: z.string().optional(),
  attempt: z.number().optional(),
  delayMs: z.number().optional(),
  port: z.string().optional(),
  until: z.string().optional(),
  approvalId: z.string().optional(),
  title: z.string().optional(),
  by: z.string().optional(),
  decision: z.string().optional(),
  comment: z.string().optional(),
  error: Failure.optional(),
});
type Particulars = z.infer<typeof Particulars>;

/** Turns a run's events into lines for a person; it remembers when nodes started, to say how long they took. */
export function createProgress(): (event: StoredEvent) => string | null {
  const startedAt = new Map<string, number>();
  return ({ type, data }) => {
    const particulars = Particulars.parse(data);
    const at = Date.parse(data.timestamp);
    const node = nodeName(particulars);
    if (type === 'node.started' || type === 'run.started') startedAt.set(node, at);
    const began = startedAt.get(node);
    return lineOf(type, node, particulars, began === undefined ? '' : durationOf(at - began));
  };
}

function lineOf(type: string, node: string, particulars: Particulars, duration: string): string | null {
  const why = particulars.error?.message ?? '';
  const name = node.padEnd(24);
  switch (type) {
    case 'run.started':
      return styleText('gray', 'run started');
    case 'run.paused':
      return styleText('yellow', 'run paused');
    case 'run.resumed':
      return styleText('gray', 'run goes on');
    case 'node.started':
      return `${styleText('blue', '◌')} ${name} ${styleText('gray', particulars.kind ?? '')}`;
    case 'node.waiting':
      return `${styleText('yellow', '◔')} ${name} ${styleText('gray', waitingFor(particulars))}`;
    case 'approval.requested':
      return `  ${particulars.title ?? ''}\n  ${styleText('gray', `gathering approve ${particulars.approvalId ?? ''}`)}`;
    case 'approval.decided':
      return `  ${particulars.by ?? ''}: ${[particulars.decision, particulars.comment].filter((text) => text !== undefined).join(', ')}`;
    case 'approval.reminded':
      return styleText('gray', `  ${particulars.title ?? ''}: people were reminded`);
    case 'approval.escalated':
      return styleText('gray', `  ${particulars.title ?? ''}: others are asked too`);
    case 'approval.expired':
      return styleText('gray', `  ${particulars.title ?? ''}: nobody has decided in time`);
    case 'node.completed':
      return `${styleText('green', '✓')} ${name} ${styleText('gray', [duration, branchOf(particulars)].join(' ').trim())}`.trimEnd();
    case 'node.retrying': {
      const delay = particulars.delayMs === undefined ? '' : ` in ${durationOf(particulars.delayMs)}`;
      return `${styleText('yellow', '↻')} ${name} attempt ${(particulars.attempt ?? 1) + 1}${delay}: ${why}`;
    }
    case 'node.failed':
      return `${styleText('red', '✗')} ${name} ${why}`;
    case 'node.skipped':
      return styleText('gray', `- ${name} skipped`);
    case 'node.canceled':
      return styleText('gray', `⊘ ${name} canceled`);
    case 'run.completed':
      return styleText('green', `completed in ${duration}`);
    case 'run.failed':
      return styleText('red', `failed after ${duration}${why === '' ? '' : `: ${why}`}`);
    case 'run.canceled':
      return styleText('gray', duration === '' ? 'canceled' : `canceled after ${duration}`);
    case 'run.timed_out':
      return styleText('red', `timed out after ${duration}`);
    default:
      return null; // A newer server may tell more than this program knows.
  }
}

/** `each.digest #3` for the fourth item of a map. */
function nodeName({ path, nodeId, iteration }: Particulars): string {
  const name = path ?? nodeId ?? '';
  return name.includes('.') ? `${name} #${iteration ?? ''}` : name;
}

const waitingFor = ({ approvalId, until }: Particulars): string =>
  [
    approvalId === undefined ? 'waits' : 'waits for people',
    ...(until === undefined ? [] : [`until ${new Date(until).toLocaleString()}`]),
  ].join(' ');

const branchOf = ({ port }: Particulars): string =>
  port === undefined || port === 'default' ? '' : `→ ${port}`;

export function durationOf(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}
