import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

import { runCommand } from './tools/run-command.ts';

/**
 * What tells a process from a later one with the same pid: the moment it started.
 * @returns null when there is no such process, or only what is left of one that has ended
 */
export function processIdentity(pid: number): Promise<string | null> {
  return existsSync('/proc/self/stat') ? fromProc(pid) : fromPs(pid);
}

/** Linux; a small image often has no `ps`. See proc_pid_stat(5): after the name in brackets come state and, as the 20th, the start in ticks since boot. */
async function fromProc(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  if (stat === null) return null;
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (state === 'Z' || state === 'X') return null;
  return `${await bootId()}/${fields[18] ?? ''}`;
}

async function bootId(): Promise<string> {
  return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')).trim();
}

async function fromPs(pid: number): Promise<string | null> {
  const line = await runCommand('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { timeoutMs: 5000 }).catch(
    () => '',
  );
  const [state, ...started] = line.trim().split(/\s+/);
  return state === undefined || state === '' || state.startsWith('Z') ? null : started.join(' ');
}
