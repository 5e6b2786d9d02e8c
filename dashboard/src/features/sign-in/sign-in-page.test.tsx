/** @jest-environment ./dashboard/testing/browser-environment.mjs */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';

import { stubBrowser } from '../../../testing/browser-stubs.ts';
import { aSession } from '../../../testing/builders.ts';
import { problem } from '../../../testing/fake-api.ts';
import { renderRoute } from '../../../testing/render-route.tsx';

beforeAll(stubBrowser);

describe('signing in', () => {
  it('leads back to where one wanted to go', async () => {
    const user = userEvent.setup();
    const { address, calls } = renderRoute(
      '/runs?status=failed',
      { 'POST /auth/login': { body: aSession() } },
      { signedIn: false },
    );
    await user.type(await screen.findByLabelText('Email'), ' ada@example.org');
    await user.type(screen.getByLabelText('Password'), 'password1');
    await user.click(screen.getByRole('button', { name: 'Sign in' }));
    await waitFor(() => expect(address()).toBe('/runs?status=failed'));
    expect(calls.find((call) => call.path === '/auth/login')?.body).toEqual({
      email: 'ada@example.org',
      password: 'password1',
    });
  });

  it('says in words when the password is wrong, and keeps the email', async () => {
    const user = userEvent.setup();
    renderRoute('/sign-in', { 'POST /auth/login': problem(401, 'Sign in first') }, { signedIn: false });
    await user.type(await screen.findByLabelText('Email'), 'ada@example.org');
    await user.type(screen.getByLabelText('Password'), 'wrong');
    await user.click(screen.getByRole('button', { name: 'Sign in' }));
    expect((await screen.findByRole('alert')).textContent).toContain('do not go together');
    expect(screen.getByLabelText<HTMLInputElement>('Email').value).toBe('ada@example.org');
  });

  it('spends a one-time link once and goes to Home', async () => {
    const { address, calls } = renderRoute(
      '/sign-in?token=abc',
      { 'POST /auth/sign-in-link': { body: aSession() } },
      { signedIn: false },
    );
    await waitFor(() => expect(address()).toBe('/'));
    expect(calls.filter((call) => call.path === '/auth/sign-in-link').map((call) => call.body)).toEqual([
      { token: 'abc' },
    ]);
  });

  it('offers the form when a link was used already', async () => {
    renderRoute(
      '/sign-in?token=old',
      { 'POST /auth/sign-in-link': problem(401, 'Sign in first') },
      { signedIn: false },
    );
    expect((await screen.findByRole('alert')).textContent).toContain('This link was used already');
    expect(screen.getByLabelText('Email')).toBeDefined();
  });
});
