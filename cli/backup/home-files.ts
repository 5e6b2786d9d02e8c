import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { MANIFEST_FILE } from './manifest.ts';

/** Of the machine and the moment, not of the house: they stay where they are. */
const OF_THIS_MACHINE = /^(start\.lock.*|ports\.json|processes\.json|restore\..*|before-restore-.*)$/;
/** Made anew by every start. */
const MADE_ANEW = new RegExp(`^(database\\.lock.*|cli-session\\.json|${MANIFEST_FILE}|.*\\.partial)$`);

/** The names in a home folder that are there for the house, which is what another house takes the place of. */
export async function entriesOf(home: string): Promise<string[]> {
  return (await readdir(home)).filter((name) => !OF_THIS_MACHINE.test(name)).sort();
}

/** Of these, what cannot be made anew. */
export async function keptEntriesOf(home: string): Promise<string[]> {
  return (await entriesOf(home)).filter((name) => !MADE_ANEW.test(name));
}

export interface HomeFiles {
  folders: string[];
  files: { path: string; bytes: number }[];
  /** Links, sockets and the like: they cannot be kept. */
  others: string[];
}

/** Everything below these entries; folders without files, too, since a database without them does not start. */
export async function filesBelow(home: string, entries: readonly string[]): Promise<HomeFiles> {
  const found: HomeFiles = { folders: [], files: [], others: [] };
  const pending = [...entries].reverse();
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    const parent = path;
    const status = await lstat(join(home, path));
    if (status.isDirectory()) {
      found.folders.push(path);
      const names = (await readdir(join(home, path))).sort().reverse();
      pending.push(...names.map((name) => `${parent}/${name}`));
    } else if (status.isFile()) found.files.push({ path, bytes: status.size });
    else found.others.push(path);
  }
  return found;
}

/** @param onRead told how many bytes were read, again and again */
export async function checksumOf(file: string, onRead: (bytes: number) => void): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 })) {
    const bytes = chunk as Buffer; // No encoding was asked for.
    hash.update(bytes);
    onRead(bytes.length);
  }
  return hash.digest('hex');
}
