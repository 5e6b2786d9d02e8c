import { setTimeout as sleep } from 'node:timers/promises';

import type { Answer } from '../../activities/model/wire/provider-server.ts';
import { at, list, text } from '../../activities/model/wire/wire-format.ts';
import { seededRandom } from '../../platform/expression/seeded-random.ts';
import { eventually } from '../../testing/test-server.ts';
import type { Viewer } from '../../testing/viewer.ts';
import { openViewer } from '../../testing/viewer.ts';
import type { Finding } from '../report.ts';
import type { Stage } from '../stage.ts';
import { drip, say, startConversation } from '../streamed-answers.ts';

const CONVERSATIONS = 5;
const VIEWERS_EACH = 3;
const TURNS = 10;
/** Of each turn; the third attempt is the last one. */
const FAULTS = 2;
const DISRUPTIONS = 500;
const PIECES = 20;
const EVERY_MS = 30;
const WORDS = ['löwe ', '🦁 ', '語', 'a\n', 'and so on ', '.'];

interface Message {
  turnId?: string;
  content: string;
}

/** Browsers whose connection breaks and whose page is loaded anew, while the provider's connection breaks in the middle of answers. */
export async function reconnects({ api, provider, kind }: Stage): Promise<Finding[]> {
  const random = seededRandom('reconnects');
  const faults = { count: 0 };
  provider.answerWith(unreliably(random, faults));
  const conversations: string[] = [];
  const viewers: (Viewer & { conversation: string })[] = [];
  for (let n = 0; n < CONVERSATIONS; n += 1) {
    const conversation = await startConversation(api, `unreliable ${String(n)}`);
    conversations.push(conversation);
    for (let v = 0; v < VIEWERS_EACH; v += 1)
      viewers.push(
        Object.assign(
          openViewer(api, conversation, () => random() * 50),
          { conversation },
        ),
      );
  }
  await Promise.all(viewers.map((viewer) => viewer.load()));

  const ended = new AbortController();
  const disruptions = disrupt(viewers, random, ended.signal);
  await Promise.all(conversations.map((conversation) => speak(api, conversation)));
  ended.abort();
  const disrupted = await disruptions;

  let differing = 0;
  for (const viewer of viewers) {
    const path = `/conversations/${viewer.conversation}/messages?limit=200`;
    const { items } = await api.json<{ items: Message[] }>('GET', path);
    const stored = items.filter(({ turnId }) => turnId !== undefined);
    await eventually(async () => {
      await Promise.resolve();
      if (Object.keys(viewer.texts).length > 0 || viewer.said.size < stored.length)
        throw new Error('there is more to come');
    }).catch(() => undefined); // What never came differs.
    const wrong = stored.filter(({ turnId = '', content }) => viewer.said.get(turnId) !== content);
    if (viewer.differences.length + wrong.length + Object.keys(viewer.texts).length === 0) continue;
    differing += 1;
    process.stderr.write(
      `${JSON.stringify({ differences: viewer.differences, wrong, texts: viewer.texts })}\n`,
    );
  }
  for (const viewer of viewers) viewer.close();
  return [
    {
      what: `browsers whose text is not the stored one, after ${String(DISRUPTIONS)} disconnects and reloads and ${String(CONVERSATIONS * TURNS * FAULTS)} faults in mid-stream (${kind})`,
      bar: '0',
      measured: `${String(differing)} of ${String(viewers.length)}; ${String(disrupted)} disconnects and reloads, ${String(faults.count)} faults`,
      met: differing === 0 && disrupted >= DISRUPTIONS && faults.count >= CONVERSATIONS * TURNS * FAULTS,
    },
  ];
}

/** Breaks off the first answers to each question somewhere in their middle; the last one is complete. */
function unreliably(random: () => number, faults: { count: number }): Answer {
  const asked = new Map<string, number>();
  const piece = (): string => WORDS[Math.floor(random() * WORDS.length)] ?? '';
  return (response, request) => {
    const question = text(at(list(request.body['messages']).at(-1), 'content'));
    const attempt = (asked.get(question) ?? 0) + 1;
    asked.set(question, attempt);
    const breaksAfter =
      attempt <= FAULTS ? 2 + Math.floor(random() * (PIECES - 2)) : Number.POSITIVE_INFINITY;
    let written = 0;
    const broken = (): string => {
      written += 1;
      if (written === breaksAfter) {
        faults.count += 1;
        setImmediate(() => response.destroy());
      }
      return piece();
    };
    drip({ piece: broken, count: PIECES, everyMs: EVERY_MS })(response, request);
  };
}

/** One turn after the other; each question is asked by its own words, so that its attempts can be counted. */
async function speak(api: Stage['api'], conversation: string): Promise<void> {
  for (let turn = 1; turn <= TURNS; turn += 1) {
    await say(api, conversation, `Question ${String(turn)} of ${conversation}`);
    await eventually(
      async () => {
        const path = `/conversations/${conversation}/messages?limit=200`;
        const { items } = await api.json<{ items: Message[] }>('GET', path);
        if (items.filter(({ turnId }) => turnId !== undefined).length < turn)
          throw new Error('it is not answered');
      },
      120_000,
      100,
    );
  }
}

/** At least as many as the bar says, and as long as somebody speaks. @returns how many there were */
async function disrupt(
  viewers: readonly Viewer[],
  random: () => number,
  signal: AbortSignal,
): Promise<number> {
  let count = 0;
  while (!signal.aborted || count < DISRUPTIONS) {
    const viewer = viewers[Math.floor(random() * viewers.length)];
    if (random() > 0.6 || viewer?.cut() !== true) await viewer?.load();
    count += 1;
    await sleep(random() * 60);
  }
  return count;
}
