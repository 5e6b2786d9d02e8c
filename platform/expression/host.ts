import { fork } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';

import type { Answer, Batch, HostMessage, HostSettings } from './wire.ts';

export interface HostEvents {
  ready(): void;
  answers(id: number, answers: Answer[]): void;
  /** `signal` is null when it ended by itself; `tail` is the end of what it wrote to stderr. */
  exit(signal: NodeJS.Signals | null, tail: string): void;
}

/** One process that evaluates. */
export interface Host {
  send(batch: Batch): void;
  /** Lets every other process go first, from now on. */
  stepBack(): void;
  /** Ends it whatever it is doing; `exit` follows. */
  kill(): void;
}

const TAIL_LENGTH = 2_000;

/**
 * Starts a host with a heap of its own: V8 ends a whole process, not only a thread, when one allocation passes the limit by much. It
 * gets no environment, and no right to write files, start processes or load addons.
 */
export const startHost = (settings: HostSettings, heapMb: number, events: HostEvents): Host => {
  const child = fork(fileURLToPath(new URL('./host-main.ts', import.meta.url)), [JSON.stringify(settings)], {
    execArgv: [
      `--max-old-space-size=${heapMb}`,
      '--disable-proto=delete',
      '--permission',
      '--allow-fs-read=*',
      '--disable-warning=ExperimentalWarning',
    ],
    env: {},
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let tail = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-TAIL_LENGTH);
  });
  child.on('message', (message) => {
    // Only `host-main.ts` writes to this channel.
    const received = message as HostMessage;
    if ('ready' in received) events.ready();
    else events.answers(received.id, received.answers);
  });
  child.on('error', (error) => {
    tail = (tail + error.message).slice(-TAIL_LENGTH);
    if (child.pid === undefined) events.exit(null, tail);
  });
  child.on('exit', (_code, signal) => events.exit(signal, tail));
  return {
    send(batch) {
      // A host that has just died cannot be written to; its exit is what tells.
      child.send(batch, () => undefined);
    },
    stepBack() {
      if (child.pid === undefined) return;
      try {
        setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
      } catch {
        // It has ended already, of which `exit` tells, or the system does not let us: then it competes as before.
      }
    },
    kill: () => void child.kill('SIGKILL'),
  };
};
