import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import type { ModelMessage } from '../../contracts/model.ts';
import type { ProviderName } from '../../contracts/model.ts';
import { countRequestTokens } from '../model/tokens.ts';
import { cutMiddle, fitWindow, type PromptLine } from './fit-window.ts';

const user = (content: string): Extract<ModelMessage, { role: 'user' }> => ({ role: 'user', content });
const line = (sequence: number, content: string): PromptLine => ({ sequence, message: user(content) });
const countFor = (provider: ProviderName) => (messages: readonly ModelMessage[]) =>
  countRequestTokens({ provider, model: 'm', tools: [], messages: [...messages] });

describe('what a model gets of a conversation', () => {
  const count = countFor('openai');

  it('is everything where that fits, in order', () => {
    const parts = { fixed: [user('S')], transcript: [user('T')], lines: [line(1, 'a'), line(2, 'b')] };
    const { messages, from } = fitWindow(parts, { tokens: 1000, count });
    expect(messages.map(({ content }) => content)).toEqual(['S', 'a', 'b', 'T']);
    expect(from).toBe(1);
  });

  it('is what was said last where not all fits', () => {
    const lines = Array.from({ length: 50 }, (_, index) => line(index + 1, `word ${index} `.repeat(10)));
    const { messages, from } = fitWindow({ fixed: [], transcript: [], lines }, { tokens: 600, count });
    expect(messages.at(-1)?.content).toMatch(/^word 49/);
    expect(from).toBe(51 - messages.length);
    expect(messages.length).toBeGreaterThan(5);
  });

  it('holds the beginning and the end of a text that is too long, and says what is missing', () => {
    const long = `begin ${'x'.repeat(50_000)} end`;
    const { messages } = fitWindow(
      { fixed: [], transcript: [], lines: [line(1, long)] },
      { tokens: 2000, count },
    );
    expect(messages[0]?.content).toMatch(/^begin x+\n\[… [\d,]+ characters are left out here …\]\nx+ end$/);
  });

  it('asks for the turn where the agent itself spoke last, or nobody', () => {
    const own: PromptLine = { sequence: 1, message: { role: 'assistant', content: 'I', toolCalls: [] } };
    for (const lines of [[], [own]])
      expect(
        fitWindow({ fixed: [], transcript: [], lines }, { tokens: 1000, count }).messages.at(-1)?.role,
      ).toBe('user');
  });

  it('is refused where the instructions alone are too long', () => {
    const parts = { fixed: [user('x'.repeat(5000))], transcript: [], lines: [] };
    expect(() => fitWindow(parts, { tokens: 1000, count })).toThrow(/do not fit/);
  });

  it('is never more than the window, whatever was said', () => {
    const text = fc.oneof(
      fc.string({ maxLength: 400, unit: 'grapheme' }),
      fc.nat(30_000).map((n) => 'é'.repeat(n)),
    );
    const results = fc.array(
      fc.record({ content: text, isError: fc.boolean() }).map((given): ModelMessage => ({
        ...{ role: 'tool', toolCallId: 't', toolName: 'read', ...given },
      })),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(
        ...([
          fc.constantFrom<ProviderName[]>('demo', 'openai'),
          fc.integer({ min: 2500, max: 20_000 }),
        ] as const),
        ...([fc.array(text, { maxLength: 30 }), results] as const),
        (provider, tokens, said, transcript) => {
          const counted = countFor(provider);
          const lines = said.map((content, index) => line(index + 1, content));
          const { messages } = fitWindow(
            { fixed: [user('You are Ada')], transcript, lines },
            { tokens, count: counted },
          );
          expect(counted(messages)).toBeLessThanOrEqual(tokens);
          if (said.length > 0) expect(messages.length).toBeGreaterThan(1 + transcript.length);
        },
      ),
      { numRuns: 200 },
    );
  });
});

it('a cut text is as long as it may be', () => {
  expect(cutMiddle('x'.repeat(1000), 300)).toHaveLength(300);
  expect(cutMiddle('short', 300)).toBe('short');
});
