/** @jest-environment ./dashboard/testing/browser-environment.mjs */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';

import { stubBrowser } from '../../../testing/browser-stubs.ts';
import { CIRCLE_ID } from '../../../testing/builders.ts';
import { type FakeRoutes, problem } from '../../../testing/fake-api.ts';
import { aChunk, aFoundMemory, aSummary, DOCUMENT_ID } from '../../../testing/memory-builders.ts';
import { renderRoute } from '../../../testing/render-route.tsx';
import { reasonsOf } from './nothing-found.tsx';
import { memorySearchOf, readPlayground } from './search-request.ts';

beforeAll(stubBrowser);

const found = (items: unknown[], summary = aSummary()) => ({ body: { items, summary } });
const open = (search: string, routes: FakeRoutes = {}) =>
  renderRoute(`/memory?view=search${search}`, {
    'POST /memories/search': found([aFoundMemory()]),
    ...routes,
  });

describe('the search playground', () => {
  it('searches for what is asked, and shows what each score is made of', async () => {
    const user = userEvent.setup();
    const { calls, address } = open('');
    await user.type(await screen.findByRole('searchbox', { name: 'Query' }), 'when is it due?{Enter}');
    const results = await screen.findByRole('region', { name: 'Results' });
    within(results).getByRole('img', {
      name: 'Score 1.570: Meaning 1.000, Words 0.000, Recency 0.500, Importance 0.070',
    });
    within(results).getByText(/1 result · embedded in 12 ms, searched in 4 ms/);
    expect(address()).toContain('q=when+is+it+due');
    const asked = calls.filter(({ path }) => path === '/memories/search').map(({ body }) => body);
    expect(asked).toEqual([{ query: 'when is it due?', mode: 'hybrid', limit: 20 }]);
  });

  it('asks again when a weight is moved, and goes back to the defaults', async () => {
    const user = userEvent.setup();
    const { calls, address } = open('&q=tea');
    const weights = await screen.findByRole('group', { name: 'Weights' });
    expect(within(weights).getByRole('slider', { name: /^Recency/ })).toHaveProperty('value', '0.1');
    const asked = () => calls.filter(({ path }) => path === '/memories/search').map(({ body }) => body);
    fireEvent.change(within(weights).getByRole('slider', { name: /^Recency/ }), { target: { value: '1.5' } });
    await waitFor(() => expect(asked().at(-1)).toMatchObject({ weights: { recency: 1.5 } }));
    expect(address()).toContain('recency=1.5');
    await user.click(within(weights).getByRole('button', { name: 'Back to the defaults' }));
    await waitFor(() => expect(address()).toBe('/memory?view=search&q=tea'));
  });

  it('searches in documents too, and leads to the place in one', async () => {
    const chunk = { ...aChunk(3), score: 1, parts: aFoundMemory().parts };
    open('&q=tea&in=knowledge', { 'POST /knowledge/search': found([chunk]) });
    const place = await screen.findByRole('link', { name: 'handbook.pdf › Terms › Payment › page 4' });
    expect(place.getAttribute('href')).toBe(`/documents/${DOCUMENT_ID}?chunk=${chunk.id}`);
    screen.getByRole('img', { name: 'Score 1.000: Meaning 1.000, Words 0.000, Recency 0.500' });
    expect(screen.queryByRole('slider', { name: /^Importance/ })).toBeNull();
  });

  it('shows nothing of what it did not search by', async () => {
    open('&q=tea&mode=vector', {
      'POST /memories/search': found([aFoundMemory()], aSummary({ mode: 'vector' })),
    });
    await screen.findByRole('img', {
      name: 'Score 1.570: Meaning 1.000, Recency 0.500, Importance 0.070',
    });
    expect(screen.queryByText(/not found by words/)).toBeNull();
    expect(screen.queryByRole('slider', { name: /^Words/ })).toBeNull();
    screen.getByRole('slider', { name: /^Meaning/ });
  });

  it('says why only words were searched, and what went wrong where nothing was', async () => {
    open('&q=tea', {
      'POST /memories/search': found([aFoundMemory()], aSummary({ degraded: 'The embedder is down.' })),
    });
    await screen.findByText('Only words were searched. The embedder is down.');
  });

  it('says what went wrong', async () => {
    open('&q=tea', { 'POST /memories/search': problem(503, 'Temporarily unavailable') });
    await screen.findByText('Temporarily unavailable');
    screen.getByRole('button', { name: 'Try again' });
  });

  it('says why nothing was found, and takes what narrowed it out of the way', async () => {
    const user = userEvent.setup();
    const { address } = open(`&q=tea&mode=text&scope=circle:${CIRCLE_ID}`, {
      'POST /memories/search': found([], aSummary({ mode: 'text' })),
    });
    await screen.findByText(/holds any of these words/);
    await user.click(screen.getByRole('button', { name: 'Search in all scopes' }));
    await user.click(screen.getByRole('button', { name: 'Search by meaning too' }));
    await waitFor(() => expect(address()).toBe('/memory?view=search&q=tea'));
    await screen.findByText(/There is no memory yet that you may see/);
  });
});

describe('a search in an address', () => {
  const asked = (search: string) => memorySearchOf(readPlayground(new URLSearchParams(search)));

  it('is what the API takes', () => {
    expect(
      asked(`q= tea &mode=vector&scope=circle:${CIRCLE_ID}&kind=fact&tag=dates&text=0&halfLifeDays=7`),
    ).toEqual({
      ...{ query: 'tea', mode: 'vector', limit: 20, kinds: ['fact'], tags: ['dates'] },
      scope: { kind: 'circle', id: CIRCLE_ID },
      weights: { text: 0, halfLifeDays: 7 },
    });
  });

  it('leaves out what makes no sense', () => {
    expect(asked('q=tea&mode=moon&scope=circle&vector=eleven&text=11&halfLifeDays=0')).toEqual({
      query: 'tea',
      mode: 'hybrid',
      limit: 20,
    });
  });

  it('found nothing for each thing that narrowed it', () => {
    const playground = readPlayground(new URLSearchParams('q=tea&kind=fact&tag=dates&scope=global'));
    expect(reasonsOf(playground, aSummary()).map(({ without }) => without)).toEqual(['scope', 'kind', 'tag']);
    const plain = readPlayground(new URLSearchParams('q=tea'));
    expect(reasonsOf(plain, aSummary({ degraded: 'It is down.' }))[0]?.because).toContain(
      'could not be searched',
    );
  });
});
