import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { GatheringFailure } from '../../contracts/failure.ts';
import type { ParseLimits } from './document-limits.ts';
import type { HostMessage, ParseTask } from './wire.ts';
import { SIGNAL_OF_LIMIT } from './wire.ts';

type Parsed = Extract<HostMessage, { type: 'parsed' }>;

export interface ProcessOptions {
  limits: ParseLimits;
  signal: AbortSignal | undefined;
  onProgress: ((pages: number) => void) | undefined;
}

const TAIL_LENGTH = 2_000;
/** A heap that has grown to its limit ends its process in one of these ways. */
const HEAP_SIGNALS: readonly (NodeJS.Signals | null)[] = ['SIGABRT', 'SIGTRAP'];

/**
 * Parses in a process of its own, with a heap and a clock of its own, no environment, and no right to write files, start processes or load
 * addons. It is gone when this settles.
 */
export const parseInProcess = (task: ParseTask, options: ProcessOptions): Promise<Parsed> =>
  new Promise((resolve, reject) => {
    const { limits, signal, onProgress } = options;
    signal?.throwIfAborted();
    const child = start(limits);
    let tail = '';
    let answer: Exclude<HostMessage, { type: 'pages' }> | undefined;
    let failure: Error | undefined;
    const end = (reason: Error): void => {
      failure ??= reason;
      child.kill('SIGKILL');
    };
    const onAbort = (): void => end(new DOMException('Reading was given up', 'AbortError'));
    const timer = setTimeout(() => end(tookTooLong(limits.wallMs)), limits.wallMs);
    signal?.addEventListener('abort', onAbort, { once: true });

    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      tail = (tail + text).slice(-TAIL_LENGTH);
    });
    child.on('message', (received) => {
      const message = received as HostMessage; // Only `parse-host.ts` writes to this channel.
      if (message.type === 'pages') onProgress?.(message.pages);
      else answer = message;
    });
    const settle = (exitSignal: NodeJS.Signals | null): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      if (failure !== undefined) reject(failure);
      else if (answer?.type === 'parsed') resolve(answer);
      else if (answer !== undefined) reject(new GatheringFailure('InvalidInput', answer.reason));
      else reject(failureOfExit(exitSignal, limits, tail));
    };
    child.on('error', (error) => {
      tail = (tail + error.message).slice(-TAIL_LENGTH);
      if (child.pid === undefined) settle(null);
    });
    // Unlike `exit`, this comes after all messages.
    child.on('close', (_code, exitSignal) => settle(exitSignal));
    // A process that has just died cannot be written to; its end is what tells.
    child.send(task, () => undefined);
  });

const start = ({ heapMb, ...limits }: ParseLimits): ChildProcess =>
  fork(fileURLToPath(new URL('./parse-host.ts', import.meta.url)), [JSON.stringify({ heapMb, ...limits })], {
    execArgv: [
      `--max-old-space-size=${heapMb}`,
      '--permission',
      '--allow-fs-read=*',
      '--allow-worker',
      '--disable-warning=ExperimentalWarning',
      '--disable-warning=SecurityWarning',
    ],
    env: {},
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });

const tookTooLong = (ms: number): GatheringFailure =>
  new GatheringFailure('InvalidInput', `Reading the file took longer than ${ms / 1_000} seconds`);

/** It ended without an answer. */
const failureOfExit = (
  signal: NodeJS.Signals | null,
  { cpuMs, heapMb, residentMb }: ParseLimits,
  tail: string,
): GatheringFailure => {
  if (signal === SIGNAL_OF_LIMIT.time) return tookTooLong(cpuMs);
  if (signal === SIGNAL_OF_LIMIT.memory || HEAP_SIGNALS.includes(signal))
    return new GatheringFailure(
      'InvalidInput',
      `Reading the file needs more memory than there is for one (${signal === SIGNAL_OF_LIMIT.memory ? residentMb : heapMb} MB)`,
    );
  return new GatheringFailure(
    'Unavailable',
    `The process that reads documents ended: ${signal ?? tail.trim()}`,
  );
};
