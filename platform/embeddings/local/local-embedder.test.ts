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
    await expect(dying.embed(['x'])).rejects.toMatchObject({ type: 'Unavailable' });
    await expect(dying.embed(['x'])).rejects.toMatchObject({ type: 'Unavailable' });
    const living = createLocalThread();
    const asked = living.embed(['x']);
    await living.close();
    await expect(asked).rejects.toMatchObject({ type: 'Unavailable' });
    expect(await living.embed(['x'])).toHaveLength(LOCAL_DIMENSIONS);
    await living.close();
  });
});

describe('requests at the same time', () => {
  /** A thread that answers when it is told to. */
  const slowThread = () => {
    const asked: { texts: string[]; answer: () => void }[] = [];
    const thread: LocalThread = {
      embed: (texts) => {
        const { promise, resolve } = Promise.withResolvers<Float32Array<ArrayBuffer>>();
        asked.push({
          texts,
          answer: () => resolve(new Float32Array(texts.length * LOCAL_DIMENSIONS).fill(1)),
        });
        return promise;
      },
      close: () => Promise.resolve(),
    };
    return { thread, asked };
  };
  const numbered = (name: string, count: number) => Array.from({ length: count }, (_, at) => `${name}${at}`);

  it('take turns, so that a question does not wait for a document', async () => {
    const { thread, asked } = slowThread();
    const embedder = createLocalEmbedder([thread]);
    const document = embedder.embed(numbered('d', 12));
    const question = embedder.embed(['q']);
    asked[0]?.answer();
    for (const turn of [1, 2, 3]) {
      await new Promise((resolve) => setImmediate(resolve));
      asked[turn]?.answer();
    }
    expect((await question).length).toBe(1);
    expect((await document).length).toBe(12);
    expect(asked.map(({ texts }) => texts[0])).toEqual(['d0', 'q', 'd4', 'd8']);
  });

  it('give up only what is given up', async () => {
    const { thread, asked } = slowThread();
    const embedder = createLocalEmbedder([thread]);
    const controller = new AbortController();
    const document = embedder.embed(numbered('d', 12), { signal: controller.signal });
    const other = embedder.embed(['o']);
    controller.abort(new Error('given up'));
    await expect(document).rejects.toThrow('given up');
    asked[0]?.answer();
    await new Promise((resolve) => setImmediate(resolve));
    asked[1]?.answer();
    expect(await other).toHaveLength(1);
    expect(asked).toHaveLength(2);
  });
});
