import { stripVTControlCharacters } from 'node:util';

import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Command } from 'commander';

import type { Agent } from '../../contracts/agent.ts';
import type { Conversation, ConversationSummary, Message } from '../../contracts/conversation.ts';
import type { Page } from '../../contracts/page.ts';
import { createConversationStates } from '../../store/conversation-state.ts';
import { withApi } from '../../testing/api-server.ts';
import { eventually } from '../../testing/test-server.ts';
import { turnsByHand } from '../../testing/turns-by-hand.ts';
import type { ChatTerminal } from '../chat/chat-terminal.ts';
import { addChatCommand } from './chat.ts';

const api = withApi();
const turns = turnsByHand(() => api.pool);
const variables = ['GATHERING_URL', 'GATHERING_TOKEN'] as const;
const before = variables.map((name) => process.env[name]);
let ada: Agent;

beforeAll(async () => {
  process.env['GATHERING_URL'] = api.url;
  process.env['GATHERING_TOKEN'] = api.as.editor.token;
  const agent = { name: 'Ada', role: 'Thinks', provider: 'demo', model: 'demo' };
  ada = await api.as.admin.json<Agent>('POST', '/agents', agent);
});
afterAll(() => {
  for (const [index, name] of variables.entries()) {
    const value = before[index];
    if (value === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = value;
  }
});

let out: string;
let err: string;
let code: number | undefined;
beforeEach(() => {
  [out, err, code] = ['', '', undefined];
});

/** Runs `gathering chat` as an editor does; `enter` and `interrupt` are what they do at their keyboard. */
function gathering(isInteractive: boolean, ...args: string[]) {
  const program = new Command().exitOverride();
  const keyboard: { line?: (line: string) => void; end?: () => void; interrupt?: () => void } = {};
  const terminal: ChatTerminal = {
    isInteractive,
    result: (text) => void (out += `${text}\n`),
    progress: (text) => void (err += `${text}\n`),
    write: ({ kind, text }) => {
      if (kind === 'words') out += stripVTControlCharacters(text);
      else err += stripVTControlCharacters(text);
    },
    onInterrupt: (interrupt) => {
      keyboard.interrupt = interrupt;
      return () => undefined;
    },
    onLines: (callbacks) => {
      Object.assign(keyboard, callbacks);
      return () => undefined;
    },
  };
  addChatCommand(program, terminal, (given) => (code = given));
  const ended = program.parseAsync(['chat', ...args], { from: 'user' });
  const ready = () =>
    eventually(() =>
      keyboard.line === undefined ? Promise.reject(new Error('not yet')) : Promise.resolve(),
    );
  return {
    ended,
    ready,
    enter: (line: string) => keyboard.line?.(line),
    finish: () => keyboard.end?.(),
    interrupt: () => keyboard.interrupt?.(),
  };
}

const newest = async (): Promise<string> => {
  const { items } = await api.as.editor.json<Page<ConversationSummary>>('GET', '/conversations?limit=1');
  return items[0]?.id ?? '';
};
const get = (id: string) => api.as.editor.json<Conversation>('GET', `/conversations/${id}`);
const untilMessages = (id: string, count: number) =>
  eventually(async () => {
    const path = `/conversations/${id}/messages`;
    const { items } = await api.as.editor.json<Page<Message>>('GET', path);
    expect(items).toHaveLength(count);
  });
const untilShown = (text: string) =>
  eventually(() => {
    expect(out + err).toContain(text);
    return Promise.resolve();
  });

/** Ada answers, and nobody is to speak any more. */
async function answer(id: string, text: string): Promise<void> {
  const number = await turns.nextTurn(id);
  expect(await turns.begin(id, number, ada.id)).toBe('claimed');
  await turns.finish(id, number, text);
  const states = createConversationStates(api.pool);
  const { state } = await states.readState(id);
  await states.settle(id, state.revision, { kind: 'settle', reason: 'maxTurns' });
}

it('says each line of a program when the one before was answered, and leaves', async () => {
  const chat = gathering(false, 'Ada', '--topic', 'Numbers');
  await chat.ready();
  chat.enter('One?');
  chat.enter('Two?');
  chat.finish();
  const id = await newest();
  await untilMessages(id, 1);
  await answer(id, 'One.');
  await untilMessages(id, 3);
  await answer(id, 'Two.');
  await chat.ended;
  expect(out).toBe('One.\nTwo.\n');
  expect(err).toContain('Ada · Numbers · idle');
  expect(code).toBe(0);
  expect(await get(id)).toMatchObject({ status: 'idle', messages: 4, agentName: 'Ada' });
});

it('leaves a slow agent at /quit of a program, once everything before that is stored', async () => {
  const chat = gathering(false, 'Ada');
  await chat.ready();
  const id = await newest();
  chat.enter('One?');
  await untilMessages(id, 1);
  chat.enter('Two?');
  chat.enter('/quit');
  chat.enter('Three?');
  chat.finish();
  await chat.ended;
  expect(code).toBe(0);
  expect(err).toContain('The conversation goes on.');
  expect(await get(id)).toMatchObject({ status: 'running', messages: 2 });
});

it('leaves at Ctrl-C without loss, and comes back with what was said', async () => {
  const chat = gathering(true, 'Ada');
  await chat.ready();
  const id = await newest();
  chat.enter('Think');
  await untilMessages(id, 1);
  expect(await turns.begin(id, 1, ada.id)).toBe('claimed');
  await untilShown('Ada · idle');
  chat.interrupt();
  await chat.ended;
  expect(code).toBe(130);
  expect(err).toContain(`gathering chat --conversation ${id}`);
  await turns.finish(id, 1, 'Thought.');
  const again = gathering(true, '--conversation', id);
  await again.ready();
  await untilShown('Thought.');
  again.enter('/quit');
  await again.ended;
  expect(out).toContain('Think\nThought.\n');
  expect(code).toBe(0);
});

it('decides for agents that ask, pauses, resumes, changes the mode and ends', async () => {
  const chat = gathering(true, 'Ada');
  await chat.ready();
  const id = await newest();
  chat.enter('Fetch');
  await untilMessages(id, 1);
  await turns.begin(id, 1, ada.id);
  await turns.askFor(id, 1, 'http_request', { url: 'https://example.com' });
  await untilShown('? Ada wants to use http_request {"url":"https://example.com"}');
  chat.enter('/reject too dear');
  await untilShown('editor@example.com: reject, too dear');
  chat.enter('/approve');
  await untilShown('Nothing waits for you.');
  chat.enter('/pause');
  await untilShown('paused: person');
  chat.enter('/resume');
  await untilShown('goes on');
  chat.enter('/mode debate');
  await untilShown('changed the mode to debate');
  chat.enter('/mode loud');
  await untilShown('The modes are round_robin');
  chat.enter('/end');
  await chat.ended;
  expect(err).toContain('ended: person');
  expect(code).toBe(0);
  expect(await get(id)).toMatchObject({ status: 'ended', mode: 'debate' });
});

it('ends with a failure where a program leaves a question open', async () => {
  const chat = gathering(false, 'Ada');
  await chat.ready();
  const id = await newest();
  chat.enter('Fetch');
  chat.finish();
  await untilMessages(id, 1);
  await turns.begin(id, 1, ada.id);
  await turns.askFor(id, 1, 'http_request', { url: 'https://example.com' });
  await chat.ended;
  expect(err).toContain('? Ada wants to use http_request');
  expect(code).toBe(1);
});

it('says what is wrong with a name that nobody has', async () => {
  await expect(gathering(true, 'Nobody').ended).rejects.toThrow(
    /neither an agent nor a circle named "Nobody": see `gathering circles` and `gathering agents list`/,
  );
  await expect(gathering(true).ended).rejects.toThrow('Name either');
});
