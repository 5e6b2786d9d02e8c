import { describe, expect, it } from '@jest/globals';
import { v7 as uuid } from 'uuid';

import { EXTRACT_NOTICE } from '../activities/model/demo/answer.ts';
import { isJsonObject, type Json } from '../contracts/json.ts';
import { withSeedRuns } from '../testing/seed-runs.ts';

const { play, house } = withSeedRuns();

const urlOf = (path: string): string => `${house.target.url}${path}`;
const CLOSED = 'http://127.0.0.1:1/'; // not among what may be reached

describe('api-report', () => {
  const orders: Json = Array.from({ length: 40 }, (_, i) => ({
    ...{ id: i, amount: i * 1.5, country: ['NO', 'DE', '__proto__'][i % 3] ?? '' },
    ...(i === 5 ? { amount: null } : {}),
  }));

  it('reckons the list that it finds, overall and by group, and has it commented', async () => {
    house.target.answer = () => ({ body: { next: null, data: { items: orders }, links: [] } });
    const { report, text, files, prompts } = await play('api-report', {
      url: urlOf('/orders'),
      group: 'country',
      title: 'Orders',
    });
    expect(house.target.calls[0]).toMatchObject({
      method: 'GET',
      path: '/orders',
      headers: { accept: 'application/json' },
    });
    expect(text).toContain('| amount | 39 | 1 | 1162.5 | 29.81 | 30 | 0 | 58.5 |');
    expect(text).toContain(
      '## By country\n\n| country | Count | Sum of amount |\n| --- | --- | --- |\n| NO | 14 | 409.5 |',
    );
    expect(text).toContain('| __proto__ | 13 | 382.5 |');
    expect(text).toContain(EXTRACT_NOTICE);
    expect(prompts[0]).toContain('The sum of amount is 1162.5, the mean 29.81');
    expect(report).toMatchObject({ reached: true, figures: { records: 40, left: 0 } });
    expect(files.get('report.md')).toBe(text);
  });

  it('tries again where the API is busy, and says why when it stays so', async () => {
    house.target.answer = () => (house.target.calls.length < 2 ? { status: 503 } : { body: [{ n: 1 }] });
    const busy = await play('api-report', { url: urlOf('/busy') });
    expect(busy.report).toMatchObject({ reached: true, figures: { fields: [{ field: 'n', sum: 1 }] } });
    expect(house.target.calls).toHaveLength(2);
    house.target.answer = () => ({ status: 404 });
    const gone = await play('api-report', { url: urlOf('/gone') });
    expect(gone.report).toMatchObject({ reached: false });
    expect(gone.text).toMatch(/^# Report\n\nThe API could not be called: .*404/);
    const forbidden = await play('api-report', { url: CLOSED });
    expect(forbidden.text).toContain('could not be called: ');
  });

  it.each<[string, Json, string]>([
    ['no list', { a: 1 }, 'no list of records'],
    ['a text', 'hello', 'no JSON'],
    ['an empty list', [], 'no list of records'],
    ['records without numbers', [{ a: 'x' }, null, 7], 'No field of the list holds numbers.'],
    [
      'numbers beyond all bounds',
      [{ n: 1e308 }, { n: 1e308 }, { n: 2 }],
      '| n | 1 | 2 | 2 | 2 | 2 | 2 | 2 |',
    ],
    [
      'thousands of records',
      Array.from({ length: 5000 }, (_, i) => ({ n: 1, k: i })),
      '4000 more were left out',
    ],
  ])('takes %s for an answer', async (_what, body, says) => {
    house.target.answer = () => ({ body });
    const { text, prompts } = await play('api-report', { url: urlOf('/'), group: 'k' });
    expect(text).toContain(says);
    expect(prompts.length).toBe(says.startsWith('no ') ? 0 : 1);
  });
});

describe('watch-page', () => {
  const pages = (...bodies: Json[]) => {
    house.target.answer = () => ({ body: bodies[house.target.calls.length - 1] ?? null });
  };

  it('says which lines came and went while it waited, whatever the layout did', async () => {
    pages(
      '<html><body><h1>News</h1><p>Price: 20 euros &amp; more</p><script>x</script></body></html>',
      '<html><body><div><h1>News</h1></div><p>Price: 25 euros</p><p>constructor</p></body></html>',
    );
    const { run, report, text, files, nodes } = await play('watch-page', {
      url: urlOf('/news'),
      wait: '1 second',
    });
    expect(run.status).toBe('completed');
    expect(report).toMatchObject({
      changed: true,
      came: ['Price: 25 euros', 'constructor'],
      went: ['Price: 20 euros & more'],
    });
    expect(text).toContain('Within 1 second: 2 lines came, 1 went.');
    expect(text).toContain(EXTRACT_NOTICE);
    expect(files.get('changes.md')).toBe(text);
    expect(isJsonObject(nodes['wait']) && nodes['wait']['until']).toEqual(expect.any(String));
  });

  it('looks only at the lines that it is told to, and asks no agent where they are the same', async () => {
    pages('a\nPrice 1\nb', 'Price 1\nc');
    const { report, prompts } = await play('watch-page', {
      url: urlOf('/'),
      wait: '1 second',
      only: 'PRICE',
    });
    expect(report).toMatchObject({ changed: false, came: [], went: [] });
    expect(prompts).toEqual([]);
  });

  it('says why the page could not be fetched, at the first look or the second', async () => {
    const first = await play('watch-page', { url: CLOSED, wait: '1 second' });
    expect(first.text).toContain('The page could not be fetched: ');
    house.target.answer = () => ({ status: house.target.calls.length === 1 ? 200 : 410 });
    const second = await play('watch-page', { url: urlOf('/'), wait: '1 second' });
    expect(second.text).toContain('The page could not be fetched again: ');
    expect(second.report).toMatchObject({ changed: null });
  });

  it('calls a page that was down too often no more for a while', async () => {
    house.target.answer = () => ({ status: 503 });
    const pipelineId = uuid();
    for (let run = 0; run < 2; run += 1) await play('watch-page', { url: urlOf('/') }, { pipelineId });
    expect(house.target.calls).toHaveLength(5);
    const spared = await play('watch-page', { url: urlOf('/') }, { pipelineId });
    expect(spared.text).toContain('It was unavailable too often in a row');
    expect(house.target.calls).toHaveLength(5);
  });

  it('takes empty pages and endless ones', async () => {
    pages('', '');
    expect((await play('watch-page', { url: urlOf('/'), wait: '1 second' })).text).toContain(
      'no lines to compare',
    );
    house.target.calls.length = 0;
    pages('<p>'.repeat(60_000), '<div>x'.repeat(30_000));
    expect((await play('watch-page', { url: urlOf('/'), wait: '1 second' })).report).toMatchObject({
      changed: true,
    });
  });
});

describe('check-links', () => {
  it('tells links that answer from those that moved and those that are dead', async () => {
    house.target.answer = ({ method, path }) => {
      if (path === '/dead') return { status: 404 };
      if (path === '/moved') return { status: 301, headers: { location: 'https://example.org/|' } };
      return { status: path === '/nohead' && method === 'HEAD' ? 405 : 200 };
    };
    const url = house.target.url;
    const text = `[a](${url}/a_(b)) [a again](${url}/a_(b)#part), <${url}/nohead>. **${url}/moved**, ${url}/dead? ${CLOSED} [r](/rel) {{ secrets.X }}`;
    const { report, files } = await play('check-links', { text, name: 'notes.md' });
    expect(report).toMatchObject({
      checked: 5,
      dead: [`${url}/dead`, CLOSED],
      moved: [`${url}/moved`],
      notChecked: [],
    });
    expect(files.get('links.md')).toContain(`| moved | ${url}/moved | to https://example.org/\\| |`);
    const asked = house.target.calls.map(({ method, path }) => `${method} ${path}`).sort();
    expect(asked).toEqual([
      'GET /dead',
      'GET /nohead',
      'HEAD /a_(b)',
      'HEAD /dead',
      'HEAD /moved',
      'HEAD /nohead',
    ]);
  });

  it('checks no more links than it is told to', async () => {
    const text = Array.from({ length: 400 }, (_, i) => `<${urlOf(`/${i}`)}>`).join('\n');
    const { report, text: table } = await play('check-links', { text, most: 20 });
    expect(report).toMatchObject({ checked: 20, dead: [], moved: [] });
    expect(table).toContain('Not checked, because there are too many: 380.');
    expect(house.target.calls).toHaveLength(20);
  });

  it.each([
    ['no link', 'none, http:// javascript:alert(1)'],
    ['brackets without end', '('.repeat(200_000)],
  ])('takes %s', async (_what, text) => {
    expect((await play('check-links', { text })).text).toContain('The text holds no http or https address.');
  });
});

describe('fetch-and-brief', () => {
  const PROSE = 'The harbour handles four million tonnes a year and grows with every season that passes. ';

  it('briefs a page and answers the question', async () => {
    const body = `<html><head><title>Harbour</title></head><body><h1>Port</h1><p>${PROSE}</p><p>The pier was built in 1911.</p></body></html>`;
    house.target.answer = () => ({ body });
    const { report, text } = await play('fetch-and-brief', {
      url: urlOf('/'),
      question: 'When was the pier built?',
    });
    expect(text).toMatch(/^# Harbour\n[\s\S]*## Answer\n\n.*1911/);
    expect(report).toMatchObject({ file: 'brief.md', fetched: true });
  });

  it('reads a JSON document too', async () => {
    house.target.answer = () => ({ body: { report: PROSE, total: 7 } });
    expect((await play('fetch-and-brief', { url: urlOf('/') })).prompts[0]).toContain('"total": 7');
  });

  it.each([
    [
      'a redirect',
      { status: 301, headers: { location: 'https://example.com/' } },
      'a redirect to https://example.com/',
    ],
    ['an empty page', { body: '' }, 'nothing to brief'],
    ['an address that is gone', { status: 410 }, 'could not be fetched: '],
  ])('says so when it meets %s, and asks no agent', async (_what, answer, says) => {
    house.target.answer = () => answer;
    const { report, text, prompts } = await play('fetch-and-brief', { url: urlOf('/') });
    expect(text).toContain(says);
    expect(report).toMatchObject({ fetched: false });
    expect(prompts).toEqual([]);
  });
});
