import { eventually } from '../../testing/test-server.ts';
import type { Finding } from '../report.ts';
import type { Stage } from '../stage.ts';
import { format, percentile } from '../statistics.ts';
import { drip, say, startConversation } from '../streamed-answers.ts';

const STOPS = 60;
const BAR_MS = 500;

/** From the moment a person asks for a stop until the provider sees its connection closed, in mid-answer. */
export async function stop({ api, provider, kind }: Stage): Promise<Finding[]> {
  const conversation = await startConversation(api, 'stopped');
  const delays: number[] = [];
  for (let turn = 0; turn < STOPS; turn += 1) {
    let written = 0;
    const piece = (index: number): string => {
      written = index + 1;
      return 'and on ';
    };
    provider.answerWith(drip({ piece, count: 100_000, everyMs: 20 }));
    await say(api, conversation, `Turn ${String(turn)}`);
    // At another place of the worker's beat each time.
    await eventually(
      () => (written > turn % 7 ? Promise.resolve() : Promise.reject(new Error('not yet'))),
      30_000,
      3,
    );
    const [request] = provider.requests;
    if (request === undefined) throw new Error('the provider was not asked');
    const asked = performance.now();
    const closed = request.closed.then((how) => {
      if (how !== 'aborted') throw new Error(`the answer ${how}`);
      delays.push(performance.now() - asked);
    });
    await api.json('POST', `/conversations/${conversation}/interrupt`, {});
    await closed;
    await eventually(async () => {
      const { openTurns } = await api.json<{ openTurns: unknown[] }>('GET', `/conversations/${conversation}`);
      if (openTurns.length > 0) throw new Error('the turn has not ended');
    });
  }
  const p95 = percentile(delays, 0.95);
  return [
    {
      what: `stop → the provider's connection is closed, p95 (${kind})`,
      bar: `≤ ${String(BAR_MS)} ms`,
      measured: `${format(p95, 0)} ms (p50 ${format(percentile(delays, 0.5), 0)} ms, most ${format(Math.max(...delays), 0)} ms, ${String(delays.length)} stops)`,
      met: p95 <= BAR_MS,
    },
  ];
}
