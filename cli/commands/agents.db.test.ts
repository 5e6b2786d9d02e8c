import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Command } from 'commander';
import { v7 as uuid } from 'uuid';

import type { Agent } from '../../contracts/agent.ts';
import { sql } from '../../store/pool.ts';
import { withApi } from '../../testing/api-server.ts';
import { ApiProblem } from '../api-client.ts';
import { UsageError } from '../usage-error.ts';
import { addAgentCommands } from './agents.ts';

const api = withApi();
const variables = ['GATHERING_URL', 'GATHERING_TOKEN'] as const;
const before = variables.map((name) => process.env[name]);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gathering-agents-'));
  process.env['GATHERING_URL'] = api.url;
  process.env['GATHERING_TOKEN'] = api.as.editor.token;
});
afterAll(async () => {
  for (const [index, name] of variables.entries()) {
    const value = before[index];
    if (value === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = value;
  }
  await rm(folder, { recursive: true });
});

let [out, err]: [string, string] = ['', ''];
let code: number | undefined;
beforeEach(() => {
  [out, err, code] = ['', '', undefined];
});

/** Runs the command as a person does who is signed in as an editor. @returns what it prints */
async function gathering(...args: string[]): Promise<string> {
  [out, err] = ['', ''];
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  addAgentCommands(
    program,
    {
      result: (text) => void (out += stripVTControlCharacters(`${text}\n`)),
      progress: (text) => void (err += `${text}\n`),
      onInterrupt: () => () => undefined,
    },
    (given) => (code = given),
  );
  await program.parseAsync(['agents', ...args], { from: 'user' });
  return out;
}
const make = (name: string): Promise<Agent> =>
  api.as.editor.json('POST', '/agents', {
    ...{ name, role: 'Finds faults', provider: 'demo', model: 'demo' },
    ...{ tools: ['http_request', 'read_file'], approveTools: ['http_request'] },
    instructions: 'Be exact.\n',
  });

describe('gathering agents', () => {
  it('lists agents, with their models and tools', async () => {
    await make('lister');
    expect(await gathering()).toMatch(/lister +Finds faults +demo\/demo +http_request, read_file/);
    expect(JSON.parse(await gathering('list', '--json'))).toMatchObject([{ name: 'lister' }]);
    expect(code).toBe(0);
  });

  it('shows an agent: which tools it asks for, what it is told, and what it did last', async () => {
    const { id } = await make('shown');
    await api.pool.query(sql.unsafe`
      insert into agent.sessions (agent_id, kind, subject_id, calls, tokens, cost_usd) values (${id}, 'run', ${uuid()}, 2, 30, 0.5)`);
    const text = await gathering('show', 'shown');
    expect(text).toMatch(/tools +http_request \(asks\), read_file/);
    expect(text).toContain('Be exact.');
    expect(text).toMatch(/run .* 2 +30 +\$0\.5000/);
  });

  it('exports an agent and imports it, over the one that has the name only when told to', async () => {
    await make('carried');
    const file = join(folder, 'carried.yaml');
    await gathering('export', 'carried', '--out', file);
    const yaml = await readFile(file, 'utf8');
    expect(await gathering('export', 'carried')).toBe(yaml);
    await expect(gathering('import', file)).rejects.toThrow(UsageError);
    await writeFile(file, yaml.replace('Finds faults', 'Finds more faults'));
    await gathering('import', file, '--update');
    expect(err).toBe('The agent carried is changed.\n');
    expect(await api.as.editor.json('GET', '/agents/carried')).toMatchObject({
      role: 'Finds more faults',
      version: 2,
    });
    await writeFile(file, yaml.replace('name: carried', 'name: fresh'));
    await gathering('import', file);
    expect(err).toBe('The agent fresh is there.\n');
    await writeFile(file, yaml.replace('demo', 'nobody'));
    await expect(gathering('import', file)).rejects.toThrow(ApiProblem);
  });
});
