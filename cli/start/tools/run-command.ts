import { execFile } from 'node:child_process';

/** A command failed, could not be started or took too long; `output` has the end of what it printed. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly output: string;

  constructor(message: string, output: string) {
    super(output === '' ? message : `${message}\n${output}`);
    this.output = output;
  }
}

export interface CommandOptions {
  timeoutMs: number;
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  user?: { uid: number; gid: number };
}

/**
 * Runs a command to its end and returns what it printed to its standard output.
 * @throws CommandError when it fails, cannot be started, or is not done after `timeoutMs`
 */
export function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<string> {
  const { timeoutMs, user, ...rest } = options;
  return new Promise((resolve, reject) => {
    execFile(
      command,
      [...args],
      { ...rest, ...user, timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: 16 * 1024 * 1024 },
      (error, stdout, stderr) => {
        if (error === null) {
          resolve(stdout);
          return;
        }
        const why =
          error.killed === true ? `was not done after ${timeoutMs} ms` : error.message.split('\n')[0];
        reject(
          new CommandError(
            `${command} ${args[0] ?? ''}: ${why ?? 'failed'}`,
            `${stdout}${stderr}`.trim().slice(-2000),
          ),
        );
      },
    );
  });
}
