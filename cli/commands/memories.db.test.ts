import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Command } from 'commander';

import type { Circle } from '../../contracts/circle.ts';
import type { Memory } from '../../contracts/memory.ts';
import { withApi } from '../../testing/api-server.ts';
import { ApiProblem } from '../api-client.ts';
import { UsageError } from '../usage-error.ts';
import { addMemoryCommands } from './memories.ts';

const api = withApi();
const variables = ['GATHERING_URL', 'GATHERING_TOKEN'] as const;
const before = variables.map((name) => process.env[name]);
const NONE = '01890000-0000-7000-8000-000000000000';

beforeAll(() => {
  process.env['GATHERING_URL'] = api.url;
  process.env['GATHERING_TOKEN'] = api.as.editor.token;
});
afterAll(() => {
  for (const [index, name] of variables.entries()) {
    const value = before[index];
    if (value === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = value;
  }
});

let out: string[];
let told: string[];
beforeEach(() => {
  out = [];
  told = [];
});
async function gathering(...args: string[]): Promise<string[]> {
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  const terminal = {
    result: (text: string) => void out.push(...text.split('\n')),
    progress: (text: string) => void told.push(text),
    onInterrupt: () => () => undefined,
  };
  addMemoryCommands(program, terminal, () => undefined);
  await program.parseAsync(args, { from: 'user' });
  return out.splice(0);
}

it('remembers, recalls and forgets', async () => {
  const [id = ''] = await gathering(
    'remember',
    'The release train leaves on Thursdays.',
    '--tag',
    'a',
    '--tag',
    'b',
  );
  expect(await api.as.viewer.json<Memory>('GET', `/memories/${id}`)).toMatchObject({ tags: ['a', 'b'] });
  const lines = await gathering('recall', 'When is the release?');
  expect(lines[0]).toMatch(/^\d\.\d{3} {2}The release train leaves on Thursdays\.$/);
  expect(lines[1]).toContain(id);
  await gathering('forget', id);
  expect(told).toEqual(['Forgotten: The release train leaves on Thursdays.']);
  await expect(gathering('forget', id)).rejects.toThrow(ApiProblem);
});

it('remembers in a circle that it is told the name of, and exports what is there', async () => {
  const { id } = await api.as.editor.json<Circle>('POST', '/circles', { name: 'Editors' });
  const scope = ['--scope', 'circle:Editors'] as const;
  const made = await gathering('remember', 'We write short.', ...scope, '--block', 'style', '--json');
  expect(JSON.parse(made.join('\n'))).toMatchObject({
    scope: { kind: 'circle', id },
    kind: 'block',
    name: 'style',
  });
  await gathering('remember', 'Elsewhere.');
  const exported = (await gathering('memories', 'export', ...scope)).map(
    (line) => JSON.parse(line) as Memory,
  );
  expect(exported.map(({ content }) => content)).toEqual(['We write short.']);
  const listed = await gathering('memories', ...scope);
  expect(listed).toHaveLength(2);
  expect(listed[1]).toMatch(/block {2}circle:Editors {2}style: We write short\.$/);
});

it.each([['the moon'], ['circle:'], ['conversation:what'], ['agent']])(
  'knows no scope "%s"',
  async (scope) => {
    await expect(gathering('remember', 'x', '--scope', scope)).rejects.toThrow(UsageError);
  },
);

it('says what is not there, and what an option may be', async () => {
  await expect(gathering('remember', 'x', '--scope', 'agent:Nobody')).rejects.toThrow('no such agent');
  await expect(gathering('remember', 'x', '--scope', `conversation:${NONE}`)).rejects.toThrow(
    'no such conversation',
  );
  await expect(gathering('remember', 'x', '--importance', 'much')).rejects.toThrow('a number from 0 to 1');
  await expect(gathering('recall', 'x', '--limit', 'many')).rejects.toThrow('a whole number from 1 to 100');
  await expect(gathering('recall', 'x', '--mode', 'guess')).rejects.toThrow('hybrid, vector, text');
});
