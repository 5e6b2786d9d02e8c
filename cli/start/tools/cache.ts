import { existsSync } from 'node:fs';
import { access, constants, mkdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Receives one line of progress for a person who waits. */
export type Report = (line: string) => void;

/**
 * The folder that keeps downloaded tools, shared by every clone on this machine.
 *
 * Root gets a folder outside its home, because Postgres refuses to run as root and no other user may look into `/root`.
 */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  if (environment['GATHERING_CACHE']) return environment['GATHERING_CACHE'];
  if (environment['XDG_CACHE_HOME']) return join(environment['XDG_CACHE_HOME'], 'gathering');
  if (process.getuid?.() === 0) return '/var/cache/gathering';
  return join(environment['HOME'] ?? homedir(), '.cache', 'gathering');
}

/**
 * Returns the cached folder `name`, filling it first when it is not there. Two processes may race: each fills a folder of
 * its own, the first one's is kept. A fill that fails leaves nothing behind.
 */
export async function cached(name: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(cacheFolder(), name);
  if (existsSync(folder)) return folder;
  const partial = `${folder}.${String(process.pid)}-${String(Date.now())}.partial`;
  await mkdir(partial, { recursive: true, mode: 0o755 });
  try {
    await fill(partial);
    await rename(partial, folder);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

/** Finds an executable on PATH, or null. */
export async function findOnPath(name: string, path = process.env['PATH'] ?? ''): Promise<string | null> {
  for (const folder of path.split(delimiter)) {
    const candidate = join(folder, name);
    if (folder !== '' && (await isExecutable(candidate))) return candidate;
  }
  return null;
}

/** True when the file is there and this user may run it. */
export async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
