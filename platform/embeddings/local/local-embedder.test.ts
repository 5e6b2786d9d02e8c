import { afterAll, describe, expect, it } from '@jest/globals';

import { createLocalEmbedder } from './local-embedder.ts';
import { createLocalThread, type LocalThread } from './local-thread.ts';
import { LOCAL_DIMENSIONS } from './wire.ts';

const cosine = (one: number[] = [], other: number[] = []): number =>
  one.reduce((sum, value, at) => sum + value * (other[at] ?? 0), 0);

describe('the local model', () => {
  const embedder = createLocalEmbedder([createLocalThread()]);
  afterAll(() => embedder.close());

  it('gives vectors of unit length, and near ones for what means the same', async () => {
    const vectors = await embedder.embed([
      'How do I reset my password?',
      'I forgot my login credentials and want to change them.',
      'The volcano erupted at dawn.',
    ]);
    for (const vector of vectors) {
      expect(vector).toHaveLength(LOCAL_DIMENSIONS);
      expect(cosine(vector, vector)).toBeCloseTo(1, 6);
    }
    const [question, answer, other] = vectors;
    expect(cosine(question, answer)).toBeGreaterThan(cosine(question, other));
  });

  it('gives a text the same vector alone and among others, however white space is written', async () => {
    const [alone] = await embedder.embed(['One line and another']);
    const [, among] = await embedder.embed(['word '.repeat(50), 'One  line\n and another', 'x']);
    expect(cosine(alone, among)).toBeCloseTo(1, 6);
  });

  it('reads a long text to its end', async () => {
    const long = 'The house keeps its accounts in order. '.repeat(40);
    const [one, other] = await embedder.embed([long, `${long} Penguins eat fish in the cold sea.`]);
    expect(cosine(one, other)).toBeLessThan(0.999);
  });

  it.each([['日本語のテキスト'], ['😀😀'], ['a'.repeat(9_000)], ['\u0000\ud800 x']])(
    'takes what it knows no word of: %#',
    async (text) => {
      const [vector] = await embedder.embed([text]);
      expect(cosine(vector, vector)).toBeCloseTo(1, 6);
    },
  );

  it('refuses a text without content', async () => {
    await expect(embedder.embed(['one', ' '])).rejects.toMatchObject({ type: 'InvalidInput' });
    expect(await embedder.embed([])).toEqual([]);
  });

  it('starts its thread again after it has died, and says that the work was not done', async () => {
    const dying = createLocalThread(new URL('data:text/javascript,process.exit(1)'));
    await expect(dying.read(['x'])).rejects.toMatchObject({ type: 'Unavailable' });
    await expect(dying.read(['x'])).rejects.toMatchObject({ type: 'Unavailable' });
    const living = createLocalThread();
    const asked = living.read(['x']);
    await living.close();
    await expect(asked).rejects.toMatchObject({ type: 'Unavailable' });
    expect(await living.read(['x'])).toHaveLength(LOCAL_DIMENSIONS);
    await living.close();
  });
});

describe('requests at the same time', () => {
  /** A thread that reads when it is told to. A text's windows are what stands between its bars. */
  const slowThread = () => {
    const asked: { windows: string[]; answer: () => void }[] = [];
    const thread: LocalThread = {
      cut: (texts) => Promise.resolve(texts.map((text) => text.split('|'))),
      read: (windows) => {
        const { promise, resolve } = Promise.withResolvers<Float32Array<ArrayBuffer>>();
        const vectors = Float32Array.from(
          windows.flatMap((window) =>
            Array.from({ length: LOCAL_DIMENSIONS }, (_, at) => at + window.length),
          ),
        );
        asked.push({ windows, answer: () => resolve(vectors) });
        return promise;
      },
      close: () => Promise.resolve(),
    };
    return { thread, asked };
  };
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  const answerAll = async (asked: { answer: () => void }[], from = 0): Promise<void> => {
    for (let turn = from; ; turn++) {
      await settled();
      const next = asked[turn];
      if (next === undefined) return;
      next.answer();
    }
  };
  const numbered = (name: string, count: number) => Array.from({ length: count }, (_, at) => `${name}${at}`);

  it('take turns, so that a question does not wait for a document', async () => {
    const { thread, asked } = slowThread();
    const embedder = createLocalEmbedder([thread]);
    const document = embedder.embed(numbered('d', 12));
    const question = embedder.embed(['q']);
    await answerAll(asked);
    expect((await question).length).toBe(1);
    expect((await document).length).toBe(12);
    expect(asked.map(({ windows }) => windows[0])).toEqual(['d0', 'q', 'd4', 'd8']);
  });

  it('take turns within one text, so that a question does not wait for a long one', async () => {
    const { thread, asked } = slowThread();
    const embedder = createLocalEmbedder([thread]);
    const long = [embedder.embed([numbered('a', 9).join('|')]), embedder.embed([numbered('b', 6).join('|')])];
    await settled();
    const question = embedder.embed(['q']);
    await answerAll(asked);
    expect(await Promise.all([...long, question])).toHaveLength(3);
    expect(asked.map(({ windows }) => windows.join())).toEqual([
      ...['a0', 'b0', 'q', 'a1', 'b1', 'a2'],
      ...['b2,b3,b4,b5', 'a3,a4,a5,a6', 'a7,a8'],
    ]);
  });

  it('give the same vectors by one thread and by three, in the order of the texts', async () => {
    const texts = Array.from({ length: 40 }, (_, at) => numbered('w'.repeat(at + 1), (at % 7) + 1).join('|'));
    const vectorsBy = async (threads: ReturnType<typeof slowThread>[]) => {
      const embedder = createLocalEmbedder(threads.map(({ thread }) => thread));
      const asked = embedder.embed(texts);
      const isOver = asked.then(() => true);
      const places = threads.map(() => 0);
      while (!(await Promise.race([isOver, settled().then(() => false)])))
        for (const [at, thread] of threads.entries()) {
          const place = places[at] ?? 0;
          if (thread.asked[place] === undefined) continue;
          thread.asked[place].answer();
          places[at] = place + 1;
        }
      return asked;
    };
    const alone = await vectorsBy([slowThread()]);
    expect(new Set(alone.map(([first]) => first)).size).toBe(40);
    expect(await vectorsBy([slowThread(), slowThread(), slowThread()])).toEqual(alone);
  });

  it('give up only what is given up, in the middle of a text too', async () => {
    const { thread, asked } = slowThread();
    const embedder = createLocalEmbedder([thread]);
    const controller = new AbortController();
    const document = embedder.embed([numbered('d', 12).join('|')], { signal: controller.signal });
    const other = embedder.embed(['o']);
    await settled();
    controller.abort(new Error('given up'));
    await expect(document).rejects.toThrow('given up');
    await answerAll(asked);
    expect(await other).toHaveLength(1);
    expect(asked).toHaveLength(2);
  });

  it('are refused when the embedder is closed, those that wait too', async () => {
    const embedder = createLocalEmbedder([createLocalThread()]);
    const refused = Promise.allSettled(['a', 'b', 'c'].map((text) => embedder.embed([text])));
    await embedder.close();
    for (const result of await refused)
      expect(result).toMatchObject({ status: 'rejected', reason: { type: 'Unavailable' } });
  });
});
