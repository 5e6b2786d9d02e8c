/** @jest-environment ./dashboard/testing/browser-environment.mjs */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';

import type { Circle } from '../../../../contracts/circle.ts';
import { ConversationSettings, type Termination } from '../../../../contracts/conversation-settings.ts';
import { stubBrowser } from '../../../testing/browser-stubs.ts';
import { aCircle, ADA_ID, aSession, CIRCLE_ID, CRITIC, EDITOR } from '../../../testing/builders.ts';
import { type FakeRoutes, problem } from '../../../testing/fake-api.ts';
import { renderRoute } from '../../../testing/render-route.tsx';
import { circleOf, draftOf } from './circle-draft.ts';

beforeAll(stubBrowser);

const path = `/circles/${CIRCLE_ID}`;

function open(at: string, routes: FakeRoutes = {}, circle: Circle = aCircle()) {
  const page = renderRoute(at, {
    'GET /circles': { body: { items: [circle], nextCursor: null } },
    [`GET ${path}`]: { body: circle },
    ...routes,
  });
  const changes = () => page.calls.filter(({ method }) => method !== 'GET');
  return { ...page, changes };
}

describe('a circle in a form', () => {
  const settings = (termination: Termination, more: Partial<ConversationSettings> = {}) =>
    ConversationSettings.parse({ termination, ...more });

  it.each<Termination>([
    { kind: 'maxTurns', turns: 3 },
    { any: [{ kind: 'maxTurns', turns: 3 }, { kind: 'maxCost', usd: 0.5 }, { kind: 'consensus' }] },
    { all: [{ kind: 'maxTurns', turns: 3 }, { kind: 'consensus' }] },
    {
      any: [
        { kind: 'maxTurns', turns: 3 },
        { kind: 'idle', duration: '2 days' },
      ],
    },
    { kind: 'external' },
  ])('keeps when it is over, %j, whether the form shows it or not', (termination) => {
    const circle = aCircle({ settings: settings(termination) });
    const result = circleOf(draftOf(circle), circle);
    const held = result.ok ? result.circle.settings.termination : undefined;
    expect([termination, { any: [termination] }]).toContainEqual(held);
  });

  it('keeps the sides of a debate, by name', () => {
    const circle = aCircle({
      mode: 'debate',
      settings: settings({ kind: 'external' }, { sides: [[EDITOR.id], [CRITIC.name]] }),
    });
    const result = circleOf(draftOf(circle), circle);
    expect(result.ok && result.circle.settings.sides).toEqual([['Editor'], ['Critic']]);
  });

  it('names each control that is wrong', () => {
    const draft = { ...draftOf(null), name: '!', turnTimeout: 'soon', rounds: 'many' };
    const result = circleOf(draft, null);
    expect(Object.keys(result.ok ? {} : result.errors).sort()).toEqual(['name', 'rounds', 'turnTimeout']);
  });
});

describe('the pages of circles', () => {
  it('make a circle and go there', async () => {
    const user = userEvent.setup();
    const { changes, address } = open('/circles/new', {
      'POST /circles': { status: 201, body: aCircle() },
    });
    await user.type(await screen.findByRole('textbox', { name: 'Name' }), 'Editorial team');
    await user.selectOptions(screen.getByRole('combobox', { name: 'Mode' }), 'review');
    await user.click(screen.getByRole('button', { name: 'Create circle' }));
    await waitFor(() => expect(address()).toBe(path));
    expect(changes()[0]?.body).toMatchObject({ name: 'Editorial team', mode: 'review' });
  });

  it('say what the API refuses, where it stands', async () => {
    const user = userEvent.setup();
    open('/circles/new', {
      'POST /circles': problem(422, 'Not valid', [{ path: 'name', message: 'is taken already' }]),
    });
    await user.type(await screen.findByRole('textbox', { name: 'Name' }), 'Editorial team');
    await user.click(screen.getByRole('button', { name: 'Create circle' }));
    await screen.findByText('is taken already');
  });

  it('change a circle only if nobody else has since', async () => {
    const user = userEvent.setup();
    const { changes } = open(`${path}/edit`, { [`PUT ${path}`]: problem(412, 'Changed meanwhile') });
    const dialog = await screen.findByRole('dialog', { name: 'Edit Editorial team' });
    await user.click(within(dialog).getByRole('button', { name: 'Save circle' }));
    await within(dialog).findByText('Changed meanwhile');
    expect(changes()[0]?.headers['if-match']).toBe('"1"');
  });

  it('give members roles, take them out, and show what was talked about', async () => {
    const user = userEvent.setup();
    const { changes } = open(path, {
      [`PUT ${path}/members/${EDITOR.id}`]: { body: aCircle() },
      [`DELETE ${path}/members/${CRITIC.id}`]: { status: 204 },
    });
    await user.selectOptions(await screen.findByRole('combobox', { name: 'Role of Editor' }), 'judge');
    await user.click(screen.getByRole('button', { name: 'Take Critic out' }));
    await waitFor(() => expect(changes()).toHaveLength(2));
    expect(changes()[0]?.body).toEqual({ kind: 'agent', role: 'judge' });
    await screen.findByText(/Nothing has been talked about yet/);
    expect(screen.getByRole('link', { name: 'Start conversation' }).getAttribute('href')).toContain(
      CIRCLE_ID,
    );
  });

  it('begin nothing in a circle without agents, and lead to its members', async () => {
    const user = userEvent.setup();
    open(path, {}, aCircle({ agents: 0, members: [] }));
    expect(await screen.findByRole('button', { name: 'Start conversation' })).toHaveProperty(
      'disabled',
      true,
    );
    screen.getByText('Add an agent first');
    await user.click(screen.getByRole('button', { name: 'Add an agent' }));
    expect(document.activeElement).toBe(screen.getByRole('combobox', { name: 'Who' }));
  });

  it('say in the form too that a circle without agents does not answer', async () => {
    open(`/conversations/new?circle=${CIRCLE_ID}`, {}, aCircle({ agents: 0, members: [] }));
    await screen.findByText(/Add an agent first/);
    expect(screen.getByRole('button', { name: 'Start conversation' })).toHaveProperty('disabled', true);
  });

  it('keep the focus where members are chosen once one is added', async () => {
    const user = userEvent.setup();
    const added = aCircle();
    const empty = aCircle({ agents: 0, members: [] });
    const { changes } = open(
      path,
      {
        'GET /users': { body: { items: [aSession().user], nextCursor: null } },
        [`PUT ${path}/members/${ADA_ID}`]: { body: added },
      },
      empty,
    );
    const who = await screen.findByRole('combobox', { name: 'Who' });
    await within(who).findByRole('option', { name: /Ada/ });
    await user.selectOptions(who, `user:${ADA_ID}`);
    await user.click(screen.getByRole('button', { name: 'Add' }));
    await waitFor(() => expect(changes()).toHaveLength(1));
    await waitFor(() => expect(document.activeElement).toBe(who));
  });
});
