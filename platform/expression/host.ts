import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { stepBehindOthers } from './priority.ts';
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
  /** CPU time that it has used so far; undefined where the system does not tell. */
  cpuMs(): number | undefined;
  /** Lets every other process go first, from now on. */
  stepBack(): void;
  /** Ends it whatever it is doing; `exit` follows. */
  kill(): void;
}

const TAIL_LENGTH = 2_000;
/** Linux counts the CPU time of processes in hundredths of a second, whatever its kernel's own clock does. */
const TICK_MS = 10;

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
    cpuMs: () => cpuMsOf(child.pid),
    stepBack() {
      if (child.pid === undefined) return;
      try {
        stepBehindOthers(child.pid);
      } catch {
        // It has ended already, of which `exit` tells, or the system does not let us: then it competes as before.
      }
    },
    kill: () => void child.kill('SIGKILL'),
  };
};

/** Fields 14 and 15 of `/proc/<pid>/stat`, counted behind the program's name, which may hold spaces and parentheses. */
function cpuMsOf(pid: number | undefined): number | undefined {
  if (process.platform !== 'linux' || pid === undefined) return undefined;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  } catch {
    return undefined; // It has ended, of which `exit` tells.
  }
}
