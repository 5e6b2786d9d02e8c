import { CommanderError } from 'commander';

import { ConfigError } from '../platform/config.ts';
import { ApiProblem, NotRunning, UnexpectedAnswer } from './api-client.ts';
import { BackupError } from './backup/backup-error.ts';
import { NotSignedIn } from './sign-in.ts';
import { UsageError } from './usage-error.ts';

export const EXIT = { completed: 0, failed: 1, usage: 2, interrupted: 130 } as const;

const EXPECTED = [ApiProblem, BackupError, NotRunning, NotSignedIn, UnexpectedAnswer];

/** What a command that failed says, and the code it ends with. */
export function exitOf(error: unknown): { code: number; message: string } {
  if (error instanceof CommanderError) {
    // Commander has said it itself.
    return { code: error.exitCode === 0 ? EXIT.completed : EXIT.usage, message: '' };
  }
  if (error instanceof UsageError || error instanceof ConfigError)
    return { code: EXIT.usage, message: error.message };
  if (!(error instanceof Error)) return { code: EXIT.failed, message: String(error) };
  const isExpected = EXPECTED.some((kind) => error instanceof kind);
  return { code: EXIT.failed, message: isExpected ? error.message : (error.stack ?? error.message) };
}
