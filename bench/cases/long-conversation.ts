import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import type proto from '@temporalio/proto';

import type { Conversation } from '../../contracts/conversation.ts';
import { workflowIdOf } from '../../contracts/place.ts';
import type { Finding } from '../report.ts';
import type { Stage } from '../stage.ts';
import { format, percentile } from '../statistics.ts';

/** `BENCH_TURNS`: fewer, to try it. */
const TURNS = Number(process.env['BENCH_TURNS'] ?? 10_000);
type History = proto.temporal.api.history.v1.IHistory;
const MOST_EVENTS = 8_000;
const MOST_CARRIED_KB = 64;
const LOOK_EVERY_MS = 2_000;
/** Without a new turn for so long, it is taken to stand still. */
const PATIENCE_MS = 120_000;
const TOPIC = `Should the city lend bicycles at every station? Bicycles spare people the bus for short ways. Each station costs 4,000 euros a
year to keep. Last summer one bicycle in nine was broken on any day. In winter few people ride.`;

/** Two agents of the demo provider take turns in one conversation, many thousand times. */
export async function longConversation(stage: Stage): Promise<Finding[]> {
  const { api, kind } = stage;
  const suffix = randomUUID().slice(0, 8);
  const circle = await api.json<{ id: string }>('POST', '/circles', { name: `endless ${suffix}` });
  for (const name of [`ada ${suffix}`, `bob ${suffix}`]) {
    const agent = { name, role: 'engineer', provider: 'demo', model: 'demo' };
    const { id } = await api.json<{ id: string }>('POST', '/agents', agent);
    await api.json('PUT', `/circles/${circle.id}/members/${id}`, { kind: 'agent' });
  }
  const startedAt = performance.now();
  const { id } = await api.json<{ id: string }>('POST', '/conversations', {
    ...{ circleId: circle.id, topic: TOPIC, mode: 'round_robin' },
    settings: { termination: { kind: 'maxTurns', turns: TURNS } },
  });
  const { messages, status } = await untilItRests(stage, id);
  const seconds = (performance.now() - startedAt) / 1000;
  const { lengths, carried } = await executionsOf(stage, id);
  const what = `one conversation of ${TURNS} turns (${kind})`;
  return [
    {
      what,
      bar: 'completes',
      measured: `${status}, ${messages} messages in ${format(seconds, 0)} s, ${format((seconds * 1000) / TURNS, 0)} ms a turn`,
      met: status === 'idle' && messages === TURNS,
    },
    {
      what: `${what}: longest history of ${lengths.length} executions`,
      bar: `≤ ${MOST_EVENTS} events`,
      measured: `${Math.max(...lengths)}, median ${percentile(lengths, 0.5)}`,
      met: Math.max(...lengths) <= MOST_EVENTS,
    },
    {
      what: `${what}: state that is carried over`,
      bar: `≤ ${MOST_CARRIED_KB} KB`,
      measured: `${format(Math.max(...carried) / 1024)} KB`,
      met: Math.max(...carried) <= MOST_CARRIED_KB * 1024,
    },
  ];
}

async function untilItRests({ api }: Stage, id: string): Promise<Pick<Conversation, 'messages' | 'status'>> {
  let [last, movedAt] = [-1, performance.now()];
  for (;;) {
    const { messages, status } = await api.json<Conversation>('GET', `/conversations/${id}`);
    if (messages !== last) [last, movedAt] = [messages, performance.now()];
    if ((status !== 'running' && messages > 0) || performance.now() - movedAt > PATIENCE_MS)
      return { messages, status };
    await sleep(LOOK_EVERY_MS);
  }
}

/** Of each execution of its workflow, the newest first: how many events its history has, and how many bytes it began with. */
async function executionsOf(
  { temporal }: Stage,
  id: string,
): Promise<{ lengths: number[]; carried: number[] }> {
  const [lengths, carried]: [number[], number[]] = [[], []];
  for (let next: string | null | undefined; next !== '';) {
    const workflow = temporal.workflow.getHandle(workflowIdOf.conversation(id), next ?? undefined);
    const history: History = await workflow.fetchHistory();
    const events = history.events ?? [];
    const started = events[0]?.workflowExecutionStartedEventAttributes;
    lengths.push(events.length);
    carried.push((started?.input?.payloads ?? []).reduce((sum, { data }) => sum + (data?.length ?? 0), 0));
    next = started?.continuedExecutionRunId ?? '';
  }
  return { lengths, carried };
}
