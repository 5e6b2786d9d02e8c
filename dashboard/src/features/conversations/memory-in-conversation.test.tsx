/** @jest-environment ./dashboard/testing/browser-environment.mjs */
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { screen, waitFor, within } from '@testing-library/react';

import type { Message } from '../../../../contracts/conversation.ts';
import type { Citation } from '../../../../contracts/knowledge.ts';
import { stubBrowser } from '../../../testing/browser-stubs.ts';
import { aConversation, aMessage, CONVERSATION_ID, EDITOR, later } from '../../../testing/builders.ts';
import type { FakeRoutes } from '../../../testing/fake-api.ts';
import { aMemory, DOCUMENT_ID, MEMORY_ID } from '../../../testing/memory-builders.ts';
import { renderRoute } from '../../../testing/render-route.tsx';
import { beginOf } from './queries.ts';

beforeAll(stubBrowser);
beforeEach(() => localStorage.clear());

const path = `/conversations/${CONVERSATION_ID}`;
const channel = `conversations/${CONVERSATION_ID}`;
const byEditor = { author: { kind: 'agent', id: EDITOR.id, name: 'Editor' } } as const;
const CHUNK_ID = MEMORY_ID;
const citation: Citation = {
  ...{ number: 2, chunkId: CHUNK_ID, documentId: DOCUMENT_ID, documentName: 'handbook.pdf' },
  ...{ page: 4, headings: ['Terms', 'Payment'] },
};
const PLACE = `/documents/${DOCUMENT_ID}?chunk=${CHUNK_ID}`;

function open(
  messages: readonly Message[],
  { at = path, routes = {} }: { at?: string; routes?: FakeRoutes } = {},
) {
  const page = renderRoute(at, {
    [`GET ${path}`]: { body: aConversation({ messages: messages.at(-1)?.sequence ?? 0 }) },
    [`GET ${path}/messages`]: ({ query }) => ({
      body: {
        items: messages.filter(({ sequence }) => sequence > Number(query.get('after'))).slice(0, 100),
        nextCursor: null,
      },
    }),
    [`GET ${path}/turns`]: { body: { items: [], nextCursor: null } },
    ...routes,
  });
  const tell = (type: string, sequence: number, data: Record<string, unknown> = {}) =>
    page.deliver({
      ...{ type, channel, sequence },
      data: { timestamp: later(sequence), conversationId: CONVERSATION_ID, ...data },
    });
  return { ...page, tell };
}

describe('what an agent cites', () => {
  const content = 'Within 30 days [2], others say [7].\n\n`code [2]`\n\n[2]: handbook.pdf';

  it('leads to the place in the document; unknown numbers and code stay text', async () => {
    open([aMessage(1, { ...byEditor, content, citations: [citation] })]);
    const speech = await screen.findByRole('article', { name: 'Editor' });
    const name = 'Citation 2: handbook.pdf, Terms › Payment, page 4';
    const links = await within(speech).findAllByRole('link', { name });
    expect(links.map((link) => link.getAttribute('href'))).toEqual([PLACE]);
    expect(speech.textContent).toContain('others say [7].');
    expect(within(speech).getByText('code [2]').tagName).toBe('CODE');
    const sources = within(speech).getByRole('list', { name: 'Sources' });
    expect(within(sources).getByRole('link').getAttribute('href')).toBe(PLACE);
  });

  it('is there as soon as the message is', async () => {
    const { tell } = open([aMessage(1)]);
    await screen.findByText('Message 1');
    const { id, status, branch } = aMessage(2);
    const said = { messageId: id, status, branch, sequence: 2, content: 'Within 30 days [2].', ...byEditor };
    tell('message', 11, { ...said, citations: [citation] });
    const speech = await screen.findByRole('article', { name: 'Editor' });
    await within(speech).findByRole('link', { name: /^Citation 2/ });
  });
});

describe('what is remembered of a conversation', () => {
  it('is told in one quiet line, and stands beside it', async () => {
    let remembered = false;
    const routes: FakeRoutes = {
      'GET /memories': ({ query }) => ({
        body: {
          items: remembered && query.get('conversationId') === CONVERSATION_ID ? [aMemory()] : [],
          nextCursor: null,
        },
      }),
    };
    const { tell } = open([aMessage(1)], { routes });
    await screen.findByText(/Nothing yet\. Agents with memory scopes/);
    remembered = true;
    const memories = [{ id: MEMORY_ID, kind: 'fact', scope: { kind: 'global' } }];
    tell('memory.remembered', 11, { kind: 'facts', branch: 0, until: 1, memories });
    const line = await screen.findByRole('link', { name: 'remembered 1 thing of this' });
    expect(line.getAttribute('href')).toBe(`/memory?conversation=${CONVERSATION_ID}`);
    const fact = await screen.findByRole('link', { name: 'The deadline is 1 June.' });
    expect(fact.getAttribute('href')).toBe(`/memory/${MEMORY_ID}`);
  });

  it('says why nothing was', async () => {
    const { tell } = open([aMessage(1)]);
    await screen.findByText('Message 1');
    tell('memory.skipped', 11, { kind: 'facts', branch: 0, until: 1, reason: 'a budget is reached' });
    await screen.findByText(/remembered nothing of this: a budget is reached/);
  });
});

describe('a place in what was said', () => {
  const many = Array.from({ length: 300 }, (_, place) => aMessage(place + 1));

  it('is gone to by its address', async () => {
    const { calls } = open(many, { at: `${path}?branch=0&message=30` });
    await screen.findByText('Message 30');
    const asked = calls.filter((call) => call.path === `${path}/messages`);
    await waitFor(() => expect(asked[0]?.query.get('after')).toBe('10'));
  });

  it('is asked for only as far back as can be shown at once', () => {
    expect(beginOf(50)).toBe(0);
    expect(beginOf(300)).toBe(200);
    expect(beginOf(300, 290)).toBe(200);
    expect(beginOf(300, 30)).toBe(10);
    expect(beginOf(9_000, 30)).toBe(7_000);
  });
});
