/** @jest-environment ./dashboard/testing/browser-environment.mjs */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';

import { type Agent, CreateAgent } from '../../../../contracts/agent.ts';
import { stubBrowser } from '../../../testing/browser-stubs.ts';
import { AT, PIPELINE_ID as AGENT_ID } from '../../../testing/builders.ts';
import { type FakeRoutes, problem } from '../../../testing/fake-api.ts';
import { renderRoute } from '../../../testing/render-route.tsx';

beforeAll(stubBrowser);

const editor: Agent = {
  id: AGENT_ID,
  name: 'editor',
  role: 'Writes reports',
  persona: 'editor',
  provider: 'demo',
  model: 'demo',
  personality: { traits: ['calm', 'clear'], tone: 'warm', style: 'short sentences' },
  instructions: 'Write.',
  tools: ['calculator'],
  approveTools: [],
  memoryScopes: ['global'],
  limits: { maxSteps: 12, maxTokens: 1000, maxCostUsd: 1, maxSeconds: 60 },
  version: 4,
  createdAt: AT,
  updatedAt: AT,
};

function open(routes: FakeRoutes = {}) {
  const tool = { name: 'calculator', description: 'Calculates.', permission: 'none', inputSchema: {} };
  return renderRoute(`/agents/${AGENT_ID}`, {
    'GET /agents': { body: { items: [editor], nextCursor: null } },
    [`GET /agents/${AGENT_ID}`]: { body: editor },
    'GET /tools': { body: { items: [tool], nextCursor: null } },
    ...routes,
  });
}

const pick = (object: object, names: readonly string[]) =>
  Object.fromEntries(Object.entries(object).filter(([name]) => names.includes(name)));

describe('the form of an agent', () => {
  it('changes what was changed, keeps the rest, closes and says so', async () => {
    const user = userEvent.setup();
    const saved = { ...editor, version: 5 };
    const { calls, address } = open({ [`PUT /agents/${AGENT_ID}`]: { body: saved } });
    const tone = await screen.findByRole('textbox', { name: /^Tone/ });
    await user.clear(tone);
    await user.type(tone, 'dry');
    await user.click(screen.getByRole('button', { name: 'Save agent' }));
    await waitFor(() => expect(address()).toBe('/agents'));
    expect(await screen.findByText(/^editor is saved/)).toBeDefined();
    const put = calls.find((call) => call.method === 'PUT');
    const changed = { ...editor, personality: { ...editor.personality, tone: 'dry' } };
    expect(put?.body).toEqual(CreateAgent.parse(pick(changed, Object.keys(CreateAgent.shape))));
    expect(put?.headers['if-match']).toBe('"4"');
  });

  it('says so when somebody else changed it meanwhile, and keeps what was typed', async () => {
    const user = userEvent.setup();
    open({ [`PUT /agents/${AGENT_ID}`]: problem(412, 'Changed meanwhile') });
    await user.type(await screen.findByRole('textbox', { name: /^Tone/ }), 'er');
    await user.click(screen.getByRole('button', { name: 'Save agent' }));
    expect((await screen.findByRole('alert')).textContent).toContain('Somebody changed it meanwhile');
    expect(screen.getByRole<HTMLInputElement>('textbox', { name: /^Tone/ }).value).toBe('warmer');
  });

  it('names what is wrong beside its field', async () => {
    const user = userEvent.setup();
    const { calls } = open();
    await user.clear(await screen.findByRole('textbox', { name: 'Role' }));
    await user.clear(screen.getByRole('textbox', { name: 'Steps' }));
    await user.click(screen.getByRole('button', { name: 'Save agent' }));
    expect(await screen.findByText('Fill this in.')).toBeDefined();
    expect(screen.getByRole('textbox', { name: 'Steps' }).getAttribute('aria-invalid')).toBe('true');
    expect(calls.some((call) => call.method === 'PUT')).toBe(false);
  });

  it('deletes after being asked, and goes back to the list', async () => {
    const user = userEvent.setup();
    const { address } = open({ [`DELETE /agents/${AGENT_ID}`]: { status: 204 } });
    await user.click(await screen.findByRole('button', { name: 'Delete agent' }));
    await user.click(
      within(await screen.findByRole('alertdialog')).getByRole('button', { name: 'Delete agent' }),
    );
    await waitFor(() => expect(address()).toBe('/agents'));
    expect(await screen.findByText('editor is deleted.')).toBeDefined();
  });
});
