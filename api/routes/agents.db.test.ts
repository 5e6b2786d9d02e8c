import { describe, expect, it } from '@jest/globals';
import { v7 as uuid } from 'uuid';

import type { Agent, PromptPreview } from '../../contracts/agent.ts';
import type { AgentSession } from '../../contracts/ledger.ts';
import type { Page } from '../../contracts/page.ts';
import type { Problem } from '../../contracts/problem.ts';
import { sql } from '../../store/pool.ts';
import { withApi } from '../../testing/api-server.ts';

const api = withApi();
const bodyOf = (name: string) => ({
  ...{ name, role: 'Tests', provider: 'demo', model: 'demo', tools: ['read_file', 'http_request'] },
  ...{ approveTools: ['http_request'], memoryScopes: ['circle'], limits: { maxSteps: 3 } },
  personality: { traits: ['dry'], tone: 'calm: always', style: 'short' },
  instructions: 'First line.\n\n- second: line\n# third',
});
const importYaml = (yaml: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${api.url}/api/agents/import`, {
    ...{ method: 'POST', body: yaml },
    headers: {
      authorization: `Bearer ${api.as.editor.token}`,
      'content-type': 'application/yaml',
      ...headers,
    },
  });
const problemsOf = async (response: Response): Promise<[number, string[]]> => {
  const { errors } = (await response.json()) as Problem; // The API's contract.
  return [response.status, errors.map(({ path }) => path)];
};

describe('agents as files', () => {
  it('are exported without their place in this house, and imported as the same agent under another name', async () => {
    const made = await api.as.editor.json<Agent>('POST', '/agents', bodyOf('carried'));
    const exported = await api.as.viewer.raw('GET', '/agents/carried/export');
    expect(exported.headers.get('content-type')).toBe('application/yaml; charset=utf-8');
    expect(exported.headers.get('content-disposition')).toBe('attachment; filename=carried.yaml');
    const yaml = await exported.text();
    expect(yaml).not.toMatch(/createdAt|version|^id:/m);
    const response = await importYaml(yaml.replace('name: carried', 'name: arrived'));
    expect(response.status).toBe(201);
    const { id, name, version, createdAt, updatedAt, ...rest } = (await response.json()) as Agent; // The API's contract.
    expect([name, version]).toEqual(['arrived', 1]);
    expect(made).toMatchObject(rest);
    expect([id, createdAt, updatedAt]).not.toContain(undefined);
    expect((await importYaml(yaml)).status).toBe(409);
  });

  it('make one agent under one key, however often they are sent', async () => {
    const yaml = 'name: once\nrole: r\nprovider: demo\nmodel: demo\n';
    const key = { 'idempotency-key': 'import-once' };
    const [first, second] = [await importYaml(yaml, key), await importYaml(yaml, key)];
    expect([first.status, second.status, second.headers.get('idempotency-replayed')]).toEqual([
      201,
      201,
      'true',
    ]);
  });

  it.each([
    ['no YAML', 'name: [unclosed', 400, []],
    ['a key twice', 'name: a\nname: b\nrole: r', 400, []],
    ['no agent', 'just text', 422, ['']],
    [
      'a contract that is broken',
      'name: ""\nprovider: demo\nmodel: demo\nmore: 1\n',
      422,
      ['name', 'role', 'more'],
    ],
    [
      'tools that there are not',
      'name: a\nrole: r\nprovider: demo\nmodel: demo\ntools: [fly]\napproveTools: [swim]\n',
      ...[422, ['tools.0', 'approveTools.0']],
    ],
    ['a text that cannot be stored', 'name: a\nrole: "r\\0"\nprovider: demo\nmodel: demo\n', 422, ['role']],
  ] as [string, string, number, string[]][])(
    'are refused with every culprit: %s',
    async (_what, yaml, status, paths) => {
      const [answered, named] = await problemsOf(await importYaml(yaml));
      expect([answered, new Set(named)]).toEqual([status, new Set(paths)]);
    },
  );
});

describe('tools that people approve', () => {
  it('are among those that the agent has', async () => {
    const body = { ...bodyOf('asks'), tools: ['read_file'], approveTools: ['http_request'] };
    const refused = await api.as.editor.raw('POST', '/agents', body);
    expect(await problemsOf(refused)).toEqual([422, ['approveTools.0']]);
  });
});

describe('the preview of a system prompt', () => {
  it('is the very text that the agent speaks with, of a draft too', async () => {
    const { name, role, personality, instructions } = bodyOf('draft');
    const { systemPrompt } = await api.as.viewer.json<PromptPreview>('POST', '/agents/prompt-preview', {
      ...{ name, role, personality, instructions },
    });
    expect(systemPrompt).toContain('You are draft. Your role: Tests.');
    expect(systemPrompt).toContain('- second: line');
    await expect(
      api.as.viewer.json('POST', '/agents/prompt-preview', { name: '', role: '' }),
    ).resolves.toMatchObject({ systemPrompt: expect.any(String) });
  });
});

describe('what an agent does and did', () => {
  const session = async (agent: Agent, kind: 'run' | 'conversation', id: string): Promise<void> => {
    await api.pool.query(sql.unsafe`
      insert into agent.sessions (agent_id, kind, subject_id, calls, tokens, cost_usd) values (${agent.id}, ${kind}, ${id}, 2, 30, 0.5)`);
  };
  const list = (agent: Agent, role: 'admin' | 'viewer', query = ''): Promise<Page<AgentSession>> =>
    api.as[role].json('GET', `/agents/${agent.name}/sessions${query}`);

  it('is listed by conversation and run, newest first, page by page', async () => {
    const agent = await api.as.editor.json<Agent>('POST', '/agents', bodyOf('busy'));
    const ids = [uuid(), uuid(), uuid()];
    for (const id of ids) await session(agent, 'run', id);
    const first = await list(agent, 'viewer', '?limit=2');
    expect(first.items).toMatchObject([
      { kind: 'run', subjectId: ids[2], subject: null, running: false, calls: 2, tokens: 30, costUsd: 0.5 },
      { subjectId: ids[1] },
    ]);
    const rest = await list(agent, 'viewer', `?limit=2&cursor=${first.nextCursor ?? ''}`);
    expect([rest.items.map(({ subjectId }) => subjectId), rest.nextCursor]).toEqual([[ids[0]], null]);
  });

  it('says where it is at work, and nothing of conversations that the caller may not see', async () => {
    const agent = await api.as.editor.json<Agent>('POST', '/agents', bodyOf('private'));
    const id = uuid();
    const { id: admin } = await api.as.admin.json<{ id: string }>('GET', '/auth/me');
    await api.pool.query(sql.unsafe`
      insert into conversation.conversations (id, agent_id, partner_name, topic, mode, settings, started_by, started_by_email)
      values (${id}, ${agent.id}, 'private', 'Secret plans', 'round_robin', '{}', ${admin}, 'admin@example.com')`);
    await api.pool.query(sql.unsafe`
      insert into conversation.turns (conversation_id, number, branch, opened_at, began_after, agent_id, agent_name, purpose, reason)
      values (${id}, 1, 0, 0, 0, ${agent.id}, 'private', 'speak', 'it was asked')`);
    await session(agent, 'conversation', id);
    expect((await list(agent, 'admin')).items).toMatchObject([{ subject: 'Secret plans', running: true }]);
    expect((await list(agent, 'viewer')).items).toEqual([]);
  });

  it('is nothing of an agent that there is not', async () => {
    expect((await api.as.viewer.raw('GET', '/agents/nobody/sessions')).status).toBe(404);
  });
});
