import { describe, expect, it } from '@jest/globals';

import type { DocumentFormat } from '../../contracts/knowledge.ts';
import { docxOf, pdfOf, zipOf } from '../../testing/document-files.ts';
import { chunkSections } from './chunk-sections.ts';
import { readSections } from './read-sections.ts';

const read = async (format: DocumentFormat, file: string | Buffer) =>
  (await readSections(Buffer.from(file), format, () => undefined)).sections;

/** Headings and content, as a reader sees them. */
const outlineOf = async (format: DocumentFormat, file: string | Buffer) =>
  (await read(format, file)).map(({ headings, content }) => [headings.join(' > '), content.trim()]);

describe('Markdown', () => {
  it('falls into sections by its headings, without the marks in them, and keeps line numbers', async () => {
    const file =
      '---\ntitle: x\n---\nBefore\n\n# One `code` [link](to)\n\ntext\n\n## Two\n```\n# no heading\n```\nSetext\n===\nend';
    const chunks = chunkSections(await read('markdown', file));
    expect(chunks.map(({ headings, content, lines }) => [headings, content, lines?.from])).toEqual([
      [[], '---\ntitle: x\n---\nBefore', 1],
      [['One code link'], 'text', 8],
      [['One code link', 'Two'], '```\n# no heading\n```', 11],
      [['Setext'], 'end', 16],
    ]);
  });

  it('keeps a heading that nothing stands under as a text, and narrows tables', async () => {
    expect(
      await outlineOf(
        'markdown',
        '# A\n## B\n## C\ntext\n# D\n\n| a      | b  |\n| ------ | -- |\n| 1      | 2  |',
      ),
    ).toEqual([
      ['A', 'B'],
      ['A > C', 'text'],
      ['D', '| a | b |\n| --- | -- |\n| 1 | 2 |'],
    ]);
  });
});

describe('HTML', () => {
  it('is read as its text, without navigation, scripts and what is hidden', async () => {
    const page =
      '<title>Window</title><nav>menu</nav><script>evil()</script><style>a{}</style><p hidden>no</p><footer>(c)</footer>' +
      '<div>One <b>bold</b>\n word &amp; more<br>next</div><ul><li>a</li><li>b</ul><pre>x\n  y</pre><h2>Sub</h2>' +
      '<table><tr><th>k<th>v<tr><td>1<td>2</table>';
    expect(
      await outlineOf('html', `<html><head>${page.slice(0, 21)}</head><body>${page.slice(21)}</body></html>`),
    ).toEqual([
      ['Window', 'One bold word & more\nnext\n\n- a\n- b\n\nx\ny'],
      ['Window > Sub', 'k | v |\n1 | 2 |'],
    ]);
  });

  it('keeps an item, and a row, on its line though paragraphs stand in it', async () => {
    const page =
      '<ul><li><p>a</p></li><li></li><li><p>b</p></li></ul><table><tr><td><p>1</p><p>2</p></td><td>3<br>4</td></tr></table>';
    const [[, content] = []] = await outlineOf('html', page);
    expect(content?.split(/\n+/)).toEqual(['- a', '- b', '1 2 | 3 4 |']);
  });

  it('is its main part where it names one', async () => {
    expect(await outlineOf('html', '<div>around</div><main><h1>T</h1><p>text</p></main>')).toEqual([
      ['T', 'text'],
    ]);
  });

  it('brings no control characters and no halves of characters by entities', async () => {
    expect(await outlineOf('html', '<p>a&#0;b&#1;c&#xD800;d</p>')).toEqual([
      ['', expect.stringMatching(/^a.?bc\ufffdd$/)],
    ]);
  });
});

describe('CSV', () => {
  it('names the columns in each row, and counts rows from the one with the names', async () => {
    const [section] = await read('csv', 'name;born;note\n"Ada; L.";1815;"two\nlines"\n\nBob;;x\n');
    expect(section).toMatchObject({
      firstLine: 2,
      cutBetween: 'lines',
      content: 'name: Ada; L.; born: 1815; note: two lines\nname: Bob; note: x',
    });
  });

  it('without names is its values; with a tab between them too; one that is names alone is its names', async () => {
    expect(await outlineOf('csv', '1\t2\n3\t4')).toEqual([['', '1; 2\n3; 4']]);
    expect(await outlineOf('csv', 'a,b\n')).toEqual([['', 'a, b']]);
  });

  it('is refused with the line where a quote is not closed, and where a row is endless', async () => {
    await expect(read('csv', 'a,b\n1,2\n"3,4\n')).rejects.toThrow(/line 3: a quote is not closed/);
    await expect(read('csv', 'a'.repeat(1_000_100))).rejects.toThrow(/longer than 1,000,000/);
  });
});

describe('JSON', () => {
  it('is written out with names, its larger properties as sections', async () => {
    const file = JSON.stringify({
      name: 'x',
      list: [1, { a: 'two\nlines', b: null }],
      empty: [],
      deep: { er: { yes: true } },
    });
    expect(await outlineOf('json', file)).toEqual([
      ['', 'name: x\nempty: []'],
      ['list', '- 1\n- a: two\n    lines\n  b: null'],
      ['deep', 'er:\n  yes: true'],
    ]);
  });

  it('may be one value a line, or a single value', async () => {
    expect(await outlineOf('json', '{"a":1}\n{"a":2}\n')).toEqual([['', '- a: 1\n- a: 2']]);
    expect(await outlineOf('json', '"only this"')).toEqual([['', 'only this']]);
  });

  it('is refused where it is not valid, and where it is nested without end', async () => {
    await expect(read('json', '{"a":}')).rejects.toThrow(/not valid JSON/);
    await expect(read('json', '['.repeat(10_000) + ']'.repeat(10_000))).rejects.toThrow(/200 levels/);
  });

  it('brings no NUL by an escape', async () => {
    expect(await outlineOf('json', '{"a":"x\\u0000\\ud800y"}')).toEqual([['', 'a: x\ufffdy']]);
  });
});

describe('source code', () => {
  it('is one section of lines', async () => {
    expect(await read('code', 'a\n\nb\n')).toEqual([
      { content: 'a\n\nb\n', headings: [], page: null, firstLine: 1, cutBetween: 'lines' },
    ]);
  });
});

describe('PDF', () => {
  const line = (text: string) => ({ text });
  const pageOf = (number: number) => [
    { text: 'The handbook', size: 8 },
    ...(number % 2 === 1
      ? [
          { text: `Chapter ${number}`, size: 20 },
          { text: 'of the house', size: 20 },
        ]
      : []),
    line(`Page ${number} begins with a sen-`),
    line(`tence of its own, ${number} of them.`),
    line(''),
    line(`A second paragraph stands on page ${number}.`),
  ];

  it('has pages, headings by their size, paragraphs by their distance, and no headers that return', async () => {
    const sections = await read('pdf', pdfOf([1, 2, 3, 4, 5].map(pageOf)));
    expect(sections.map(({ page, headings }) => [page, headings])).toEqual([
      [1, ['Chapter 1 of the house']],
      [2, ['Chapter 1 of the house']],
      [3, ['Chapter 3 of the house']],
      [4, ['Chapter 3 of the house']],
      [5, ['Chapter 5 of the house']],
    ]);
    expect(sections[1]?.content).toBe(
      'Page 2 begins with a sentence of its own, 2 of them.\n\nA second paragraph stands on page 2.',
    );
  });

  it('has no headings of the lines of a table of contents, and joins those that are broken into lines', async () => {
    const lines = [
      { text: 'A long title that', size: 20 },
      { text: 'goes on here', size: 20 },
      { text: '1 Introduction . . . . . . . . 1', size: 14 },
      ...Array.from({ length: 9 }, () => line('What is said of it is plain text.')),
    ];
    const [section] = await read('pdf', pdfOf([lines]));
    expect(section?.headings).toEqual(['A long title that goes on here']);
    expect(section?.content).toContain('1 Introduction');
  });

  it('keeps the only line of each page, though they differ by a number alone', async () => {
    const sections = await read(
      'pdf',
      pdfOf([1, 2, 3, 4, 5].map((number) => [line(`This is page ${number}`)])),
    );
    expect(sections.map(({ content }) => content)).toContain('This is page 3');
    expect(sections).toHaveLength(5);
  });
});

describe('Word', () => {
  it('has headings by its styles', async () => {
    const file = docxOf([
      { text: 'One', style: 'Heading1' },
      { text: 'under & one' },
      { text: 'Two', style: 'Heading2' },
      { text: 'under two' },
    ]);
    expect(await outlineOf('docx', file)).toEqual([
      ['One', 'under & one'],
      ['One > Two', 'under two'],
    ]);
  });
});

describe('a broken file is refused with its reason', () => {
  const word = (body: string): Buffer =>
    zipOf([
      { name: '[Content_Types].xml', content: '<Types/>' },
      { name: 'word/document.xml', content: body },
    ]);
  it.each<[string, DocumentFormat, Buffer, RegExp]>([
    ['a PDF of pictures', 'pdf', pdfOf([[], []]), /holds no text.*scan/],
    ['half a PDF', 'pdf', pdfOf([[{ text: 'x' }]]).subarray(0, 300), /PDF is damaged/],
    [
      'junk behind the first line of a PDF',
      'pdf',
      Buffer.from(`%PDF-1.7\n${'junk '.repeat(999)}`),
      /PDF is damaged/,
    ],
    ['half a Word document', 'docx', docxOf([{ text: 'x' }]).subarray(0, 300), /damaged/],
    ['another archive named Word', 'docx', zipOf([{ name: 'a', content: 'x' }]), /no Word document/],
    [
      'a Word document whose list of parts is none',
      'docx',
      zipOf([
        { name: '[Content_Types].xml', content: 'x' },
        { name: 'word/document.xml', content: '<w:document/>' },
      ]),
      /cannot be read: its parts/,
    ],
    ['a Word document without its text', 'docx', word(''), /cannot be read/],
    [
      'a Word document with a password',
      'docx',
      docxOf([], [{ name: 'word/a', content: 'x', isEncrypted: true }]),
      /password/,
    ],
    [
      'entities that multiply',
      'docx',
      word('<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><w:document>&b;</w:document>'),
      /cannot be read/,
    ],
    ['elements without end', 'html', Buffer.from('<div>'.repeat(50_000)), /1000 levels/],
  ])('%s', async (_what, format, file, reason) => {
    await expect(read(format, file)).rejects.toThrow(reason);
  });
});
