/** @jest-environment ./dashboard/testing/browser-environment.mjs */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';

import type { Budget } from '../../../../contracts/budget.ts';
import type { CostRow, LedgerEntry } from '../../../../contracts/ledger.ts';
import { stubBrowser } from '../../../testing/browser-stubs.ts';
import { AT } from '../../../testing/builders.ts';
import { type FakeCall, type FakeRoutes, problem } from '../../../testing/fake-api.ts';
import { renderRoute } from '../../../testing/render-route.tsx';
import { daysIn, periodOf, readFilters, writeFilters } from './filters.ts';

beforeAll(stubBrowser);

const AGENT_ID = '01970000-0000-7000-8000-0000000000a1';
const CONVERSATION_ID = '01970000-0000-7000-8000-0000000000c1';
const pageOf = (...items: unknown[]) => ({ body: { items, nextCursor: null } });
const aRow = (change: Partial<CostRow>): CostRow => ({
  ...{ key: AGENT_ID, name: 'Ada', calls: 3, inputTokens: 1_000, outputTokens: 234, cachedInputTokens: 0 },
  ...{ reasoningTokens: 0, costUsd: 0.5 },
  ...change,
});
const aBudget = (change: Partial<Budget> = {}): Budget => ({
  ...{ scope: 'agent', id: AGENT_ID, name: 'Ada', tokens: null, usd: 2, used: { tokens: 1_234, usd: 1.7 } },
  ...{ reserved: { tokens: 0, usd: 0 }, updatedBy: 'ada@example.org', updatedAt: AT },
  ...change,
});
const anEntry = (change: Partial<LedgerEntry> = {}): LedgerEntry => ({
  ...{
    id: AGENT_ID,
    key: 'k',
    attempt: 1,
    conversationId: CONVERSATION_ID,
    turn: 4,
    runId: null,
    agentId: AGENT_ID,
  },
  ...{
    agentName: 'Ada',
    circleId: null,
    provider: 'openai',
    model: 'gpt-5',
    outcome: 'completed',
    estimated: false,
  },
  ...{
    inputTokens: 10,
    outputTokens: 5,
    cachedInputTokens: 0,
    reasoningTokens: 0,
    costUsd: 0.25,
    startedAt: AT,
  },
  ...{ endedAt: AT, latencyMs: 1_200, firstTokenMs: 300, error: null },
  ...change,
});
const costs = ({ query }: FakeCall) => {
  const today = new Date().toISOString().slice(0, 10);
  return query.get('by') === 'day' ? pageOf(aRow({ key: today, name: today })) : pageOf(aRow({}));
};
const open = (path = '/costs', routes: FakeRoutes = {}) =>
  renderRoute(path, {
    'GET /costs': costs,
    'GET /ledger': pageOf(anEntry()),
    'GET /budgets': pageOf(aBudget()),
    'GET /agents': pageOf(),
    ...routes,
  });

describe('the costs', () => {
  it('are shown by day and by agent, in dollars or in tokens', async () => {
    const user = userEvent.setup();
    const { address } = open();
    expect(await screen.findByRole('img', { name: /^Cost by day .* \$0.50 in all$/ })).toBeTruthy();
    const table = await screen.findByRole('table', { name: 'Agents' });
    expect(within(table).getByRole('link', { name: 'Ada' }).getAttribute('href')).toBe(`/agents/${AGENT_ID}`);
    expect(within(table).getByText('1,234')).toBeTruthy();
    await user.selectOptions(screen.getByRole('combobox', { name: 'Counted in' }), 'Tokens');
    expect(await screen.findByRole('img', { name: /^Tokens by day .* 1,234 in all$/ })).toBeTruthy();
    expect(address()).toBe('/costs?in=tokens');
  });

  it('are asked for of the period that stands in the address', async () => {
    const { calls } = open('/costs?by=model&days=7');
    await screen.findByRole('table', { name: 'Models' });
    const asked = calls.filter(({ path, query }) => path === '/costs' && query.get('by') === 'model');
    const { from, to } = periodOf(7, Date.now());
    expect(asked.map(({ query }) => [query.get('from'), query.get('to')])).toContainEqual([from, to]);
  });

  it('stand call by call in the ledger, with what was only estimated said so', async () => {
    open('/costs?by=calls', {
      'GET /ledger': pageOf(anEntry({ outcome: 'lost', estimated: true, attempt: 2 })),
    });
    const table = await screen.findByRole('table', { name: 'Calls' });
    expect(within(table).getByText(/Lost with its worker/)).toBeTruthy();
    expect(within(table).getByText('(attempt 2)')).toBeTruthy();
    expect(within(table).getByText('≈ $0.25')).toBeTruthy();
    expect(within(table).getByRole('link', { name: 'Turn 4' }).getAttribute('href')).toBe(
      `/conversations/${CONVERSATION_ID}`,
    );
  });

  it('are shown in tokens where nothing cost anything, and say where no price is known', async () => {
    const rows = ['ollama/llama3', 'demo/demo'].map((key) => aRow({ key, name: key, costUsd: 0 }));
    open('/costs?by=model', {
      'GET /costs': ({ query }) => pageOf(...(query.get('by') === 'day' ? [] : rows)),
    });
    const table = await screen.findByRole('table', { name: 'Models' });
    const textOf = (name: RegExp) => within(table).getByRole('row', { name }).textContent;
    expect(textOf(/ollama/)).toMatch(/no price known$/);
    expect(textOf(/demo/)).toMatch(/\$0$/);
    expect(within(table).getByTitle(/prices\.yaml/)).toBeTruthy();
    expect(await screen.findByRole('img', { name: /^Tokens by day/ })).toBeTruthy();
  });

  it('say so where nothing was used, and where they cannot be had', async () => {
    open('/costs', { 'GET /costs': pageOf() });
    expect(await screen.findByRole('heading', { name: 'Nothing was used in this time' })).toBeTruthy();
  });

  it('say what went wrong, and can be asked for again', async () => {
    open('/costs', { 'GET /costs': problem(503, 'Temporarily unavailable') });
    expect((await screen.findAllByRole('button', { name: 'Try again' })).length).toBeGreaterThan(0);
  });
});

describe('a budget', () => {
  it('shows how much of it is used', async () => {
    open();
    const meter = await screen.findByRole('meter', { name: 'Agent Ada' });
    expect(meter.getAttribute('aria-valuenow')).toBe('85');
    expect(meter.getAttribute('aria-valuetext')).toBe('$1.70 of $2.00');
  });

  it('says at the field what is missing, and of which', async () => {
    const user = userEvent.setup();
    const { calls } = open('/costs/budgets/new');
    const usd = await screen.findByRole('textbox', { name: /^US dollars/ });
    const tokens = screen.getByRole('textbox', { name: /^Tokens/ });
    expect(document.activeElement).toBe(screen.getByRole('combobox', { name: 'Of what' }));
    await user.click(screen.getByRole('button', { name: 'Save budget' }));
    await screen.findByText(/of whole tokens, or of both/);
    expect([usd, tokens].map((field) => field.ariaInvalid)).toEqual(['true', null]);
    await user.type(tokens, '1.5');
    await user.click(screen.getByRole('button', { name: 'Save budget' }));
    await screen.findByText(/Give a whole number/);
    expect([usd, tokens].map((field) => field.ariaInvalid)).toEqual([null, 'true']);
    expect(calls.some(({ method }) => method === 'PUT')).toBe(false);
  });

  it('is set for each day', async () => {
    const user = userEvent.setup();
    const { calls, address } = open('/costs/budgets/new', { 'PUT /budgets/day/every': { body: {} } });
    await user.type(await screen.findByRole('textbox', { name: /^US dollars/ }), 'five');
    await user.click(screen.getByRole('button', { name: 'Save budget' }));
    await screen.findByText(/Give a number/);
    await user.clear(screen.getByRole('textbox', { name: /^US dollars/ }));
    await user.type(screen.getByRole('textbox', { name: /^US dollars/ }), '5');
    await user.click(screen.getByRole('button', { name: 'Save budget' }));
    await waitFor(() => expect(address()).toBe('/costs'));
    expect(calls.filter(({ method }) => method === 'PUT').map(({ body }) => body)).toEqual([
      { usd: 5, tokens: null },
    ]);
  });

  it('is changed and deleted', async () => {
    const user = userEvent.setup();
    const path = `/budgets/agent/${AGENT_ID}`;
    const { calls, address } = open(`/costs${path}`, { [`DELETE ${path}`]: { status: 204 } });
    const usd = await screen.findByRole('textbox', { name: /^US dollars/ });
    expect(usd).toHaveProperty('value', '2');
    await user.click(screen.getByRole('button', { name: 'Delete' }));
    await user.click(await screen.findByRole('button', { name: 'Delete budget' }));
    await waitFor(() => expect(address()).toBe('/costs'));
    expect(calls.filter(({ method }) => method === 'DELETE')).toHaveLength(1);
  });
});

describe('the address', () => {
  it('keeps what is shown, and leaves out what is as usual', () => {
    for (const search of ['', 'by=model', 'by=calls&days=90', 'days=7&in=tokens']) {
      expect(new URLSearchParams(writeFilters(readFilters(new URLSearchParams(search)))).toString()).toBe(
        search,
      );
    }
    expect(readFilters(new URLSearchParams('by=moon&days=8&in=gold'))).toEqual({
      by: 'agent',
      days: 30,
      measure: 'cost',
    });
  });

  it('names every day of a period', () => {
    expect(daysIn({ from: '2026-02-27', to: '2026-03-01' })).toEqual([
      '2026-02-27',
      '2026-02-28',
      '2026-03-01',
    ]);
    expect(daysIn(periodOf(30, Date.parse(AT)))).toHaveLength(30);
  });
});
