import { describe, expect, it } from '@jest/globals';

import { createTextStream } from './text-stream.ts';

/** A store whose writes end when the test says so. */
function aStore(answer: () => boolean = () => true) {
  const written: string[] = [];
  let waiting: (() => void)[] = [];
  const append = async (delta: string): Promise<boolean> => {
    written.push(delta);
    await new Promise<void>((resolve) => waiting.push(resolve));
    return answer();
  };
  const settle = async (): Promise<void> => {
    for (const resolve of waiting) resolve();
    waiting = [];
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { written, append, settle };
}
const noLoss = (error: unknown): never => {
  throw error;
};

describe('a text stream', () => {
  it('writes the first piece at once', () => {
    const { written, append } = aStore();
    createTextStream(append, noLoss).push('One');
    expect(written).toEqual(['One']);
  });

  it('gathers what comes meanwhile and writes one piece at a time, whatever is left at the end', async () => {
    const { written, append, settle } = aStore();
    const stream = createTextStream(append, noLoss);
    for (const piece of ['a', 'b', 'c']) stream.push(piece);
    const ended = stream.end();
    expect(written).toEqual(['a']);
    await settle();
    expect(written).toEqual(['a', 'bc']);
    await settle();
    await ended;
    expect(written).toEqual(['a', 'bc']);
  });

  it('never writes half a character, although a model may send it in two pieces', async () => {
    const { written, append, settle } = aStore();
    const stream = createTextStream(append, noLoss);
    const [first = '', second = ''] = '🦁'.split('');
    stream.push(`Löwe ${first}`);
    stream.push(`${second}!`);
    const ended = stream.end();
    await settle();
    await settle();
    await ended;
    expect(written).toEqual(['Löwe ', '🦁!']);
  });

  it('writes no more once a piece was refused, and tells of it once', async () => {
    const { written, append, settle } = aStore(() => false);
    const losses: unknown[] = [];
    const stream = createTextStream(append, (error) => losses.push(error));
    stream.push('a');
    stream.push('b');
    await settle();
    stream.push('c');
    await stream.end();
    expect(written).toEqual(['a']);
    expect(losses).toEqual([undefined]);
  });
});
