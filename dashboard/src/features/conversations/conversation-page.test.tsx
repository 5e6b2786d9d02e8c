/** @jest-environment ./dashboard/testing/browser-environment.mjs */
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';

import type { Conversation, Message, Turn } from '../../../../contracts/conversation.ts';
import { stubBrowser } from '../../../testing/browser-stubs.ts';
import {
  aConversation,
  aMessage,
  anApproval,
  APPROVAL_ID,
  AT,
  aTurn,
  CONVERSATION_ID,
  CRITIC,
  EDITOR,
  later,
} from '../../../testing/builders.ts';
import { type FakeRoutes, problem } from '../../../testing/fake-api.ts';
import { renderRoute } from '../../../testing/render-route.tsx';

beforeAll(stubBrowser);
beforeEach(() => localStorage.clear());

const path = `/conversations/${CONVERSATION_ID}`;
const channel = `conversations/${CONVERSATION_ID}`;
const turnId = `${CONVERSATION_ID}/2`;
const byEditor = { author: { kind: 'agent', id: EDITOR.id, name: 'Editor' } } as const;
const openTurn = (change: Partial<Turn> = {}): Conversation['openTurns'][number] => ({
  ...aTurn(2, { status: 'running', endedAt: null, startedAt: new Date().toISOString(), ...change }),
  text: '',
});

interface Held {
  conversation?: Partial<Conversation>;
  messages?: readonly Message[];
  turns?: readonly Turn[];
  routes?: FakeRoutes;
}

function open({ conversation = {}, messages = [], turns = [], routes = {} }: Held = {}) {
  const held = aConversation({ messages: messages.length, ...conversation });
  const page = renderRoute(path, {
    [`GET ${path}`]: { body: held },
    [`GET ${path}/messages`]: ({ query }) => ({
      body: {
        items: messages.filter(({ sequence }) => sequence > Number(query.get('after'))).slice(0, 100),
        nextCursor: null,
      },
    }),
    [`GET ${path}/turns`]: { body: { items: turns, nextCursor: null } },
    [`POST ${path}/messages`]: { status: 202, body: aMessage(99) },
    ...routes,
  });
  const tell = (type: string, sequence: number, data: Record<string, unknown> = {}) =>
    page.deliver({
      type,
      channel,
      sequence,
      data: { timestamp: later(sequence), conversationId: CONVERSATION_ID, ...data },
    });
  const text = (type: string, data: Record<string, unknown>) =>
    page.deliver({ type, channel, data: { turnId, step: 0, agentId: EDITOR.id, attempt: 1, ...data } });
  const posts = () =>
    page.calls
      .filter((call) => call.method !== 'GET')
      .map(({ path: to, body }) => [to.slice(path.length), body]);
  return { ...page, tell, text, posts };
}
const field = () => screen.findByRole('textbox', { name: 'Message' });
const begun = {
  turnId,
  ...{
    number: 2,
    branch: 0,
    agentId: EDITOR.id,
    agentName: 'Editor',
    purpose: 'speak',
    reason: 'It is next',
  },
};

describe('the page of a conversation', () => {
  it('shows an answer while it is written, who writes and why, and what became of it', async () => {
    const { tell, text, rooms } = open({ messages: [aMessage(1, { content: 'What is tea?' })] });
    await screen.findByText('What is tea?');
    expect(rooms.get(channel)?.after).toBe(10);
    tell('turn.started', 11, begun);
    const speech = await screen.findByRole('article', { name: 'Editor, speaking now' });
    expect(speech.textContent).toContain('It is next');
    text('turn.snapshot', { text: 'Tea is ' });
    text('turn.delta', { offset: 7, text: 'a drink' });
    await within(speech).findByText('Tea is a drink');
    const { id, status, branch } = aMessage(2);
    const done = { messageId: id, status, branch, sequence: 2, content: 'Tea is a **drink**.', turnId };
    tell('message', 12, { ...done, ...byEditor });
    tell('turn.completed', 13, { turnId, messageId: id });
    tell('conversation.idle', 14, { reason: 'done', termination: 'maxTurns' });
    expect((await screen.findByText('drink')).tagName).toBe('STRONG');
    expect(screen.queryByRole('article', { name: 'Editor, speaking now' })).toBeNull();
    await screen.findByText(/As many turns as this conversation allows are done/);
  });

  it('shows after a reload in mid-answer what whoever stayed sees', async () => {
    open({
      messages: [aMessage(1)],
      conversation: { status: 'running', openTurns: [{ ...openTurn(), text: 'Tea is a dr' }] },
    });
    const speech = await screen.findByRole('article', { name: 'Editor, speaking now' });
    await within(speech).findByText('Tea is a dr');
  });

  it('says which texts were stopped, which failed and why', async () => {
    const error = { type: 'Unavailable', message: 'The provider does not answer' };
    open({
      messages: [
        aMessage(1, { ...byEditor, content: 'Half a', status: 'stopped' }),
        aMessage(2, { ...byEditor, content: '', status: 'failed', error }),
      ],
    });
    await screen.findByText(/Stopped here/);
    expect((await screen.findByText(/This turn failed/)).parentElement?.textContent).toContain(
      'The provider does not answer',
    );
  });

  it('sends with Enter, shows the message at once and keeps it where it could not be sent', async () => {
    const user = userEvent.setup();
    const answers = [problem(503, 'Temporarily unavailable'), { status: 202, body: aMessage(1) }];
    const { posts, tell } = open({
      routes: { [`POST ${path}/messages`]: () => answers.shift() ?? { status: 500 } },
    });
    await user.type(await field(), 'Hello{Shift>}{Enter}{/Shift}there{Enter}');
    await screen.findByText('Not sent.');
    await user.click(await screen.findByRole('button', { name: 'Try again' }));
    await waitFor(() => expect(posts()).toHaveLength(2));
    const [first, second] = posts();
    expect(first).toMatchObject(['/messages', { content: 'Hello\nthere', whenBusy: 'queue' }]);
    expect(second).toEqual(first);
    const sent = first?.[1] as { clientMessageId: string };
    const { id, author, status, branch } = aMessage(1);
    const seen = { messageId: id, author, status, branch, sequence: 1, content: 'Hello\nthere' };
    tell('message', 11, { ...seen, clientMessageId: sent.clientMessageId });
    await waitFor(() => expect(screen.queryByText('Sending')).toBeNull());
    expect(screen.getAllByText(/Hello/)).toHaveLength(1);
  });

  it('lets the person choose what becomes of a message while agents speak, and stop them', async () => {
    const user = userEvent.setup();
    const { posts } = open({
      conversation: { status: 'running', openTurns: [openTurn()] },
      routes: { [`POST ${path}/interrupt`]: { status: 202, body: {} } },
    });
    await user.type(await field(), 'Shorter');
    await user.selectOptions(screen.getByLabelText(/A turn is under way/), 'steer');
    await user.keyboard('{Tab}');
    await user.click(screen.getByRole('button', { name: 'Send' }));
    await user.click(screen.getByRole('button', { name: 'Stop' }));
    await waitFor(() => expect(posts()).toHaveLength(2));
    expect(posts()[0]?.[1]).toMatchObject({ content: 'Shorter', whenBusy: 'steer' });
    expect(posts()[1]?.[0]).toBe('/interrupt');
  });

  it('keeps the focus where one writes, after a stop and after an edit', async () => {
    const user = userEvent.setup();
    const { posts } = open({
      messages: [aMessage(1)],
      conversation: { status: 'running', openTurns: [openTurn()] },
      routes: {
        [`POST ${path}/interrupt`]: { status: 202, body: {} },
        [`POST ${path}/branches`]: { status: 202, body: {} },
      },
    });
    await field();
    await user.click(screen.getByRole('button', { name: 'Stop' }));
    expect(document.activeElement).toBe(await field());
    await user.click(await screen.findByRole('button', { name: 'Edit message' }));
    await user.type(await screen.findByRole('textbox', { name: 'Edit message' }), ' more{Enter}');
    await waitFor(() => expect(posts()).toHaveLength(2));
    await waitFor(() =>
      expect(document.activeElement).toBe(screen.getByRole('textbox', { name: 'Message' })),
    );
  });

  it('says of a pause who finishes, and leaves a line where it was asked for', async () => {
    const { tell } = open({ conversation: { status: 'running', openTurns: [openTurn()] } });
    await field();
    tell('conversation.paused', 11, { reason: 'person', by: 'ada@example.org' });
    expect(await screen.findAllByText(/Editor finishes; nobody else begins/)).toHaveLength(2);
    await screen.findByText(/Ada paused the conversation/);
  });

  it('says the same everywhere of a turn that waits for a person', async () => {
    open({ conversation: { status: 'waiting', openTurns: [openTurn({ status: 'waiting' })] } });
    await screen.findByLabelText(/A turn is waiting for a person/);
    // In the header, beside the member and on the turn.
    await waitFor(() => expect(screen.getAllByText('Waiting for a person')).toHaveLength(3));
    expect(screen.queryByText('Speaking')).toBeNull();
  });

  it('says that nobody answers where no agent may speak', async () => {
    open({ conversation: { members: [] } });
    await screen.findByText(/nobody answers/);
    expect(screen.getByRole('link', { name: 'Add an agent' })).toBeDefined();
    expect(within(screen.getByRole('list', { name: 'Also here' })).getByText(/Ada/)).toBeDefined();
  });

  it('says where a name does not choose who speaks', async () => {
    const user = userEvent.setup();
    open({ conversation: { mode: 'review' } });
    await user.type(await field(), '@');
    await screen.findByText('In this mode a name does not choose who speaks');
  });

  it('goes on from the title once it has ended', async () => {
    const { tell } = open();
    await field();
    tell('conversation.ended', 11, { reason: 'person' });
    await screen.findByText('Nobody can write here any more.');
    expect(document.activeElement).toBe(screen.getByRole('heading', { level: 1 }));
  });

  it('completes members after @ and commands after /', async () => {
    const user = userEvent.setup();
    const { posts } = open({ routes: { [`POST ${path}/pause`]: { status: 202, body: {} } } });
    const message = await field();
    await user.type(message, 'Ask @cr');
    await user.click(await screen.findByRole('option', { name: /Critic/ }));
    expect(message).toHaveProperty('value', 'Ask @Critic ');
    await user.clear(message);
    await user.type(message, '/pau{Enter}');
    expect(message).toHaveProperty('value', '/pause');
    await user.type(message, '{Enter}');
    await waitFor(() => expect(posts()).toEqual([['/pause', undefined]]));
    await user.type(message, '/dance{Enter}');
    await screen.findByText(/There is no command \/dance/);
  });

  it('keeps a draft over a reload', async () => {
    const user = userEvent.setup();
    open();
    await user.type(await field(), 'Half a thou');
    document.body.innerHTML = '';
    open();
    expect(await field()).toHaveProperty('value', 'Half a thou');
  });

  it('edits the last message with ↑, as another version', async () => {
    const user = userEvent.setup();
    const { posts } = open({
      messages: [aMessage(1), aMessage(2, byEditor)],
      routes: { [`POST ${path}/branches`]: { status: 202, body: {} } },
    });
    await screen.findByText('Message 2');
    await user.type(await field(), '{ArrowUp}');
    const edited = await screen.findByRole('textbox', { name: 'Edit message' });
    await user.clear(edited);
    await user.type(edited, 'Better{Enter}');
    await waitFor(() =>
      expect(posts()).toEqual([
        ['/branches', { kind: 'edit', messageId: aMessage(1).id, content: 'Better' }],
      ]),
    );
  });

  it('goes to another version of what follows', async () => {
    const user = userEvent.setup();
    const start = aConversation().branches;
    const { posts } = open({
      messages: [aMessage(1, { branch: 1 })],
      conversation: {
        branch: 1,
        branches: [
          ...start,
          { branch: 1, parent: 0, forkedAfter: 0, reason: 'edit', createdBy: 'Ada', createdAt: AT },
        ],
      },
      routes: { [`PATCH ${path}`]: { body: {} } },
    });
    expect(await screen.findByText('2/2')).toBeDefined();
    await user.click(await screen.findByRole('button', { name: 'Version before' }));
    await waitFor(() => expect(posts()).toEqual([['', { branch: 0 }]]));
  });

  it('asks for the approval of a tool call in the turn that waits for it', async () => {
    const user = userEvent.setup();
    const approval = anApproval({
      title: 'May Editor use calculate?',
      conversationId: CONVERSATION_ID,
      ...{ turnId, call: 'tool.0.0', tool: 'calculate', agentName: 'Editor' },
      value: { expression: '1+1' },
    });
    const call = { id: 'tool.0.0', name: 'calculate', arguments: { expression: '1+1' } };
    const { calls } = open({
      conversation: {
        status: 'waiting',
        openTurns: [
          openTurn({
            status: 'waiting',
            toolCalls: [{ ...call, status: 'waiting', approvalId: APPROVAL_ID }],
          }),
        ],
      },
      routes: {
        [`GET /approvals/${APPROVAL_ID}`]: { body: approval },
        [`POST /approvals/${APPROVAL_ID}`]: { body: { ...approval, status: 'approved', canDecide: false } },
      },
    });
    const card = await screen.findByRole('article', { name: 'May Editor use calculate?' });
    await user.click(within(card).getByRole('checkbox', { name: /Always allow here/ }));
    await user.click(within(card).getByRole('button', { name: 'Approve' }));
    await waitFor(() =>
      expect(
        calls.find(({ method, path: to }) => method === 'POST' && to.startsWith('/approvals'))?.body,
      ).toEqual({
        decision: 'approve',
        always: true,
      }),
    );
  });

  it('unfolds what a turn did besides speaking', async () => {
    const user = userEvent.setup();
    const call = {
      id: 'tool.0.0',
      name: 'look_up',
      arguments: { q: 'tea' },
      status: 'completed',
      result: 'a leaf',
    } as const;
    open({
      messages: [aMessage(1, { ...byEditor, turnId: `${CONVERSATION_ID}/1` })],
      turns: [aTurn(1, { toolCalls: [call], purpose: 'draft' })],
    });
    await user.click(await screen.findByRole('button', { name: /Used look_up/ }));
    await screen.findByText('a leaf');
    screen.getByText('Draft');
  });

  it('changes the mode, and ends it after a question', async () => {
    const user = userEvent.setup();
    const { posts } = open({
      routes: { [`PATCH ${path}`]: { body: {} }, [`POST ${path}/end`]: { status: 202, body: {} } },
    });
    await user.selectOptions(await screen.findByRole('combobox', { name: 'Mode' }), 'debate');
    await waitFor(() => expect(posts()).toEqual([['', { mode: 'debate' }]]));
    await user.click(screen.getByRole('button', { name: 'End' }));
    await user.click(await screen.findByRole('button', { name: 'End conversation' }));
    await waitFor(() => expect(posts()[1]?.[0]).toBe('/end'));
  });

  it('offers nothing to write where it has ended or the person reads along', async () => {
    open({ conversation: { status: 'ended', endedAt: AT } });
    await screen.findByText('Nobody can write here any more.');
    expect(screen.queryByRole('textbox', { name: 'Message' })).toBeNull();
    expect(screen.getByText(CRITIC.name)).toBeDefined();
  });

  it('says who else is typing', async () => {
    const { deliver } = open();
    await field();
    deliver({ type: 'typing', channel, data: { userId: EDITOR.id, name: 'Grace', timestamp: AT } });
    await screen.findByText('Grace is typing …');
  });
});
