/** @jest-environment ./dashboard/testing/browser-environment.mjs */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';

import { EVERYWHERE } from '../../../../contracts/memory.ts';
import { channelOf } from '../../../../contracts/place.ts';
import { stubBrowser } from '../../../testing/browser-stubs.ts';
import { aCircle, CIRCLE_ID, CONVERSATION_ID, EDITOR } from '../../../testing/builders.ts';
import { type FakeRoutes, problem } from '../../../testing/fake-api.ts';
import { aBlock, aMemory, MEMORY_ID, twoVersions } from '../../../testing/memory-builders.ts';
import { renderRoute } from '../../../testing/render-route.tsx';
import { queryOf, readFilters } from './filters.ts';
import { changeOf, draftOf, memoryOf } from './memory-draft.ts';

beforeAll(stubBrowser);

const pageOf = (...items: unknown[]) => ({ body: { items, nextCursor: null } });
const detail = `/memories/${MEMORY_ID}`;

function open(at: string, routes: FakeRoutes = {}) {
  const page = renderRoute(at, {
    'GET /circles': pageOf(aCircle()),
    'GET /memories': pageOf(aMemory()),
    [`GET ${detail}`]: { body: { ...aMemory(), chain: [aMemory()] } },
    ...routes,
  });
  return { ...page, changes: () => page.calls.filter(({ method }) => method !== 'GET') };
}

describe('the list of memories', () => {
  it('is asked for as its address says, and opens a memory beside the same list', async () => {
    const user = userEvent.setup();
    const { calls, address } = open(`/memory?scope=circle:${CIRCLE_ID}&kind=fact&tag=dates&q=deadline`);
    await user.click(await screen.findByRole('link', { name: /The deadline is 1 June/ }));
    await screen.findByRole('dialog', { name: 'Fact' });
    expect(address()).toContain(`/memory/${MEMORY_ID}?`);
    expect(address()).toContain('q=deadline');
    const asked = calls.find(({ path }) => path === '/memories');
    expect(Object.fromEntries(asked?.query ?? [])).toEqual({
      ...{ scope: 'circle', scopeId: CIRCLE_ID, kind: 'fact', tag: 'dates', q: 'deadline' },
    });
    await user.click(screen.getByRole('button', { name: 'Close' }));
    expect(address()).toBe(`/memory?scope=circle%3A${CIRCLE_ID}&kind=fact&tag=dates&q=deadline`);
  });

  it('puts what is typed and chosen into its address', async () => {
    const user = userEvent.setup();
    const { address } = open('/memory');
    await user.type(await screen.findByRole('searchbox', { name: 'Words' }), 'tea');
    await waitFor(() => expect(address()).toBe('/memory?q=tea'));
    await user.selectOptions(screen.getByRole('combobox', { name: 'Kind' }), 'Episodes');
    await user.selectOptions(screen.getByRole('combobox', { name: 'Scope' }), 'Any agent');
    await waitFor(() => expect(address()).toBe('/memory?q=tea&kind=episode&scope=agent'));
  });

  it('says what it is for where nothing is remembered', async () => {
    open('/memory', { 'GET /memories': pageOf() });
    await screen.findByRole('heading', { name: 'Nothing is remembered yet' });
    expect(screen.getAllByRole('link', { name: 'New memory' })).toHaveLength(2);
  });

  it('offers everything where nothing fits', async () => {
    open('/memory?q=moon', { 'GET /memories': pageOf() });
    await screen.findByRole('heading', { name: 'No memory fits these filters' });
    expect(screen.getByRole('link', { name: 'Show all' }).getAttribute('href')).toBe('/memory');
    expect(screen.getByRole('link', { name: 'Search by meaning' }).getAttribute('href')).toBe(
      '/memory?view=search&q=moon',
    );
  });

  it('loses at once what is told to be forgotten, and asks again for what is new', async () => {
    const { deliver, rooms, calls } = open('/memory');
    await screen.findByRole('link', { name: /The deadline is 1 June/ });
    await waitFor(() => expect([...rooms.keys()]).toContain(channelOf.memories(CIRCLE_ID)));
    const asked = () => calls.filter(({ path }) => path === '/memories').length;
    const before = asked();
    const data = { ids: [MEMORY_ID], kind: 'fact', scope: { kind: 'global' }, count: 1 };
    const channel = channelOf.memories(EVERYWHERE);
    deliver({ type: 'memory.forgotten', channel, sequence: 1, data });
    await waitFor(() => expect(screen.queryByRole('link', { name: /The deadline/ })).toBeNull());
    await waitFor(() => expect(asked()).toBeGreaterThan(before));
  });
});

describe('a memory', () => {
  const { before, now } = twoVersions();
  const withHistory = { [`GET ${detail}`]: { body: { ...now, chain: [before, now] } } };

  it('shows where it comes from, who sees it, and what it took the place of', async () => {
    open(`/memory/${MEMORY_ID}`, withHistory);
    const about = await screen.findByRole('region', { name: 'About this memory' });
    const place = within(about).getByRole('link', { name: 'messages 3 to 4 of a conversation' });
    expect(place.getAttribute('href')).toBe(`/conversations/${CONVERSATION_ID}?branch=0&message=3`);
    within(about).getByText('those who see the circle Editorial team');
    const history = screen.getByRole('region', { name: 'History' });
    within(history).getByText('Something newer contradicts it');
    expect(within(history).getByRole('link', { name: 'Show' }).getAttribute('href')).toBe(
      `/memory/${before.id}`,
    );
  });

  it('is changed by a version that takes its place, which can be taken back', async () => {
    const user = userEvent.setup();
    const saved = aMemory({ id: `${MEMORY_ID.slice(0, -1)}9`, content: 'The deadline is 2 June.' });
    const undone = aMemory({ id: `${MEMORY_ID.slice(0, -1)}8` });
    const { changes, address } = open(`/memory/${MEMORY_ID}`, {
      [`PATCH ${detail}`]: { body: saved },
      [`GET /memories/${saved.id}`]: { body: { ...saved, chain: [saved] } },
      [`PATCH /memories/${saved.id}`]: { body: undone },
      [`GET /memories/${undone.id}`]: { body: { ...undone, chain: [undone] } },
    });
    await user.click(await screen.findByRole('button', { name: 'Edit' }));
    const content = screen.getByRole('textbox', { name: 'Content' });
    await user.clear(content);
    await user.type(content, 'The deadline is 2 June.');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(address()).toBe(`/memory/${saved.id}`));
    expect(changes()[0]?.body).toEqual({ content: 'The deadline is 2 June.' });
    await user.click(await screen.findByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(address()).toBe(`/memory/${undone.id}`));
    expect(changes()[1]?.body).toMatchObject({ content: 'The deadline is 1 June.', importance: 0.7 });
  });

  it('says that somebody else changed it meanwhile', async () => {
    const user = userEvent.setup();
    open(`/memory/${MEMORY_ID}`, { [`PATCH ${detail}`]: problem(409, 'It was superseded') });
    await user.click(await screen.findByRole('button', { name: 'Edit' }));
    await user.type(screen.getByRole('textbox', { name: 'Content' }), ' Really.');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    await screen.findByText('It was superseded');
  });

  it('is put back as it was', async () => {
    const user = userEvent.setup();
    const { changes } = open(`/memory/${MEMORY_ID}`, {
      ...withHistory,
      [`PATCH ${detail}`]: { body: now },
    });
    await user.click(await screen.findByRole('button', { name: 'Put this version back' }));
    await waitFor(() => expect(changes()).toHaveLength(1));
    expect(changes()[0]?.body).toMatchObject({ content: 'The deadline is 1 May.' });
  });

  it('is forgotten after a question', async () => {
    const user = userEvent.setup();
    const { changes, address } = open(`/memory/${MEMORY_ID}?q=tea`, {
      [`DELETE ${detail}`]: { status: 204 },
    });
    await user.click(await screen.findByRole('button', { name: 'Forget' }));
    await user.click(await screen.findByRole('button', { name: 'Forget it' }));
    await waitFor(() => expect(address()).toBe('/memory?q=tea'));
    expect(changes().map(({ method }) => method)).toEqual(['DELETE']);
  });

  it('that is superseded leads to the newest and is not edited', async () => {
    open(`/memory/${before.id}`, {
      [`GET /memories/${before.id}`]: { body: { ...before, chain: [before, now] } },
    });
    const newest = await screen.findByRole('link', { name: 'Show the newest' });
    expect(newest.getAttribute('href')).toBe(`/memory/${MEMORY_ID}`);
    expect(screen.queryByRole('button', { name: 'Edit' })).toBeNull();
  });
});

describe('a new memory', () => {
  it('begins with the scope of the list, and is sent once however often it is tried', async () => {
    const user = userEvent.setup();
    let answers = 0;
    const { changes, address } = open(`/memory/new?scope=circle:${CIRCLE_ID}`, {
      'POST /memories': () =>
        answers++ === 0
          ? problem(422, 'Not valid', [{ path: 'tags', message: 'too many' }])
          : { status: 201, body: aMemory() },
    });
    await user.type(await screen.findByRole('textbox', { name: 'Content' }), 'We drink tea.');
    await user.click(screen.getByRole('button', { name: 'Remember' }));
    await screen.findByText('too many');
    await user.click(screen.getByRole('button', { name: 'Remember' }));
    await waitFor(() => expect(address()).toBe(`/memory?scope=circle%3A${CIRCLE_ID}`));
    const keys = changes().map(({ headers }) => headers['idempotency-key']);
    expect(keys[0]).toBe(keys[1]);
    expect(changes()[0]?.body).toMatchObject({
      content: 'We drink tea.',
      scope: { kind: 'circle', id: CIRCLE_ID },
    });
  });
});

describe('blocks', () => {
  it('are edited where they stand', async () => {
    const user = userEvent.setup();
    const block = aBlock();
    const { changes } = open('/memory?view=blocks', {
      'GET /memories': pageOf(block),
      [`PATCH /memories/${block.id}`]: { body: { ...block, content: 'Write well.' } },
    });
    await user.click(await screen.findByRole('button', { name: 'Edit style_guide' }));
    const content = screen.getByRole('textbox', { name: 'Content of style_guide' });
    await user.clear(content);
    await user.type(content, 'Write well.');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(screen.queryByRole('textbox', { name: /Content of/ })).toBeNull());
    expect(changes().map(({ body }) => body)).toEqual([{ content: 'Write well.' }]);
  });

  it('hold at most so many characters', async () => {
    const user = userEvent.setup();
    open('/memory?view=blocks', { 'GET /memories': pageOf(aBlock({ content: 'a'.repeat(2_001) })) });
    await user.click(await screen.findByRole('button', { name: 'Edit style_guide' }));
    screen.getByText('1 characters too many');
    expect(screen.getByRole('button', { name: 'Save' })).toHaveProperty('disabled', true);
  });
});

describe('forgetting much', () => {
  it('is done only once the name is typed', async () => {
    const user = userEvent.setup();
    const { changes, address } = open('/memory/forget', {
      'GET /agents': pageOf({ ...agent, id: EDITOR.id, name: 'Editor' }),
      'POST /memories/forget': { body: { memories: 3, documents: 1 } },
    });
    const which = await screen.findByRole('combobox', { name: 'Which agent' });
    await within(which).findByRole('option', { name: 'Editor' });
    await user.selectOptions(which, 'Editor');
    const forget = screen.getByRole('button', { name: 'Forget everything' });
    expect(forget).toHaveProperty('disabled', true);
    await user.type(screen.getByRole('textbox', { name: /^Type “Editor”/ }), 'Editor');
    await user.click(forget);
    await waitFor(() => expect(address()).toBe('/memory'));
    expect(changes().map(({ body }) => body)).toEqual([{ of: 'agent', id: EDITOR.id }]);
    await screen.findByText('Forgotten: 3 memories and 1 document.');
  });
});

const agent = {
  ...{ role: 'Edits', persona: null, provider: 'demo', model: 'demo', instructions: '', tools: [] },
  ...{ approveTools: [], memoryScopes: [], personality: { traits: [], tone: '', style: '' }, version: 1 },
  limits: { maxSteps: 1, maxTokens: 1, maxCostUsd: 1, maxSeconds: 1 },
  ...{ createdAt: '2026-05-04T10:00:00.000Z', updatedAt: '2026-05-04T10:00:00.000Z' },
};

describe('how long is remembered', () => {
  const retention = (scope: string, maxAgeDays: number | null) => ({ scope, maxAgeDays, maxItems: 1_000 });
  const items = [
    ...[retention('global', null), retention('circle', null)],
    ...[retention('agent', null), retention('conversation', 365)],
  ];

  it('is shown for each kind of scope, and set', async () => {
    const user = userEvent.setup();
    const { changes, address } = open('/memory/retention', {
      'GET /memories/retention': { body: { items } },
      'PUT /memories/retention': { body: { items } },
    });
    const conversations = await screen.findByRole('group', { name: 'Conversations' });
    const drawer = within(screen.getByRole('dialog', { name: 'Retention' }));
    const days = within(conversations).getByRole('textbox', { name: /^Days at most/ });
    expect(days).toHaveProperty('value', '365');
    await user.clear(days);
    const agents = within(drawer.getByRole('group', { name: 'Agents' }));
    await user.type(agents.getByRole('textbox', { name: /^Days/ }), '0');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    await agents.findByText(/Give whole days/);
    await user.clear(agents.getByRole('textbox', { name: /^Days/ }));
    await user.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(address()).toBe('/memory'));
    expect(changes().map(({ body }) => body)).toEqual([
      { items: items.map((one) => ({ ...one, maxAgeDays: null })) },
    ]);
  });
});

describe('what stands in controls', () => {
  it('is read from an address, and what makes no sense there is nothing', () => {
    expect(readFilters(new URLSearchParams('scope=moon&kind=moon&tag=&superseded=yes'))).toEqual({});
    expect(queryOf(readFilters(new URLSearchParams('scope=global&superseded=include')))).toEqual({
      scope: 'global',
      superseded: 'include',
    });
    expect(queryOf(readFilters(new URLSearchParams('scope=agent')))).toEqual({ scope: 'agent' });
  });

  it('changes only what was changed', () => {
    const memory = aMemory({ expiresAt: '2026-06-01T12:00:00.000Z' });
    const draft = draftOf(memory);
    expect(changeOf(draft, memory)).toEqual({});
    expect(changeOf({ ...draft, tags: '#tea, , milk', importance: '20', expires: '' }, memory)).toEqual({
      tags: ['tea', 'milk'],
      importance: 0.2,
      expiresAt: null,
    });
  });

  it('says at which control something is wrong', () => {
    const block = memoryOf({ ...draftOf(null), kind: 'block', name: 'Not a name', content: 'x' });
    expect(block.ok ? [] : Object.keys(block.errors)).toEqual(['name']);
    const nothing = memoryOf({ ...draftOf(null), content: '  ' });
    expect(nothing.ok ? [] : Object.keys(nothing.errors)).toEqual(['content']);
  });
});
