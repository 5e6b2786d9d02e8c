import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { CHUNK_SIZES, chunkSections } from './chunk-sections.ts';
import { cutText } from './cut-text.ts';
import type { Section } from './section.ts';

const sectionOf = (content: string, others: Partial<Section> = {}): Section => ({
  content,
  headings: [],
  page: null,
  firstLine: 1,
  cutBetween: 'sentences',
  ...others,
});

const word = fc.oneof(
  { weight: 12, arbitrary: fc.stringMatching(/^[a-zäöü]{1,14}$/) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '👩‍👩‍👧‍👦',
      '漢字仮名交じり文。',
      'e\u0301\u0301',
      '𝒳𝒴',
      '- ',
      '{',
      '}',
      '| a | b |',
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 300 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 3_000 }).map((length) => 'x'.repeat(length)) },
);
const gap = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(' ', ' ', ' ', '. ', '\n', '\n\n', '\n  ', '\t') },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 3_000 }).map((length) => ' '.repeat(length)) },
);
const text = fc.array(fc.tuple(word, gap), { maxLength: 400 }).map((pairs) => pairs.flat().join(''));
const cutBetween = fc.constantFrom('sentences', 'lines' as const);

const proseOf = (seed: number, sentences: number): string[] => {
  let state = seed;
  const next = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const wordOf = (): string =>
    Array.from({ length: 2 + next(8) }, () => 'etaoinshrdlu'.charAt(next(12))).join('');
  return Array.from({ length: sentences }, (_, index) => {
    const words = Array.from({ length: 6 + next(14) }, wordOf).join(' ');
    return `${words}.${index % 7 === 6 ? '\n\n' : ' '}`;
  });
};

describe('the chunks of a section', () => {
  it('together hold every character of it, in order', () => {
    fc.assert(
      fc.property(text, cutBetween, (content, between) => {
        const spans = cutText(content, between, CHUNK_SIZES);
        let held = 0;
        for (const { from, until } of spans) {
          expect(content.slice(held, Math.max(held, from)).trim()).toBe('');
          expect(until).toBeGreaterThan(held);
          held = until;
        }
        expect(content.slice(held).trim()).toBe('');
      }),
    );
  });

  it('are never longer than the greatest size, never empty, and begin and end with what is no space', () => {
    fc.assert(
      fc.property(text, cutBetween, (content, between) => {
        for (const chunk of chunkSections([sectionOf(content, { cutBetween: between })])) {
          expect(chunk.content.length).toBeLessThanOrEqual(CHUNK_SIZES.max);
          expect(chunk.content).toBe(chunk.content.trim());
          expect(chunk.content).not.toBe('');
        }
      }),
    );
  });

  it('are at least of the least size where the text is longer and has no wide gaps', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 10, max: 200 }), (seed, sentences) => {
        const content = proseOf(seed, sentences).join('');
        for (const chunk of chunkSections([sectionOf(content)]))
          expect(chunk.content.length).toBeGreaterThanOrEqual(
            Math.min(CHUNK_SIZES.min, content.trim().length),
          );
      }),
      { numRuns: 30 },
    );
  });

  it('never part a character, and part a word only where it is longer than a chunk', () => {
    fc.assert(
      fc.property(text, cutBetween, (content, between) => {
        for (const { from, until } of cutText(content.toWellFormed(), between, CHUNK_SIZES)) {
          expect(content.toWellFormed().slice(from, until).isWellFormed()).toBe(true);
          expect(content.slice(until, until + 2)).not.toMatch(/^[\p{M}\u200d]/u);
        }
      }),
    );
    const long = proseOf(7, 300).join('');
    for (const { from, until } of cutText(long, 'sentences', CHUNK_SIZES)) {
      expect(long.charAt(from - 1)).toMatch(/^\s?$/);
      expect(long.charAt(until)).toMatch(/^\s?$/);
    }
  });

  it('end with sentences, and begin with the last sentences of the chunk before', () => {
    const chunks = chunkSections([sectionOf(proseOf(3, 200).join(''))]);
    for (const [index, { content }] of chunks.entries()) {
      expect(content).toMatch(/\.$/);
      const before = chunks[index - 1]?.content;
      if (before !== undefined)
        expect(before.endsWith('\n') || before.includes(content.slice(0, 20)) || !/^\S/.test(content)).toBe(
          true,
        );
    }
  });

  it('are the same for the same text', () => {
    fc.assert(
      fc.property(text, cutBetween, (content, between) => {
        const sections = [sectionOf(content, { cutBetween: between })];
        expect(chunkSections(sections)).toEqual(chunkSections(sections));
      }),
      { numRuns: 30 },
    );
  });

  it('stay as they were but for a few when a sentence is put in, taken out or changed', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(399), fc.constantFrom(0, 1), (seed, at, removed) => {
        const sentences = proseOf(seed, 400);
        const changed = sentences.toSpliced(at, removed, 'This was not said before. ');
        const old = new Set(chunkSections([sectionOf(sentences.join(''))]).map((chunk) => chunk.content));
        const now = chunkSections([sectionOf(changed.join(''))]).map((chunk) => chunk.content);
        const renewed = now.filter((content) => !old.has(content));
        expect(now.length).toBeGreaterThan(30);
        expect(renewed.length).toBeLessThanOrEqual(8);
      }),
      { seed: 42, numRuns: 25 },
    );
  });

  it('know the lines that they cover', () => {
    const lines = Array.from({ length: 300 }, (_, index) => `line ${index + 11} says nothing else`);
    const chunks = chunkSections([sectionOf(lines.join('\n'), { firstLine: 11, cutBetween: 'lines' })]);
    expect(chunks.length).toBeGreaterThan(5);
    for (const chunk of chunks) {
      const own = chunk.content.split('\n');
      expect(own[0]).toBe(`line ${chunk.lines?.from ?? ''} says nothing else`);
      expect(own.at(-1)).toBe(`line ${chunk.lines?.until ?? ''} says nothing else`);
    }
  });

  it('are cut between the functions of source code rather than within', () => {
    const code = Array.from(
      { length: 40 },
      (_, index) => `export function step${index}() {\n  const a = ${index};\n\n  return a * ${index};\n}\n`,
    ).join('\n');
    for (const { content } of chunkSections([sectionOf(code, { cutBetween: 'lines' })])) {
      expect(content).toMatch(/^export/);
      expect(content).toMatch(/\}$/);
    }
  });

  it('are embedded with their headings, which are bounded', () => {
    const headings = [...Array.from({ length: 10 }, (_, index) => `level ${index}`), '𝒳'.repeat(500)];
    const [chunk] = chunkSections([sectionOf('text', { headings, page: 3 })]);
    expect(chunk?.headings).toHaveLength(6);
    expect(chunk?.headings.at(-1)).toBe(`${'𝒳'.repeat(119)}…`);
    expect(chunk).toMatchObject({ page: 3, content: 'text' });
    expect(chunk?.embeddedText).toBe(`${chunk?.headings.join(' > ') ?? ''}\n\ntext`);
  });
});
