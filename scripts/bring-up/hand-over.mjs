import { spawn } from 'node:child_process';
import { constants } from 'node:os';

import { inProject, pinnedNode, projectFolder } from './project.mjs';

const SAME_SIGNAL_WITHIN_MS = 500;
const PARENT_CHECK_EVERY_MS = 500;

/**
 * Runs a program of ours on the pinned Node.js in place of this process: same terminal, signals passed on, same exit code.
 *
 * The program gets a process group of its own: Ctrl-C reaches this process twice, from the terminal and from npm, and is
 * passed on once. With `foreground` it stays in this one's group, for programs that ask questions. It gets a channel too,
 * whose end tells it that this process was killed.
 */
export async function handOver(args, options = {}) {
  const child = spawn(pinnedNode, args, {
    cwd: options.cwd ?? projectFolder,
    // Node.js keeps what it has compiled: the second start loads its modules in half the time.
    env: { NODE_COMPILE_CACHE: inProject('node_modules', '.cache', 'compile'), ...process.env },
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    // Only the terminal's foreground group may read what is typed.
    detached: !options.foreground,
  });
  let last = 0;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (Date.now() - last < SAME_SIGNAL_WITHIN_MS) return;
      last = Date.now();
      child.kill(signal);
    });
  }
  const watch = onParentEnd(() => child.kill('SIGTERM'));
  const { code, signal } = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (exitCode, exitSignal) => resolve({ code: exitCode, signal: exitSignal }));
  });
  clearInterval(watch);
  process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
  // The signal handlers would not keep the process alive, but an open channel would.
  if (child.connected) child.disconnect();
}

/** npm that is killed ends without a word to what it has started. Without npm it may be on purpose that the parent ends. */
function onParentEnd(callback) {
  const parent = process.ppid;
  if (process.env.npm_lifecycle_event === undefined) return undefined;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    callback();
  }, PARENT_CHECK_EVERY_MS);
  return watch;
}
