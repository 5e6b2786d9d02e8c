import { styleText } from 'node:util';

import type { Command } from 'commander';

import type { Conversation, Message } from '../../contracts/conversation.ts';
import { createChatClient } from '../chat/chat-client.ts';
import { chat } from '../chat/chat-session.ts';
import type { ChatTerminal } from '../chat/chat-terminal.ts';
import type { Connection } from '../sign-in.ts';
import { connect } from '../sign-in.ts';
import { UsageError } from '../usage-error.ts';

interface ChatOptions {
  url?: string;
  conversation?: string;
  topic: string;
}

const SHOWN_MESSAGES = 20;

/** The command that talks with agents. */
export function addChatCommand(program: Command, terminal: ChatTerminal, done: (code: number) => void): void {
  program
    .command('chat')
    .description('Talk with an agent or a circle; /help tells what can be entered')
    .argument('[name]', 'name or id of the agent or the circle')
    .option('-t, --topic <text>', 'what a circle discusses at once, or the title of a chat with an agent', '')
    .option('-c, --conversation <id>', 'go on with this conversation')
    .action(async (name: string | undefined, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<ChatOptions>();
      const connection = await connect(options.url);
      const conversation = await begin(name, options, connection);
      await show(conversation, { connection, terminal });
      done(await chat(connection, conversation, terminal));
    });
}

function begin(
  name: string | undefined,
  { conversation, topic }: ChatOptions,
  { client }: Connection,
): Promise<Conversation> {
  const chats = createChatClient(client);
  if (conversation !== undefined && name === undefined) return chats.get(conversation);
  if (conversation === undefined && name !== undefined) return chats.start(name, topic);
  throw new UsageError('Name either an agent or a circle to talk with, or a conversation to go on with.');
}

async function show(
  conversation: Conversation,
  { connection, terminal }: { connection: Connection; terminal: ChatTerminal },
): Promise<void> {
  const { id, circleName, agentName, topic, mode, status } = conversation;
  const { url } = connection.client;
  const about = [circleName ?? agentName ?? '', ...(circleName === null ? [] : [mode]), topic, status];
  terminal.progress(about.filter((text) => text !== '').join(' · '));
  terminal.progress(styleText('gray', `${url}/conversations/${id}`));
  const last = await createChatClient(connection.client).lastMessages(conversation, SHOWN_MESSAGES);
  for (const message of last) for (const piece of piecesOf(message)) terminal.write(piece);
}

const piecesOf = ({ author, content, status }: Message) => [
  { kind: 'about' as const, text: `\n${styleText('bold', author.name)}\n` },
  { kind: 'words' as const, text: `${content}\n` },
  ...(status === 'completed'
    ? []
    : [{ kind: 'about' as const, text: `${styleText('gray', `  (${status})`)}\n` }]),
];
