/** @jest-environment ./dashboard/testing/browser-environment.mjs */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';

import { DOCUMENT_LIMIT_BYTES, type KnowledgeDocument } from '../../../../contracts/knowledge.ts';
import { EVERYWHERE } from '../../../../contracts/memory.ts';
import { channelOf } from '../../../../contracts/place.ts';
import { stubBrowser } from '../../../testing/browser-stubs.ts';
import { aCircle, CIRCLE_ID } from '../../../testing/builders.ts';
import { type FakeRoutes, problem } from '../../../testing/fake-api.ts';
import { aChunk, aDocument, DOCUMENT_ID } from '../../../testing/memory-builders.ts';
import { renderRoute } from '../../../testing/render-route.tsx';
import { foldDocument, foldPage } from './live.ts';
import { refusalOf } from './words.ts';

beforeAll(stubBrowser);

const pageOf = (...items: unknown[]) => ({ body: { items, nextCursor: null } });
const path = `/knowledge/documents/${DOCUMENT_ID}`;

function open(at: string, document: KnowledgeDocument | null, routes: FakeRoutes = {}) {
  const page = renderRoute(at, {
    'GET /circles': pageOf(aCircle()),
    'GET /knowledge/documents': pageOf(...(document === null ? [] : [document])),
    ...(document !== null && { [`GET ${path}`]: { body: document } }),
    [`GET ${path}/chunks`]: pageOf(aChunk(0), aChunk(1)),
    ...routes,
  });
  return { ...page, changes: () => page.calls.filter(({ method }) => method !== 'GET') };
}

describe('the list of documents', () => {
  it('shows how each stands, and why one failed', async () => {
    const failed = aDocument({
      status: 'failed',
      error: { type: 'InvalidInput', message: 'It is encrypted.' },
      progress: { pages: null, chunks: null, embedded: 0 },
    });
    const half = aDocument({
      id: `${DOCUMENT_ID.slice(0, -1)}1`,
      name: 'prices.csv',
      status: 'embedding',
      progress: { pages: null, chunks: 40, embedded: 10 },
    });
    open('/documents', null, { 'GET /knowledge/documents': pageOf(failed, half) });
    const table = await screen.findByRole('table', { name: 'Documents' });
    within(table).getByText('It is encrypted.');
    within(table).getByText('10 of 40 chunks');
    const progress = within(table).getByRole('progressbar', { name: 'Embedding of prices.csv' });
    expect(progress.getAttribute('aria-valuenow')).toBe('25');
  });

  it('is narrowed by its address', async () => {
    const user = userEvent.setup();
    const { calls, address } = open(`/documents?scope=circle:${CIRCLE_ID}`, aDocument());
    await screen.findByRole('table', { name: 'Documents' });
    await user.selectOptions(screen.getByRole('combobox', { name: 'Status' }), 'Failed');
    await waitFor(() => expect(address()).toContain('status=failed'));
    const asked = calls.findLast((call) => call.path === '/knowledge/documents');
    await waitFor(() => expect(asked?.query.get('scopeId')).toBe(CIRCLE_ID));
  });

  it('takes files that are chosen, for the scope that is chosen, one after another', async () => {
    const user = userEvent.setup();
    const { changes } = open('/documents', null, {
      'POST /knowledge/documents': { status: 202, body: aDocument({ status: 'queued' }) },
    });
    const zone = await screen.findByRole('region', { name: 'Add documents' });
    const scope = within(zone).getByRole('combobox', { name: 'Recalled' });
    await within(scope).findByRole('option', { name: 'Editorial team' });
    await user.selectOptions(scope, 'Editorial team');
    await user.upload(within(zone).getByLabelText('Files'), [
      new File(['one'], 'one.txt'),
      new File(['two'], 'two.md'),
    ]);
    await waitFor(() => expect(changes()).toHaveLength(2));
    expect(changes()[0]?.body).toMatchObject({
      name: 'one.txt',
      scope: JSON.stringify({ kind: 'circle', id: CIRCLE_ID }),
    });
    expect(changes()[0]?.headers['content-type']).toBeUndefined();
    await waitFor(() => expect(screen.queryByRole('list', { name: 'Uploads' })).toBeNull());
  });

  it('says which file was not taken and why, and which is there already', async () => {
    const user = userEvent.setup();
    const document = aDocument();
    open('/documents', document, {
      'POST /knowledge/documents': ({ body }) =>
        JSON.stringify(body).includes('old')
          ? { body: document }
          : problem(422, 'Not valid', [{ path: 'file', message: 'It is not of a kind that can be read.' }]),
    });
    await screen.findByRole('table', { name: 'Documents' });
    await user.upload(screen.getByLabelText('Files'), [
      new File(['x'], 'x.exe'),
      new File(['old'], 'old.pdf'),
    ]);
    const uploads = await screen.findByRole('list', { name: 'Uploads' });
    await within(uploads).findByText(/It is not of a kind that can be read\./);
    const known = await within(uploads).findByRole('link', { name: 'show it' });
    expect(known.getAttribute('href')).toBe(`/documents/${DOCUMENT_ID}`);
    await user.click(within(uploads).getByRole('button', { name: 'Hide x.exe' }));
    expect(within(uploads).queryByText('x.exe')).toBeNull();
  });

  it('follows progress as it is told', async () => {
    const working = aDocument({ status: 'embedding', progress: { pages: 3, chunks: 4, embedded: 1 } });
    const { deliver, rooms } = open('/documents', working);
    await screen.findByText('3 pages, 1 of 4 chunks');
    const channel = channelOf.memories(EVERYWHERE);
    await waitFor(() => expect([...rooms.keys()]).toContain(channel));
    const progress = { pages: 3, chunks: 4, embedded: 3 };
    const data = { documentId: DOCUMENT_ID, version: 1, status: 'embedding', progress };
    deliver({ type: 'document.progress', channel, sequence: 1, data });
    await screen.findByText('3 pages, 3 of 4 chunks');
  });

  it('says what it is for where there are none', async () => {
    open('/documents', null);
    await screen.findByRole('heading', { name: 'No documents yet' });
  });
});

describe('a document', () => {
  it.each([
    ['embedding', ['Cancel', 'Pause']],
    ['paused', ['Cancel', 'Resume']],
    ['failed', ['Try again']],
    ['completed', []],
  ] as const)('that is %s can be steered by %j', async (status, verbs) => {
    const user = userEvent.setup();
    const { changes } = open(`/documents/${DOCUMENT_ID}`, aDocument({ status }), {
      [`POST ${path}/pause`]: { status: 202 },
      [`POST ${path}/cancel`]: { status: 202 },
      [`POST ${path}/resume`]: { status: 202 },
      [`POST ${path}/retry`]: { status: 202 },
    });
    const drawer = await screen.findByRole('dialog', { name: 'handbook.pdf' });
    for (const name of ['Pause', 'Cancel', 'Resume', 'Try again'])
      expect(within(drawer).queryAllByRole('button', { name })).toHaveLength(
        verbs.some((verb) => verb === name) ? 1 : 0,
      );
    const [first] = verbs;
    if (first === undefined) return;
    await user.click(within(drawer).getByRole('button', { name: first }));
    await waitFor(() => expect(changes()).toHaveLength(1));
  });

  it('shows the place that is cited, however far behind it stands', async () => {
    const cited = aChunk(7);
    open(`/documents/${DOCUMENT_ID}?chunk=${cited.id}`, aDocument(), {
      [`GET ${path}/chunks`]: ({ query }) =>
        query.get('cursor') === 'more'
          ? pageOf(aChunk(6), cited)
          : { body: { items: [aChunk(0)], nextCursor: 'more' } },
    });
    const chunk = await screen.findByRole('article', { name: 'Chunk 8', current: true });
    within(chunk).getByText('Terms › Payment · page 8');
  });

  it('says where what was cited is no more', async () => {
    open(`/documents/${DOCUMENT_ID}?chunk=${aChunk(9).id}`, aDocument());
    await screen.findByText(/not in this version of the document any more/);
  });

  it('is given new content, and deleted after a question', async () => {
    const user = userEvent.setup();
    const { changes, address } = open(`/documents/${DOCUMENT_ID}?scope=global`, aDocument(), {
      [`PUT ${path}`]: { status: 202, body: aDocument({ version: 2, status: 'queued' }) },
      [`DELETE ${path}`]: { status: 204 },
    });
    const drawer = await screen.findByRole('dialog', { name: 'handbook.pdf' });
    await user.upload(within(drawer).getByLabelText('New content'), new File(['new'], 'new.pdf'));
    await screen.findByText(/Only what has changed is embedded anew/);
    await user.click(within(drawer).getByRole('button', { name: 'Delete' }));
    await user.click(await screen.findByRole('button', { name: 'Delete document' }));
    await waitFor(() => expect(address()).toBe('/documents?scope=global'));
    expect(changes().map(({ method }) => method)).toEqual(['PUT', 'DELETE']);
  });
});

describe('what is told of a document', () => {
  const message = (change: object, type = 'document.progress') => ({
    type,
    data: {
      ...{ documentId: DOCUMENT_ID, version: 1, status: 'embedding' },
      progress: { pages: 3, chunks: 4, embedded: 2 },
      ...change,
    },
  });
  const known = aDocument({ status: 'embedding', progress: { pages: 3, chunks: 4, embedded: 3 } });

  it('never lets its progress go back', () => {
    expect(foldDocument(known, message({})).progress.embedded).toBe(3);
    expect(foldDocument(aDocument({ version: 2 }), message({ status: 'parsing' })).status).toBe('completed');
    expect(foldDocument(known, message({ version: 2 }))).toMatchObject({
      version: 2,
      progress: { embedded: 2 },
    });
  });

  it('takes it off a page once it is deleted', () => {
    const page = { items: [known], nextCursor: null };
    expect(foldPage(page, message({}, 'document.deleted')).items).toEqual([]);
    expect(foldPage(page, message({ documentId: 'another' }, 'document.deleted')).items).toHaveLength(1);
  });

  it('refuses what is empty or too large before it is sent', () => {
    expect(refusalOf({ size: 0 })).toBe('It is empty.');
    expect(refusalOf({ size: DOCUMENT_LIMIT_BYTES + 1 })).toMatch(/at most 25.0 MB/);
    expect(refusalOf({ size: DOCUMENT_LIMIT_BYTES })).toBeUndefined();
  });
});
