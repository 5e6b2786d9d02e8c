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
    ...PREVIEW,
    ...routes,
  });
}

const PREVIEW: FakeRoutes = { 'POST /agents/prompt-preview': { body: { systemPrompt: 'Prompt' } } };
const TALK = '01890000-0000-7000-8000-000000000099';
const pick = (object: object, names: readonly string[]) =>
  Object.fromEntries(Object.entries(object).filter(([name]) => names.includes(name)));

const persona = (name: string) => ({
  ...{ name, role: `${name} of things`, summary: `Is a ${name}.`, instructions: `Be a ${name}.` },
  ...{
    personality: { traits: ['calm'], tone: 'dry', style: 'short' },
    tools: ['calculator'],
    approveTools: [],
  },
});
const PERSONAS: FakeRoutes = {
  ...PREVIEW,
  'GET /personas': { body: { items: [persona('critic'), persona('planner')], nextCursor: null } },
  'GET /tools': {
    body: {
      items: [{ name: 'calculator', description: 'Calculates.', permission: 'none', inputSchema: {} }],
      nextCursor: null,
    },
  },
};

describe('a new agent', () => {
  it('is made from a persona, under its name or another', async () => {
    const user = userEvent.setup();
    const { calls, address } = renderRoute('/agents/new', {
      ...PERSONAS,
      'POST /agents': (call) => ({ status: 201, body: { ...editor, ...Object(call.body) } }),
    });
    await user.type(await screen.findByRole('searchbox', { name: 'Search personas' }), 'plan');
    expect(within(screen.getByRole('list', { name: 'Personas' })).getAllByRole('listitem')).toHaveLength(1);
    await user.click(screen.getByRole('button', { name: /^planner/ }));
    await user.type(await screen.findByRole('textbox', { name: 'Name' }), '-2');
    await user.type(screen.getByRole('combobox', { name: 'Model' }), 'demo');
    await user.click(
      screen.getByRole('checkbox', { name: /^Ask a person each time, in conversations.*calculator$/ }),
    );
    await user.click(screen.getByRole('button', { name: 'Create agent' }));
    await waitFor(() => expect(address()).toBe('/agents'));
    expect(calls.find(({ method, path }) => method === 'POST' && path === '/agents')?.body).toMatchObject({
      ...{ name: 'planner-2', persona: 'planner', instructions: 'Be a planner.' },
      ...{ personality: { traits: ['calm'], tone: 'dry', style: 'short' }, approveTools: ['calculator'] },
      memoryScopes: ['global', 'circle', 'agent', 'conversation'],
    });
  });

  it('thinks with the first model that is connected; what is not connected comes last', async () => {
    const user = userEvent.setup();
    const provider = (name: string, available: boolean, models: string[]) => ({
      ...{ name, available, models, demo: name === 'demo' },
    });
    const items = [
      ...[provider('openai', false, ['gpt-5']), provider('demo', true, ['demo'])],
      ...[provider('ollama', true, ['llama3', 'qwen'])],
    ];
    renderRoute('/agents/new', { ...PERSONAS, 'GET /providers': { body: { items } } });
    await waitFor(() =>
      expect(document.activeElement).toBe(screen.getByRole('searchbox', { name: 'Search personas' })),
    );
    await user.click(await screen.findByRole('button', { name: 'Start from nothing' }));
    const chosen = await screen.findByRole<HTMLSelectElement>('combobox', { name: 'Provider' });
    const model = screen.getByRole<HTMLInputElement>('combobox', { name: 'Model' });
    expect([chosen.value, model.value]).toEqual(['ollama', 'llama3']);
    expect(chosen.options[chosen.options.length - 1]?.text).toBe('openai (not available)');
    expect(document.activeElement).toBe(screen.getByRole('textbox', { name: 'Name' }));
    expect(screen.getByRole('button', { name: 'Cancel' })).toBeDefined();
    await user.selectOptions(chosen, 'demo');
    expect(model.value).toBe('demo');
    expect(screen.getByRole('button', { name: 'Discard changes' })).toBeDefined();
  });

  it('is made from a file, which says what is wrong with it', async () => {
    const user = userEvent.setup();
    renderRoute('/agents/new', PERSONAS);
    await screen.findByRole('list', { name: 'Personas' });
    const choose = async (text: string) => {
      const file = new File([text], 'agent.yaml');
      Object.assign(file, { text: () => Promise.resolve(text) }); // jsdom's files cannot be read.
      await user.upload(screen.getByLabelText('Agent as YAML'), file);
    };
    await choose('colour: red');
    expect((await screen.findByRole('alert')).textContent).toMatch(/^agent\.yaml: is no agent.*colour/s);
    await choose('name: carried\nrole: Carries\n');
    expect((await screen.findByRole<HTMLInputElement>('textbox', { name: 'Name' })).value).toBe('carried');
  });
});

describe('what one sees of an agent', () => {
  it('is its system prompt, made anew while one types', async () => {
    const user = userEvent.setup();
    open({
      'POST /agents/prompt-preview': ({ body }) => ({
        body: { systemPrompt: `Prompt: ${JSON.stringify(body)}` },
      }),
    });
    await user.type(await screen.findByRole('textbox', { name: /^Tone/ }), 'er');
    const shown = await screen.findByLabelText('System prompt');
    expect(shown.textContent).toContain('"tone":"warmer"');
    await user.type(screen.getByRole('textbox', { name: /^Style/ }), '!');
    await waitFor(() =>
      expect(screen.getByLabelText('System prompt').textContent).toContain('short sentences!'),
    );
  });

  it('is what it does and did, and what that used; what was typed is kept meanwhile', async () => {
    const user = userEvent.setup();
    const session = (more: object) => ({
      ...{ kind: 'run', subjectId: AGENT_ID, subject: 'digest', running: false, calls: 2, tokens: 1234 },
      ...{ costUsd: 0.5, startedAt: AT, lastActiveAt: AT },
      ...more,
    });
    const conversation = session({ kind: 'conversation', subjectId: TALK, subject: 'A talk', running: true });
    const { address } = open({
      [`GET /agents/${AGENT_ID}/sessions`]: {
        body: { items: [conversation, session({})], nextCursor: null },
      },
    });
    await user.type(await screen.findByRole('textbox', { name: /^Tone/ }), 'er');
    await user.click(screen.getByRole('tab', { name: 'Sessions' }));
    const rows = within(await screen.findByRole('table', { name: 'Sessions' })).getAllByRole('row');
    expect(rows[1]?.textContent).toMatch(/A talk.*1,234.*\$0\.50.*Open/);
    expect(screen.getByRole('link', { name: /A talk/ }).getAttribute('href')).toBe(`/conversations/${TALK}`);
    expect(screen.getByRole('link', { name: /digest/ }).getAttribute('href')).toBe(`/runs/${AGENT_ID}`);
    expect(address()).toBe(`/agents/${AGENT_ID}?view=sessions`);
    await user.click(screen.getByRole('tab', { name: 'Definition' }));
    expect(screen.getByRole<HTMLInputElement>('textbox', { name: /^Tone/ }).value).toBe('warmer');
  });

  it('is what it used, by model and by day', async () => {
    const row = (key: string) => ({
      ...{ key, name: key, calls: 3, inputTokens: 1000, outputTokens: 200 },
      ...{ cachedInputTokens: 0, reasoningTokens: 0, costUsd: 0.25 },
    });
    const { calls } = renderRoute(`/agents/${AGENT_ID}?view=costs`, {
      [`GET /agents/${AGENT_ID}`]: { body: editor },
      'GET /costs': ({ query }) => ({
        body: {
          items: [row(query.get('by') === 'day' ? '2026-01-02' : 'demo/demo')],
          nextCursor: null,
        },
      }),
    });
    const byDay = await screen.findByRole('table', { name: 'By day' });
    expect(within(byDay).getByRole('row', { name: /2026-01-02/ }).textContent).toMatch(/31,000200\$0\.25/);
    expect(screen.getByRole('table', { name: 'By model' }).textContent).toContain('demo/demo');
    const asked = calls.filter(({ path }) => path === '/costs').map(({ query }) => query.get('agentId'));
    expect(new Set(asked)).toEqual(new Set([AGENT_ID]));
  });

  it('offers a chat with it', async () => {
    open();
    const link = await screen.findByRole('link', { name: 'Start chat' });
    expect(link.getAttribute('href')).toBe(`/conversations/new?agent=${AGENT_ID}`);
  });
});

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

  it('chooses what it recalls, beside the tools for that', async () => {
    const user = userEvent.setup();
    const tools = ['calculator', 'recall'].map((name) => ({
      ...{ name, description: `Is for ${name}.`, permission: 'none', inputSchema: {} },
    }));
    const { calls } = open({
      'GET /tools': { body: { items: tools, nextCursor: null } },
      [`PUT /agents/${AGENT_ID}`]: { body: { ...editor, version: 5 } },
    });
    const scopes = await screen.findByRole('group', { name: 'Memory scopes' });
    await user.click(within(scopes).getByRole('checkbox', { name: /^Everywhere/ }));
    within(scopes).getByText(/It recalls nothing/);
    const memoryTools = await screen.findByRole('group', { name: 'Memory tools' });
    within(memoryTools).getByText(/Without a memory scope/);
    await user.click(within(scopes).getByRole('checkbox', { name: /^Circle/ }));
    await user.click(within(memoryTools).getByRole('checkbox', { name: /^recall/ }));
    expect(within(screen.getByRole('group', { name: 'Tools' })).queryByText('recall')).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Save agent' }));
    await waitFor(() => expect(calls.some(({ method }) => method === 'PUT')).toBe(true));
    expect(calls.find(({ method }) => method === 'PUT')?.body).toMatchObject({
      memoryScopes: ['circle'],
      tools: ['calculator', 'recall'],
    });
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
