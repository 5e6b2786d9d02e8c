import { describe, expect, it } from '@jest/globals';

import { GatheringFailure } from '../../contracts/failure.ts';
import type { EmbedActive } from './embed-in-time.ts';
import { embedQuestion } from './search-question.ts';

const space = { id: 1, provider: 'local', model: 'test', dimensions: 2 } as const;
const asked = { query: 'what is it', mode: 'hybrid', embedding: undefined } as const;
const never: EmbedActive = () => new Promise(() => undefined);

/** The text that is embedded for a question. */
async function embeddedOf(query: string): Promise<string> {
  const texts: string[] = [];
  const embed: EmbedActive = (given) => {
    texts.push(...given);
    return Promise.resolve({ space, vectors: [[1, 0]] });
  };
  await embedQuestion(embed, { ...asked, query });
  return texts.join();
}

describe('the vector of a question', () => {
  it('is made of a question of usual length as it is', async () => {
    expect(await embeddedOf('How  long is "a token" kept? -draft')).toBe('How  long is   kept?   a token');
    const long = 'why is it so '.repeat(77).slice(0, 1_000);
    expect(await embeddedOf(long)).toBe(long);
  });

  it('is made of the beginning of a long one, and of no half word', async () => {
    const text = await embeddedOf('word and another '.repeat(300));
    expect(text.length).toBeGreaterThan(980);
    expect(text.length).toBeLessThanOrEqual(1_000);
    expect(text).toMatch(/^word and .* (word|and|another)$/u);
    expect(await embeddedOf('x'.repeat(4_000))).toBe('x'.repeat(1_000));
    expect((await embeddedOf(`x${'😀'.repeat(2_000)}`)).isWellFormed()).toBe(true);
  });

  it('is not waited for any longer than it may take: then words have to do', async () => {
    const given: (AbortSignal | undefined)[] = [];
    const slow: EmbedActive = (texts, options) => {
      given.push(options?.signal);
      return never(texts);
    };
    expect(await embedQuestion(slow, asked, { withinMs: 10 })).toEqual({
      ...{ vector: null, degraded: 'The embedding took longer than 0.01 s.' },
    });
    expect(given[0]?.aborted).toBe(true);
  });

  it('is given up with the search', async () => {
    const controller = new AbortController();
    const given = embedQuestion(never, asked, { signal: controller.signal });
    controller.abort(new GatheringFailure('Unavailable', 'nobody listens any more'));
    await expect(given).rejects.toThrow('nobody listens');
  });
});
