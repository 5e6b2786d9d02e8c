import { stripVTControlCharacters } from 'node:util';

import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Command } from 'commander';

import type { Agent } from '../../contracts/agent.ts';
import type { Circle } from '../../contracts/circle.ts';
import type { Conversation } from '../../contracts/conversation.ts';
import { withApi } from '../../testing/api-server.ts';
import { ApiProblem } from '../api-client.ts';
import { addConversationCommands } from './conversations.ts';

const api = withApi();
const variables = ['GATHERING_URL', 'GATHERING_TOKEN'] as const;
const before = variables.map((name) => process.env[name]);
let circle: Circle;
let talk: Conversation;

beforeAll(async () => {
  process.env['GATHERING_URL'] = api.url;
  process.env['GATHERING_TOKEN'] = api.as.editor.token;
  const agent = { name: 'Ada', role: 'Thinks', provider: 'demo', model: 'demo' };
  const { id } = await api.as.admin.json<Agent>('POST', '/agents', agent);
  circle = await api.as.editor.json<Circle>('POST', '/circles', { name: 'Editors' });
  talk = await api.as.editor.json<Conversation>('POST', '/conversations', { agentId: id, topic: 'Numbers' });
});
afterAll(() => {
  for (const [index, name] of variables.entries()) {
    const value = before[index];
    if (value === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = value;
  }
});

let out: string;
beforeEach(() => {
  out = '';
});
async function gathering(...args: string[]): Promise<string[]> {
  const program = new Command().exitOverride();
  const terminal = {
    result: (text: string) => void (out += stripVTControlCharacters(text)),
    progress: () => undefined,
    onInterrupt: () => () => undefined,
  };
  addConversationCommands(program, terminal, () => undefined);
  await program.parseAsync(args, { from: 'user' });
  return out.split('\n');
}

it('lists the circles with their ids', async () => {
  const [head, row] = await gathering('circles');
  expect(head).toMatch(/^id +name +mode/);
  expect(row).toMatch(new RegExp(`^${circle.id} +Editors +round_robin`));
});

it('lists the conversations with their ids, of an agent, of a circle and in a status', async () => {
  const [, row] = await gathering('conversations', '--agent', 'Ada', '--status', 'idle,paused');
  expect(row).toMatch(new RegExp(`^${talk.id} +Ada +Numbers +idle +0`));
  out = '';
  expect(await gathering('conversations', '--circle', 'Editors')).toEqual(['no conversations']);
  out = '';
  expect(await gathering('conversations', '--status', 'ended')).toEqual(['no conversations']);
});

it('prints them as JSON', async () => {
  expect(JSON.parse((await gathering('conversations', '--json')).join('\n'))).toMatchObject([
    { id: talk.id },
  ]);
});

it('says so where there is no such circle', async () => {
  await expect(gathering('conversations', '--circle', 'Nobody')).rejects.toThrow(ApiProblem);
});
