import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { text as readAll } from 'node:stream/consumers';

import { eventually } from './test-server.ts';

const MAIN = resolve(import.meta.dirname, '../cli/start/main.ts');
const START_LIMIT_MS = 120_000;

/** `npm start` as it is behind the bring-up of dependencies and builds, which have to be there. */
export interface Supervisor {
  readonly pid: number;
  readonly lines: readonly string[];
  /** What it wrote to its standard error, once it has ended. */
  readonly complaint: Promise<string>;
  /** Resolves once it has printed a line that fits. @throws Error when it ends first, or does not say so in time */
  said(words: RegExp): Promise<void>;
  /** Resolves with its exit code; null when the signal ended it. */
  stop(signal: NodeJS.Signals): Promise<number | null>;
}

export function launchSupervisor(env: NodeJS.ProcessEnv): Supervisor {
  const child = spawn(process.execPath, [MAIN], {
    env: { ...process.env, LOG_FORMAT: 'json', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  const complaint = readAll(child.stderr);
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const said = async (words: RegExp): Promise<void> => {
    const isSaid = await eventually(() => {
      if (lines.some((line) => words.test(line))) return Promise.resolve(true);
      if (hasEnded()) return Promise.resolve(false);
      return Promise.reject(new Error(`it did not say ${String(words)}:\n${lines.slice(-30).join('\n')}`));
    }, START_LIMIT_MS);
    if (!isSaid) throw new Error(`it ended before it said ${String(words)}: ${await complaint}`);
  };
  return {
    pid: child.pid ?? 0,
    lines,
    complaint,
    said,
    stop: async (signal) => {
      if (!hasEnded()) {
        child.kill(signal);
        await once(child, 'exit');
      }
      return child.exitCode;
    },
  };
}
