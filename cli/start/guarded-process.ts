import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Writable } from 'node:stream';

/**
 * The shell that starts a guarded process leaves a watcher behind and becomes the process itself, so the pid is the
 * process's own. The watcher reads a pipe that only the parent holds: when the parent dies, however it dies, the pipe
 * ends and the watcher stops the process. A parent that saw the exit itself says `done` first.
 */
const GUARD = `
signal="$1"; grace="$2"; shift 2
(
  exec >/dev/null 2>&1 4<&-
  if ! read -r word <&3; then
    kill -"$signal" $$
    while [ "$grace" -gt 0 ] && kill -0 $$; do sleep 0.1; grace=$((grace - 1)); done
    kill -KILL $$
  fi
) &
exec "$@" 3<&-
`;

export interface GuardedProcessOptions {
  command: string;
  args: readonly string[];
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** Starts the process as another user; only root can. */
  user?: { uid: number; gid: number };
  /** What asks the process to end in good order. */
  stopSignal?: 'SIGTERM' | 'SIGINT';
  /** How long the process may take to end after its parent's death before it is killed. */
  graceMs?: number;
  /** Opens a channel for `process.send` in a Node.js child. */
  ipc?: boolean;
}

export interface GuardedProcess {
  readonly child: ChildProcess;
  readonly pid: number;
  /** Resolves once the process has ended; never rejects. */
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** Asks the process to end and kills it when it has not done so after `withinMs`. */
  stop(withinMs?: number): Promise<void>;
  /** Ends the process at once, as a crash would, and waits until it is gone. */
  kill9(): Promise<void>;
}

/**
 * Starts a process that ends when this one ends, even by `kill -9`.
 *
 * It runs in a process group of its own, so a Ctrl-C in the terminal reaches only the parent, which then stops its
 * children in order.
 * @throws Error when the command cannot be started
 */
export async function spawnGuarded(options: GuardedProcessOptions): Promise<GuardedProcess> {
  const stopSignal = options.stopSignal ?? 'SIGTERM';
  const graceTenths = Math.ceil((options.graceMs ?? 10_000) / 100);
  const child = spawn(
    '/bin/sh',
    ['-c', GUARD, 'guard', stopSignal.slice(3), String(graceTenths), options.command, ...options.args],
    {
      stdio: ['ignore', 'pipe', 'pipe', 'pipe', ...(options.ipc === true ? (['ipc'] as const) : [])],
      detached: true,
      env: options.env ?? process.env,
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      ...(options.user ?? {}),
    },
  );
  const exited = new Promise<Awaited<GuardedProcess['exited']>>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  await once(child, 'spawn');
  // Node types every extra pipe as readable or writable; a pipe that we asked for is a socket, so it is both.
  const guard = child.stdio[3] as Writable;
  guard.on('error', () => undefined); // The watcher is gone already: nothing is left to tell it.
  void exited.then(() => guard.end('done\n'));
  const pid = child.pid;
  if (pid === undefined) throw new Error(`${options.command} has no process id`);

  const end = async (signal: NodeJS.Signals, withinMs: number): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    const timer = setTimeout(() => child.kill('SIGKILL'), withinMs);
    await exited;
    clearTimeout(timer);
  };
  return {
    child,
    pid,
    exited,
    stop: (withinMs = 10_000) => end(stopSignal, withinMs),
    kill9: () => end('SIGKILL', 10_000),
  };
}
