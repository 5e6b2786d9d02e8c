import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '..');
/** What the workflows are made of; tests and recorded histories are not in the bundle. */
const FOLDERS = ['workflows', 'contracts'];
const SOURCE = /(?<!\.test)\.ts$/;
const NO_SOURCE = /(^|\/)histories\//;

/** The bundle was built from other sources than those that are here; the message says what to do. */
export class StaleBundle extends Error {
  override readonly name = 'StaleBundle';
}

/** Beside a bundle: from which sources it was built. */
export const stampOf = (bundleFile: string): string => `${bundleFile}.sources`;

/** Names the sources of all workflows by their content. */
export async function hashOfSources(root = ROOT): Promise<string> {
  const found = await Promise.all(FOLDERS.map((folder) => filesOf(root, folder)));
  const hash = createHash('sha256');
  for (const file of found.flat().sort()) {
    hash.update(`${file}\0`);
    hash.update(await readFile(join(root, file)));
  }
  return hash.digest('hex');
}

async function filesOf(root: string, folder: string): Promise<string[]> {
  const names = await readdir(join(root, folder), { recursive: true });
  return names
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .filter((name) => SOURCE.test(name) && !NO_SOURCE.test(name));
}

/**
 * A worker takes activities from the sources and workflows from the bundle: where these differ, a run would be decided by rules that
 * nothing else here follows, and a history be written that the next bundle cannot replay.
 * @throws StaleBundle
 */
export async function checkBundle(bundleFile: string, root = ROOT): Promise<void> {
  const built = await readFile(stampOf(bundleFile), 'utf8').catch(() => null);
  if (built?.trim() === (await hashOfSources(root))) return;
  const why =
    built === null
      ? 'Nothing says from which sources it was built, if it is there at all.'
      : 'It was built from other sources than those in workflows/ and contracts/.';
  throw new StaleBundle(
    `${bundleFile} is stale, and this worker does not start with it. ${why} ` +
      '`npm run build` builds it anew, and so does `npm start`.',
  );
}
