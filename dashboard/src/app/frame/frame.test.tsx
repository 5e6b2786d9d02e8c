/** @jest-environment ./dashboard/testing/browser-environment.mjs */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';

import { stubBrowser } from '../../../testing/browser-stubs.ts';
import { aRun, aSession } from '../../../testing/builders.ts';
import { renderRoute } from '../../../testing/render-route.tsx';

beforeAll(stubBrowser);

const TEAM_AND_WORK = [
  'Home',
  'Inbox',
  'Agents',
  'Circles',
  'Conversations',
  'Pipelines',
  'Runs',
  'Memory',
  'Documents',
  'Costs',
];

describe('the frame', () => {
  it('shows only the areas that the person may read', async () => {
    const { session } = renderRoute('/pipelines', {});
    const navigation = await screen.findByRole('navigation', { name: 'Main' });
    const areas = () =>
      within(navigation)
        .getAllByRole('link')
        .map((link) => link.textContent);
    expect(areas()).toEqual([...TEAM_AND_WORK, 'Audit', 'Secrets', 'Embeddings', 'Users']);
    const viewer = { ...aSession().user, role: 'viewer' as const };
    act(() => session.getState().signIn(aSession({ user: viewer })));
    expect(areas()).toEqual([...TEAM_AND_WORK, 'Embeddings']);
  });

  it('says since when the connection is lost and when it is tried again', async () => {
    const { show } = renderRoute('/pipelines', {});
    await screen.findByRole('heading', { name: 'Pipelines' });
    act(() => show({ phase: 'offline', since: Date.now(), nextAttemptAt: Date.now() + 4000 }));
    expect(await screen.findByText(/^No connection since/)).toBeDefined();
    expect(screen.getByText('Next attempt in 4 s.')).toBeDefined();
    act(() => show({ phase: 'open', restored: { after: 5000, events: 3 } }));
    expect(await screen.findByText('Connected again after 5.0 s. 3 events came in meanwhile.')).toBeDefined();
  });

  it('opens the palette by Ctrl-K and goes where one types', async () => {
    const user = userEvent.setup();
    const { address } = renderRoute('/pipelines', {
      'GET /runs': { body: { items: [aRun()], nextCursor: null } },
    });
    await screen.findByRole('heading', { name: 'Pipelines' });
    await user.keyboard('{Control>}k{/Control}');
    await user.type(await screen.findByPlaceholderText(/^Search pages/), 'agents{Enter}');
    await waitFor(() => expect(address()).toBe('/agents'));
  });

  it('forgets the person who signs out', async () => {
    const user = userEvent.setup();
    const { session, address, calls } = renderRoute('/pipelines', { 'POST /auth/logout': { status: 204 } });
    await user.click(await screen.findByRole('button', { name: 'Account of Ada' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Sign out' }));
    await waitFor(() => expect(address()).toMatch(/^\/sign-in/));
    expect(session.getState().session).toBeNull();
    expect(calls.find((call) => call.path === '/auth/logout')?.body).toEqual({ refreshToken: 'refresh-1' });
  });

  it('says so at an address where nothing is', async () => {
    renderRoute('/nothing', {});
    expect(await screen.findByRole('heading', { name: 'There is nothing at this address' })).toBeDefined();
  });
});
