import { randomUUID } from 'node:crypto';

import type { Conversation } from '../../contracts/conversation.ts';
import type { StoredEvent } from '../../contracts/event.ts';
import { channelOf } from '../../contracts/place.ts';
import { ApiProblem, NotRunning } from '../api-client.ts';
import { EXIT } from '../exit.ts';
import { followChannel } from '../follow-channel.ts';
import type { Connection } from '../sign-in.ts';
import { createChatClient } from './chat-client.ts';
import { CHAT_HELP, chatCommandOf } from './chat-commands.ts';
import type { ChatTerminal } from './chat-terminal.ts';
import { createRest } from './rest.ts';
import { createTranscript } from './transcript.ts';

/** Why a person, or the end of their lines, ends the chat; the conversation goes on. */
const LEFT = Symbol('left');

/**
 * Shows what is said and sends what a person enters, until they leave or the conversation has ended. Lines that come from a program are
 * said one after the other, each when the one before was answered; once they tell to leave, nothing waits for answers any more.
 * @returns the exit code
 */
export async function chat(
  connection: Connection,
  { id, sequence }: Conversation,
  terminal: ChatTerminal,
): Promise<number> {
  const client = createChatClient(connection.client);
  const own = new Set<string>();
  const transcript = createTranscript({ isOwn: (message) => own.has(message) });
  const leaving = new AbortController();
  const rest = createRest({ read: () => client.get(id), after: sequence, signal: leaving.signal });
  let code: number = EXIT.completed;
  const hurry = Promise.withResolvers<'hurried'>();
  const leave = (why: number = code): void => {
    code = why;
    leaving.abort(LEFT);
  };

  const obey = async (line: string): Promise<void> => {
    const command = chatCommandOf(line);
    switch (command?.kind) {
      case undefined:
        return;
      case 'say': {
        const clientMessageId = randomUUID();
        own.add(clientMessageId);
        await client.say(id, { content: command.content, clientMessageId });
        if (!terminal.isInteractive) await untilRest();
        return;
      }
      case 'control':
        return client.control(id, command.verb);
      case 'mode':
        return client.setMode(id, command.mode);
      case 'decide':
        if (!(await client.decide(id, command.decide))) terminal.progress('Nothing waits for you.');
        if (!terminal.isInteractive) await untilRest();
        return;
      case 'help': {
        terminal.progress(CHAT_HELP);
        return;
      }
      case 'leave': {
        leave(EXIT.completed);
        return;
      }
      case 'wrong':
        terminal.progress(command.message);
        if (!terminal.isInteractive) leave(EXIT.usage);
    }
  };
  const untilRest = async (): Promise<void> => {
    const status = await Promise.race([rest.reached(), hurry.promise]);
    if (status === 'hurried') return;
    code = status === 'paused' || status === 'waiting' ? EXIT.failed : EXIT.completed;
  };

  const stopReading = readLines({
    terminal,
    obey,
    leave,
    hurry: () => hurry.resolve('hurried'),
    signal: leaving.signal,
  });
  const stopListening = terminal.onInterrupt(() => leave(EXIT.interrupted));
  try {
    await followChannel({
      ...{ connection, channel: channelOf.conversation(id), after: sequence, signal: leaving.signal },
      onEvent(event: StoredEvent) {
        for (const piece of transcript.event(event)) terminal.write(piece);
        rest.note(event);
        return event.type === 'conversation.ended' ? 'enough' : undefined;
      },
      onStream(message) {
        for (const piece of transcript.stream(message)) terminal.write(piece);
      },
      onConnection: (state) =>
        terminal.progress(state === 'lost' ? 'connection lost, trying again …' : 'connected again'),
    });
  } catch (error) {
    if (error !== LEFT) throw error;
    terminal.progress(`\nThe conversation goes on. Come back with \`gathering chat --conversation ${id}\`.`);
  } finally {
    leaving.abort(LEFT);
    stopReading();
    stopListening();
  }
  return code;
}

/** Lines are obeyed in their order, one at a time; after the last one of a program's, or of a person's, the chat is left. */
function readLines({
  terminal,
  obey,
  leave,
  hurry,
  signal,
}: {
  terminal: ChatTerminal;
  obey: (line: string) => Promise<void>;
  leave: (code?: number) => void;
  hurry: () => void;
  signal: AbortSignal;
}): () => void {
  let obeyed = Promise.resolve();
  const inTurn = (work: () => Promise<void> | void): void => {
    obeyed = obeyed.then(work).catch((error: unknown) => {
      if (signal.aborted) return;
      const expected = error instanceof ApiProblem || error instanceof NotRunning;
      terminal.progress(expected ? error.message : String(error));
      if (!terminal.isInteractive) leave(EXIT.failed);
    });
  };
  return terminal.onLines({
    line: (line) => {
      if (chatCommandOf(line)?.kind === 'leave') hurry();
      inTurn(() => (signal.aborted ? undefined : obey(line)));
    },
    end: () => inTurn(() => leave()),
  });
}
