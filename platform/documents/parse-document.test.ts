import { afterEach, describe, expect, it } from '@jest/globals';

import { GatheringFailure } from '../../contracts/failure.ts';
import { docxOf, pdfOf, zipOf } from '../../testing/document-files.ts';
import { PARSE_LIMITS } from './document-limits.ts';
import { parseDocument } from './parse-document.ts';

const MEGABYTE = 1024 * 1024;
const parse = (name: string, file: string | Buffer) => parseDocument({ name, bytes: Buffer.from(file) });
const refusal = (reason: RegExp) => ({ type: 'InvalidInput', message: expect.stringMatching(reason) });
const page = (text: string) => [{ text }];
const word = (body: string): Buffer =>
  zipOf([
    { name: '[Content_Types].xml', content: '<Types/>' },
    { name: 'word/document.xml', content: body },
  ]);
const big = (name: string, more: { claimedSize?: number } = {}) =>
  docxOf([{ text: 'x' }], [{ name, content: Buffer.alloc(251 * MEGABYTE), ...more }]);

/** Of values that are shorter than their columns' names. */
const tableOf = (columns: number, rows: number): string => {
  const names = Array.from({ length: columns }, (_, index) => `column${index}`).join(',');
  return `${names}\n${`${'1,'.repeat(columns - 1)}1\n`.repeat(rows)}`;
};

describe('a document that is parsed', () => {
  it('is its format, its pages, and chunks with page and headings', async () => {
    const pages: number[] = [];
    const bytes = pdfOf(Array.from({ length: 40 }, (_, index) => page(`Words of page ${index + 1}`)));
    const parsed = await parseDocument(
      { name: 'a.pdf', bytes },
      { onProgress: (count) => pages.push(count) },
    );
    expect(parsed).toMatchObject({ format: 'pdf', pages: 40 });
    expect(parsed.chunks).toHaveLength(40);
    expect(parsed.chunks[6]).toMatchObject({ page: 7, content: 'Words of page 7', lines: null });
    expect(pages).toEqual([10, 20, 30, 40]);
  });

  it('gives the same chunks each time', async () => {
    const file = '# T\n\n' + 'Some words of a sentence. '.repeat(500);
    expect(await parse('a.md', file)).toEqual(await parse('a.md', file));
  });
});

describe('a hostile or broken file is refused with its reason', () => {
  it.each<[string, string, () => string | Buffer, RegExp]>([
    ['white space', 'a.txt', () => ' \n\t ', /holds no text/],
    ['a page of scripts', 'a.html', () => '<script>x</script>', /holds no text/],
    [
      'a PDF with a password',
      'a.pdf',
      () => pdfOf([page('x')], { isEncrypted: true }),
      /protected by a password/,
    ],
    ['a zip bomb', 'a.docx', () => big('word/big.xml'), /unpacks to more than 250 MB/],
    [
      'a zip bomb that lies of its size',
      'a.docx',
      () => big('word/big.xml', { claimedSize: 10 }),
      /damaged: too many bytes/,
    ],
    ['nested without end, Markdown', 'a.md', () => '>'.repeat(50_000), /nested/],
    [
      'nested without end, Word',
      'a.docx',
      () => word('<w:p>'.repeat(50_000) + '</w:p>'.repeat(50_000)),
      /nested/,
    ],
    ['a table that becomes too much text', 'a.csv', () => tableOf(2_000, 2_600), /million characters/],
    ['nothing but headings', 'a.md', () => '# x\n'.repeat(150_000), /150000 pieces/],
  ])('%s', async (_what, name, file, reason) => {
    await expect(parse(name, file())).rejects.toMatchObject(refusal(reason));
  });
});

describe('a file with broken bytes', () => {
  it('is read, or refused as invalid: never is it taken for a failure of the house, which is tried again', async () => {
    const whole = pdfOf([page('One'), page('Two')]);
    const start = whole.indexOf('xref');
    for (const broken of [start + 12, start + 72, Math.floor(start / 2), whole.indexOf('/Kids') + 8]) {
      const bytes = Buffer.from(whole);
      bytes.fill('9', broken, broken + 4);
      const outcome = await parseDocument({ name: 'a.pdf', bytes }).then(
        () => 'read',
        (error: unknown) => (error instanceof GatheringFailure ? error.type : error),
      );
      expect(['read', 'InvalidInput']).toContain(outcome);
    }
  });
});

describe('a parser that goes beyond its limits is ended, and the next document is read', () => {
  const slow = { name: 'a.md', bytes: Buffer.from('>'.repeat(2_000_000)) };
  const large = { name: 'a.json', bytes: Buffer.from(`[${'{},'.repeat(8_000_000)}{}]`) };

  afterEach(async () => {
    expect((await parse('a.txt', 'one')).chunks[0]?.content).toBe('one');
  });

  it('of time on the processor', async () => {
    const limits = { ...PARSE_LIMITS, cpuMs: 1_000, heapMb: 8_000, residentMb: 8_000 };
    await expect(parseDocument(slow, { limits })).rejects.toMatchObject(refusal(/longer than 1 second/));
  });

  it('of time on the clock', async () => {
    const limits = { ...PARSE_LIMITS, wallMs: 10 };
    await expect(parseDocument(slow, { limits })).rejects.toMatchObject(refusal(/longer than 0.01 seconds/));
  });

  it('of the heap', async () => {
    const limits = { ...PARSE_LIMITS, heapMb: 64 };
    await expect(parseDocument(large, { limits })).rejects.toMatchObject(refusal(/more memory.*64 MB/));
  });

  it('of resident memory', async () => {
    const limits = { ...PARSE_LIMITS, residentMb: 150, heapMb: 8_000 };
    await expect(parseDocument(large, { limits })).rejects.toMatchObject(refusal(/more memory.*150 MB/));
  });

  it('when whoever asked gives up', async () => {
    const giveUp = new AbortController();
    const parsed = parseDocument(slow, { signal: giveUp.signal });
    giveUp.abort();
    await expect(parsed).rejects.toMatchObject({ name: 'AbortError' });
  });
});
