import type pg from 'pg';

import { comparable, type EventRow, minus, sequenceFaults } from '../ledger.ts';
import type { Scenario } from './scenarios.ts';

/** All that a conversation left behind, with what may differ between two of the same scenario taken out. */
export interface Trace {
  status: string;
  /** In the order in which they began, each as text. */
  turns: string[];
  /** In the order in which they stand, branch by branch, each as text. */
  messages: string[];
  /** Each event as text, sorted. */
  events: string[];
  /** Ids of what people said, in the order in which it stands. */
  posts: string[];
  /** Violations inside this conversation alone. */
  faults: string[];
}

interface TurnRow {
  number: number;
  agent_name: string;
  purpose: string;
  status: string;
  branch: number;
  said: unknown;
  calls: unknown;
}

interface MessageRow {
  id: string;
  branch: number;
  sequence: number;
  author_kind: string;
  author_name: string;
  content: string;
  status: string;
  turn: number | null;
}

/** What people are told that depends on when something happens, and on how often it was tried. */
const NEVER_THE_SAME = new Set(['turn.retrying']);

export async function traceOf(client: pg.Pool, id: string, scenario: Scenario): Promise<Trace> {
  const isParallel = scenario.isParallel === true;
  const { rows: found } = await client.query<{ status: string }>(
    'select status from conversation.conversations where id = $1',
    [id],
  );
  const { rows: turns } = await client.query<TurnRow>(
    `select number, agent_name, purpose, status, branch, said,
       (select json_agg(json_build_object('call', k.call, 'name', k.name, 'status', k.status, 'result', k.result) order by k.call)
        from conversation.tool_calls k where k.conversation_id = t.conversation_id and k.turn = t.number) as calls
     from conversation.turns t where conversation_id = $1 order by number`,
    [id],
  );
  const { rows: messages } = await client.query<MessageRow>(
    `select id, branch, sequence, author_kind, author_name, content, status, turn from conversation.messages
     where conversation_id = $1 order by branch, sequence`,
    [id],
  );
  const { rows: events } = await client.query<EventRow>(
    'select sequence, key, type, data from event.events where channel = $1 order by sequence',
    [`conversations/${id}`],
  );
  const { rows: left } = await client.query<{ what: string }>(
    `select 'effect ' || key || ' was claimed and never recorded' as what from conversation.effects where conversation_id = $1 and status = 'claimed'
     union all select 'a wake-up was not delivered' from pipeline.signals where conversation_id = $1
     union all select 'turn ' || number || ' is open' from conversation.turns where conversation_id = $1 and ended_at is null`,
    [id],
  );
  const told = events.filter(({ type }) => !NEVER_THE_SAME.has(type));
  return {
    status: found[0]?.status ?? 'gone',
    turns: inOrder(
      turns.map((turn) => turnText(turn, isParallel)),
      isParallel,
    ),
    messages: inOrder(
      messages.map((message) => messageText(message, isParallel)),
      isParallel,
    ),
    events: told.map(({ type, data }) => (isParallel ? type : comparable([type, without(data)]))).toSorted(),
    posts: messages.filter(({ author_kind: kind }) => kind === 'user').map((message) => message.id),
    faults: [
      ...left.map(({ what }) => what),
      ...sequenceFaults(events),
      ...orderFaults(events),
      ...messageFaults(messages),
    ],
  };
}

const inOrder = (texts: string[], isParallel: boolean): string[] => (isParallel ? texts.toSorted() : texts);

/** Who spoke at once may have ended in another order, and been read in it. */
function turnText({ number, said, ...turn }: TurnRow, isParallel: boolean): string {
  return comparable(isParallel ? turn : { number, said, ...turn });
}

function messageText(
  { id: _, sequence, content, turn, ...message }: MessageRow,
  isParallel: boolean,
): string {
  return comparable(isParallel ? message : { sequence, content, turn, ...message });
}

const OF_ATTEMPTS = ['attempts', 'attempt', 'revision'];
/** How often something was tried is not always the same. */
const without = (told: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(told).filter(([name]) => !OF_ATTEMPTS.includes(name)));

/** A turn begins before it ends, and ends once; nothing is told after the end of the conversation. */
function orderFaults(events: readonly EventRow[]): string[] {
  const faults: string[] = [];
  const state = new Map<unknown, 'begun' | 'ended'>();
  for (const { type, data } of events) {
    const turn = data['turnId'];
    if (!type.startsWith('turn.')) continue;
    const before = state.get(turn);
    if (type === 'turn.started' ? before !== undefined : before !== 'begun')
      faults.push(`${type} of ${String(turn)} after ${before ?? 'nothing'}`);
    state.set(turn, ['turn.completed', 'turn.stopped', 'turn.failed'].includes(type) ? 'ended' : 'begun');
  }
  const end = events.findIndex(({ type }) => type === 'conversation.ended');
  if (end === -1) faults.push('the end of the conversation was not told');
  else if (end !== events.length - 1) faults.push(`${events.length - 1 - end} events after the end`);
  return faults;
}

function messageFaults(messages: readonly MessageRow[]): string[] {
  const turns = messages.flatMap(({ turn }) => turn ?? []);
  const twice = turns.length === new Set(turns).size ? [] : ['a turn has two messages'];
  const branches = Map.groupBy(messages, ({ branch }) => branch);
  const gaps = [...branches.values()].flatMap((own) =>
    own.flatMap(({ sequence }, index) =>
      sequence === (own[0]?.sequence ?? 0) + index ? [] : [`message ${sequence} stands at place ${index}`],
    ),
  );
  return [...twice, ...gaps];
}

/** How a disturbed conversation differs from the undisturbed one. */
export function differences(disturbed: Trace, calm: Trace): string[] {
  const found = [...disturbed.faults];
  if (disturbed.status !== calm.status) found.push(`status ${disturbed.status}, undisturbed ${calm.status}`);
  for (const what of ['turns', 'messages'] as const) {
    const [one, other] = [disturbed[what], calm[what]];
    if (one.length !== other.length) found.push(`${one.length} ${what}, undisturbed ${other.length}`);
    const at = other.findIndex((text, index) => text !== one[index]);
    if (at !== -1)
      found.push(
        `${what} ${at}: ${String(one[at]).slice(0, 300)}, undisturbed ${String(other[at]).slice(0, 300)}`,
      );
  }
  for (const event of minus(calm.events, disturbed.events).slice(0, 2))
    found.push(`missing event ${event.slice(0, 300)}`);
  for (const event of minus(disturbed.events, calm.events).slice(0, 2))
    found.push(`additional event ${event.slice(0, 300)}`);
  return found;
}
