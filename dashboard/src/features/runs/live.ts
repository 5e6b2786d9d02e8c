import { z } from 'zod';

import { Failure } from '../../../../contracts/failure.ts';
import { Json } from '../../../../contracts/json.ts';
import { isTerminal, type NodeStatus, type Run, type RunNode, RunStatus } from '../../../../contracts/run.ts';
import { growText, type StreamedText } from '../../lib/streamed-text.ts';
import { without } from '../../lib/without.ts';

/** An event or a piece of text as it arrives on a run's channel. */
export interface RunMessage {
  type: string;
  sequence?: number | undefined;
  data: Record<string, unknown>;
}

const RunEventData = z.object({
  timestamp: z.iso.datetime(),
  output: Json.optional(),
  error: Failure.optional(),
  status: RunStatus.optional(),
});
const NodeEventData = RunEventData.omit({ status: true }).extend({
  nodeId: z.string(),
  path: z.string(),
  iteration: z.string(),
  kind: z.string(),
  outputRef: z.object({ bytes: z.number() }).optional(),
  attempt: z.number().int().optional(),
  delayMs: z.number().optional(),
  items: z.number().int().optional(),
  until: z.iso.datetime().optional(),
  conversationId: z.string().optional(),
});
type NodeEventData = z.infer<typeof NodeEventData>;

const NODE_STATUS: Record<string, NodeStatus> = {
  'node.started': 'running',
  'node.waiting': 'waiting',
  'node.retrying': 'running',
  'node.completed': 'completed',
  'node.failed': 'failed',
  'node.skipped': 'skipped',
  'node.canceled': 'canceled',
};

const RUN_STATUS: Record<string, RunStatus> = {
  'run.queued': 'queued',
  'run.started': 'running',
  'run.paused': 'paused',
  'run.resumed': 'running',
  'run.completed': 'completed',
  'run.failed': 'failed',
  'run.canceled': 'canceled',
  'run.timed_out': 'timed_out',
};

const ENDED: readonly NodeStatus[] = ['completed', 'failed', 'skipped', 'canceled'];
export const hasEnded = (status: NodeStatus): boolean => ENDED.includes(status);

export const nodeKey = (path: string, iteration: string): string => `${path}/${iteration}`;

/** The run after some events. Events that it knows already change nothing; nothing that has ended changes again. */
export function foldRun(run: Run, messages: readonly RunMessage[]): Run {
  let folded = run;
  let nodes: RunNode[] | undefined;
  let places: Map<string, number> | undefined;
  for (const { type, sequence, data } of messages) {
    if (sequence === undefined || sequence <= folded.sequence) continue;
    folded = { ...folded, sequence };
    const runStatus = RUN_STATUS[type];
    const nodeStatus = NODE_STATUS[type];
    if (runStatus !== undefined) folded = foldRunEvent(folded, type, runStatus, data);
    else if (nodeStatus !== undefined) {
      const event = NodeEventData.safeParse(data);
      if (!event.success) continue;
      nodes ??= [...folded.nodes];
      places ??= new Map(nodes.map((node, index) => [nodeKey(node.path, node.iteration), index]));
      const key = nodeKey(event.data.path, event.data.iteration);
      const place = places.get(key) ?? nodes.length;
      nodes[place] = foldNode(nodes[place], type, nodeStatus, event.data);
      places.set(key, place);
    }
  }
  return nodes === undefined ? folded : { ...folded, nodes };
}

function foldRunEvent(run: Run, type: string, told: RunStatus, data: Record<string, unknown>): Run {
  const event = RunEventData.safeParse(data);
  if (!event.success || isTerminal(run.status)) return run;
  // What was paused while it was queued begins later, and stays paused.
  if (type === 'run.started' && run.status === 'paused') return run;
  const { timestamp, output, error } = event.data;
  const status = type === 'run.resumed' ? (event.data.status ?? told) : told;
  return {
    ...run,
    status,
    startedAt: status === 'running' ? (run.startedAt ?? timestamp) : run.startedAt,
    endedAt: isTerminal(status) ? timestamp : run.endedAt,
    ...(output !== undefined && { output }),
    ...(error !== undefined && { error }),
  };
}

function foldNode(
  held: RunNode | undefined,
  type: string,
  status: NodeStatus,
  event: NodeEventData,
): RunNode {
  const node: RunNode = held ?? {
    id: event.nodeId,
    path: event.path,
    iteration: event.iteration,
    kind: event.kind,
    status: 'pending',
    attempts: 0,
    startedAt: null,
    endedAt: null,
  };
  if (hasEnded(node.status)) return node;
  const ran = status !== 'skipped' && (status !== 'canceled' || node.startedAt !== null);
  return {
    // An earlier attempt's error is settled.
    ...without(node, 'error'),
    status,
    attempts: attemptsAfter(node.attempts, type, ran, event.attempt),
    startedAt: ran ? (node.startedAt ?? event.timestamp) : node.startedAt,
    endedAt: hasEnded(status) ? event.timestamp : null,
    ...(event.items !== undefined && { items: event.items }),
    ...(event.output !== undefined && { output: event.output }),
    ...(event.outputRef !== undefined && { outputRef: event.outputRef }),
    ...(event.error !== undefined && { error: event.error }),
  };
}

function attemptsAfter(
  attempts: number,
  type: string,
  ran: boolean,
  failedAttempt: number | undefined,
): number {
  if (type === 'node.retrying') return Math.max(attempts, (failedAttempt ?? attempts) + 1);
  return ran ? Math.max(attempts, 1) : attempts;
}

/** The texts that agents are writing, by the id of their model call. */
export type TurnTexts = Readonly<Record<string, TurnText>>;

export interface TurnText extends StreamedText {
  path: string;
  iteration: string;
}

const TurnData = z.object({
  turnId: z.string(),
  attempt: z.number().int(),
  path: z.string(),
  iteration: z.string(),
  text: z.string(),
  offset: z.number().int().optional(),
});

/** The texts after some pieces. A later attempt takes the place of what an earlier one wrote. */
export function foldTexts(texts: TurnTexts, messages: readonly RunMessage[]): TurnTexts {
  let folded: Record<string, TurnText> | undefined;
  for (const { type, data } of messages) {
    if (type !== 'turn.snapshot' && type !== 'turn.delta') continue;
    const turn = TurnData.safeParse(data);
    if (!turn.success) continue;
    folded ??= { ...texts };
    const next = foldText(folded[turn.data.turnId], turn.data);
    if (next !== undefined) folded[turn.data.turnId] = next;
  }
  return folded ?? texts;
}

function foldText(held: TurnText | undefined, turn: z.infer<typeof TurnData>): TurnText | undefined {
  const next = growText(held, turn);
  return next && { path: turn.path, iteration: turn.iteration, ...next };
}

/** What the agent of one node has written so far, model call by model call. */
export function textsOfNode(
  texts: TurnTexts,
  path: string,
  iteration: string,
): (TurnText & { turnId: string })[] {
  return Object.entries(texts)
    .filter(([, turn]) => turn.path === path && turn.iteration === iteration)
    .map(([turnId, turn]) => ({ turnId, ...turn }))
    .sort((a, b) => stepOf(a.turnId) - stepOf(b.turnId));
}

const stepOf = (turnId: string): number => Number(/(\d+)$/.exec(turnId)?.[1] ?? 0);

/** A failed attempt that another one follows. */
export interface Retry {
  path: string;
  iteration: string;
  attempt: number;
  failedAt: string;
  delayMs: number;
  error: Failure | undefined;
}

/** The retries among some events, oldest first. */
export function retriesOf(messages: readonly RunMessage[]): Retry[] {
  return messages.flatMap(({ type, data }) => {
    if (type !== 'node.retrying') return [];
    const event = NodeEventData.safeParse(data);
    if (!event.success) return [];
    const { path, iteration, attempt = 1, timestamp, delayMs = 0, error } = event.data;
    return [{ path, iteration, attempt, failedAt: timestamp, delayMs, error }];
  });
}

/** A node that waits for an instant. */
export interface Wait {
  path: string;
  iteration: string;
  until: string;
}

/** The waits among some events, oldest first. */
export function waitsOf(messages: readonly RunMessage[]): Wait[] {
  return messages.flatMap(({ type, data }) => {
    if (type !== 'node.waiting') return [];
    const event = NodeEventData.safeParse(data);
    if (!event.success || event.data.until === undefined) return [];
    const { path, iteration, until } = event.data;
    return [{ path, iteration, until }];
  });
}

/** The conversation that a circle's node leads. */
export interface Discussion {
  path: string;
  iteration: string;
  conversationId: string;
}

/** The conversations among some events, oldest first. */
export function discussionsOf(messages: readonly RunMessage[]): Discussion[] {
  return messages.flatMap(({ type, data }) => {
    if (type !== 'node.started') return [];
    const event = NodeEventData.safeParse(data);
    if (!event.success || event.data.conversationId === undefined) return [];
    const { path, iteration, conversationId } = event.data;
    return [{ path, iteration, conversationId }];
  });
}

/** What the events of a run tell that its state does not hold. */
export interface RunHistory {
  retries: readonly Retry[];
  waits: readonly Wait[];
  discussions: readonly Discussion[];
}

export const historyOf = (messages: readonly RunMessage[]): RunHistory => ({
  retries: retriesOf(messages),
  waits: waitsOf(messages),
  discussions: discussionsOf(messages),
});

/** What was known and what came. */
export const mergeHistory = (held: RunHistory, more: RunHistory): RunHistory => ({
  retries: mergeRetries(held.retries, more.retries),
  waits: [...held.waits, ...more.waits],
  discussions: [...held.discussions, ...more.discussions],
});

/** Known retries and new ones, each once. */
export function mergeRetries(held: readonly Retry[], more: readonly Retry[]): Retry[] {
  const keyOf = (retry: Retry) => `${nodeKey(retry.path, retry.iteration)}#${retry.attempt}`;
  return [...new Map([...held, ...more].map((retry) => [keyOf(retry), retry])).values()];
}
