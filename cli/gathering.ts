import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { Command } from 'commander';
import { z } from 'zod';

import { processChatTerminal } from './chat/chat-terminal.ts';
import { addAgentCommands } from './commands/agents.ts';
import { addApprovalCommands } from './commands/approvals.ts';
import { addBackupCommands } from './commands/backup.ts';
import { addChatCommand } from './commands/chat.ts';
import { addConversationCommands } from './commands/conversations.ts';
import { addForkCommands } from './commands/forks.ts';
import { addKnowledgeCommands } from './commands/knowledge.ts';
import { addLoginCommands } from './commands/login.ts';
import { addMemoryCommands } from './commands/memories.ts';
import { addPipelineCommands } from './commands/pipelines.ts';
import { addRunCommand } from './commands/run.ts';
import { addRunControlCommands } from './commands/run-control.ts';
import { addRunsCommands } from './commands/runs.ts';
import { addValidateCommand } from './commands/validate.ts';
import { exitOf } from './exit.ts';
import { processTerminal as terminal } from './terminal.ts';

/** The command `gathering`: what the API offers, in a terminal. */
const program = new Command('gathering')
  .description('Teams of LLM agents whose work is never lost and never done twice')
  .version(ownVersion(), '-V, --version', 'say the version')
  .option('--url <address>', 'address of GatheRing; default: where you are signed in')
  .addHelpText(
    'after',
    '\nExit codes: 0 done or run completed, 1 failed, 2 wrong usage.\nExample: gathering run document-digest --file README.md > report.md',
  )
  .exitOverride()
  .showHelpAfterError('(--help says more)');

// `gathering runs | head` has read enough: no error.
process.stdout.on('error', () => process.exit(exitCode));

let exitCode = 0;
const done = (code: number): void => void (exitCode = code);
addRunCommand(program, terminal, done);
addRunsCommands(program, terminal, done);
addForkCommands(program, terminal, done);
addPipelineCommands(program, terminal, done);
addAgentCommands(program, terminal, done);
addChatCommand(program, processChatTerminal, done);
addConversationCommands(program, terminal, done);
addMemoryCommands(program, terminal, done);
addKnowledgeCommands(program, terminal, done);
addRunControlCommands(program, terminal, done);
addValidateCommand(program, terminal, done);
addApprovalCommands(program, terminal, done);
addLoginCommands(program, terminal, done);
addBackupCommands(program, terminal, done);

try {
  await program.parseAsync();
} catch (error) {
  const { code, message } = exitOf(error);
  if (message !== '') terminal.progress(message);
  exitCode = code;
}
process.exitCode = exitCode;

function ownVersion(): string {
  const file = readFileSync(resolve(import.meta.dirname, '../package.json'), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(file)).version;
}
