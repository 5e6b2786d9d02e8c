import type { Socket } from 'socket.io-client';

import type { Finding } from '../report.ts';
import type { Stage } from '../stage.ts';
import { format, percentile } from '../statistics.ts';
import { drip, say, startConversation } from '../streamed-answers.ts';

const TURNS = 100;
const WARM_UPS = 5;
const PIECES = 12;
const EVERY_MS = 30;
const BAR_MS = { postgres: 80, pglite: 150 };

interface Message {
  type: string;
  data: { turnId?: string; offset?: number; text?: string };
}

/** From the moment the provider writes a turn's first token until a client has it: worker, database, API and socket in between. */
export async function firstToken({ api, provider, kind }: Stage): Promise<Finding[]> {
  const conversation = await startConversation(api, 'first token');
  const socket = await api.socket();
  const answer = (await socket.emitWithAck('subscribe', {
    channel: `conversations/${conversation}`,
    after: 0,
  })) as { ok: boolean };
  if (!answer.ok) throw new Error(JSON.stringify(answer));
  const first: number[] = [];
  const later: number[] = [];
  try {
    for (let turn = -WARM_UPS; turn < TURNS; turn += 1) {
      const wrote: number[] = [];
      const piece = (index: number): string => {
        wrote.push(performance.now());
        return `p${String(index).padStart(3, '0')}`;
      };
      provider.answerWith(drip({ piece, count: PIECES, everyMs: EVERY_MS }));
      const heard = hearTurn(socket, 4);
      await say(api, conversation, `Turn ${String(turn)}`);
      const times = await heard;
      if (turn < 0) continue;
      const delays = times.map((time, index) => time - (wrote[index] ?? Number.NaN));
      first.push(...delays.slice(0, 1));
      later.push(...delays.slice(1));
    }
  } finally {
    socket.close();
  }
  const p95 = percentile(first, 0.95);
  const summary = (delays: readonly number[]): string =>
    `${format(percentile(delays, 0.95), 0)} ms (p50 ${format(percentile(delays, 0.5), 0)} ms, most ${format(Math.max(...delays), 0)} ms)`;
  return [
    {
      what: `provider's first token → browser, p95 (${kind})`,
      bar: `≤ ${String(BAR_MS[kind])} ms`,
      measured: `${summary(first)}, ${String(first.length)} turns; tokens after it, one each ${String(EVERY_MS)} ms: ${summary(later)}`,
      met: p95 <= BAR_MS[kind] && first.length === TURNS,
    },
  ];
}

/** When each piece of the next turn's text came, by index; all of them are of the same length. */
function hearTurn(socket: Socket, pieceLength: number): Promise<number[]> {
  return new Promise((resolve, reject) => {
    const times: number[] = [];
    const hear = ({ type, data }: Message): void => {
      const { offset = 0, text = '' } = data;
      if (type === 'turn.delta' || type === 'turn.snapshot') {
        const now = performance.now();
        for (let end = times.length + 1; end * pieceLength <= offset + text.length; end += 1) times.push(now);
      }
      if (!/^turn\.(?:completed|failed|stopped)$/.test(type)) return;
      socket.off('message', hear);
      if (type === 'turn.completed' && times.length === PIECES) resolve(times);
      else reject(new Error(`${type} after ${String(times.length)} pieces: ${JSON.stringify(data)}`));
    };
    socket.on('message', hear);
  });
}
