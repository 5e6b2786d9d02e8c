/** @jest-environment ./dashboard/testing/browser-environment.mjs */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';

import { stubBrowser } from '../../../testing/browser-stubs.ts';
import { AT } from '../../../testing/builders.ts';
import { renderRoute } from '../../../testing/render-route.tsx';

beforeAll(stubBrowser);

function open(names: string[]) {
  const held = new Set(names);
  return renderRoute('/settings/secrets', {
    'GET /secrets': () => ({
      body: { items: [...held].map((name) => ({ name, updatedAt: AT })), nextCursor: null },
    }),
    'PUT /secrets/HOOK': () => {
      held.add('HOOK');
      return { status: 204 };
    },
    'DELETE /secrets/OLD': () => {
      held.delete('OLD');
      return { status: 204 };
    },
  });
}

describe('secrets', () => {
  it('are set by name, and their value is forgotten at once', async () => {
    const user = userEvent.setup();
    const { calls } = open([]);
    await user.type(await screen.findByLabelText('Name'), 'HOOK');
    await user.type(screen.getByLabelText('Value'), 's3cr3t');
    await user.click(screen.getByRole('button', { name: 'Set secret' }));
    expect(await screen.findByText('HOOK is set.')).toBeDefined();
    expect(calls.find((call) => call.method === 'PUT')?.body).toEqual({ value: 's3cr3t' });
    expect(screen.getByLabelText<HTMLInputElement>('Value').value).toBe('');
    expect(await screen.findByRole('cell', { name: 'HOOK' })).toBeDefined();
  });

  it('must have a name that expressions can use', async () => {
    const user = userEvent.setup();
    const { calls } = open([]);
    await user.type(await screen.findByLabelText('Name'), 'my hook');
    await user.click(screen.getByRole('button', { name: 'Set secret' }));
    expect(await screen.findByText(/^Letters, digits and _/)).toBeDefined();
    expect(screen.getByText('Fill this in.')).toBeDefined();
    expect(calls.some((call) => call.method === 'PUT')).toBe(false);
  });

  it('are deleted after being asked', async () => {
    const user = userEvent.setup();
    open(['OLD']);
    await user.click(await screen.findByRole('button', { name: 'Delete OLD' }));
    await user.click(
      within(await screen.findByRole('alertdialog')).getByRole('button', { name: 'Delete secret' }),
    );
    expect(await screen.findByText('OLD is deleted.')).toBeDefined();
    await waitFor(() => expect(screen.queryByRole('cell', { name: 'OLD' })).toBeNull());
  });
});
