import { callChain, storePipeline } from '../pipelines.ts';
import type { Finding } from '../report.ts';
import type { Stage } from '../stage.ts';
import { format, percentile } from '../statistics.ts';

const RUNS = 12;

interface Message {
  type: string;
  data: { timestamp: string };
}

/** From the moment a node's event is written (the database's clock) until a socket has it. */
export async function eventLatency({ api, target, kind }: Stage): Promise<Finding[]> {
  const pipeline = await storePipeline(api, { ...callChain(20, target.url), name: 'watched chain' });
  const socket = await api.socket();
  const delays: number[] = [];
  socket.on('message', (message: Message) => {
    if (message.type.startsWith('node.')) delays.push(Date.now() - Date.parse(message.data.timestamp));
  });
  try {
    for (let run = 0; run < RUNS; run += 1) {
      const { id } = await api.json<{ id: string }>('POST', `/pipelines/${pipeline}/runs`, { input: {} });
      const answer = (await socket.emitWithAck('subscribe', { channel: `runs/${id}` })) as { ok: boolean };
      if (!answer.ok) throw new Error(JSON.stringify(answer));
      await api.json('GET', `/runs/${id}?wait=30s`);
    }
  } finally {
    socket.close();
  }
  const p95 = percentile(delays, 0.95);
  const limit = kind === 'postgres' ? 40 : 120;
  return [
    {
      what: `node event → browser, p95 (${kind})`,
      bar: `≤ ${String(limit)} ms`,
      measured: `${format(p95, 0)} ms (p50 ${format(percentile(delays, 0.5), 0)} ms, ${String(delays.length)} events)`,
      met: p95 <= limit && delays.length > 0,
    },
  ];
}
