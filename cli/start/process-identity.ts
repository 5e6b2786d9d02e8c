import { runCommand } from './tools/run-command.ts';

/**
 * What tells a process from a later one with the same pid: the moment it started.
 * @returns null when there is no such process, or only what is left of one that has ended
 */
export async function processIdentity(pid: number): Promise<string | null> {
  const line = await runCommand('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { timeoutMs: 5000 }).catch(() => '');
  const [state, ...started] = line.trim().split(/\s+/);
  return state === undefined || state === '' || state.startsWith('Z') ? null : started.join(' ');
}
