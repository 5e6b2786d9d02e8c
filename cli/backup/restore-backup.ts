import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';

import { extract } from 'tar';

import type { Config } from '../../platform/config.ts';
import { readJsonFile } from '../json-file.ts';
import { BackupError } from './backup-error.ts';
import { holdingHome, refuseElsewhere } from './hold-home.ts';
import { checksumOf, filesBelow, keptEntriesOf } from './home-files.ts';
import { KEY_FILE, Manifest, MANIFEST_FILE, misfitsOf, sizeOf } from './manifest.ts';
import { megabytes, type Report } from './report.ts';
import { swapIn, UNPACKED } from './swap-in.ts';

export interface RestoreOptions {
  config: Config;
  file: string;
  /** Puts the house that is there aside. */
  replace: boolean;
  report: Report;
  /** @throws Error when this program is older than the schema */
  checkSchema: (migrations: Manifest['migrations']) => Promise<void>;
}

export interface Restored {
  manifest: Manifest;
  /** The folder with the house that was there before. */
  replaced: string | null;
}

/**
 * Puts the house of a backup into the home folder. Everything is unpacked and checked before anything changes there, and a
 * restore that is killed has either not happened or is finished by the next start.
 * @throws BackupError when the archive is not whole, the house runs, the home has one already, or this program cannot serve it
 */
export async function restoreBackup(options: RestoreOptions): Promise<Restored> {
  const { config, file, report } = options;
  refuseElsewhere(config, 'restore');
  if (!existsSync(file)) throw new BackupError(`There is no file ${file}.`);
  return holdingHome(config.home, 'a backup is being restored', report.note, async (home) => {
    const there = await keptEntriesOf(home.folder);
    if (there.length > 0 && !options.replace) {
      throw new BackupError(
        `There is a house in ${home.folder} already (${there.slice(0, 4).join(', ')}). Name another folder by GATHERING_HOME, ` +
          `or let --replace put it aside; nothing of it is deleted.`,
      );
    }
    const unpacked = join(home.folder, UNPACKED);
    try {
      const manifest = await unpack(options, home.folder, unpacked);
      await verify(unpacked, manifest, options);
      await rm(join(unpacked, MANIFEST_FILE));
      return { manifest, replaced: await swapIn(home.folder) };
    } finally {
      await rm(unpacked, { recursive: true, force: true });
    }
  });
}

/** Looks at the manifest first: what this program cannot serve is not unpacked. */
async function unpack(options: RestoreOptions, home: string, unpacked: string): Promise<Manifest> {
  const { file, config, report } = options;
  await rm(unpacked, { recursive: true, force: true });
  await mkdir(unpacked, { mode: 0o700 });
  await extractInto(unpacked, options, { wanted: (path) => path === MANIFEST_FILE || path === KEY_FILE });
  const manifest = await readJsonFile(join(unpacked, MANIFEST_FILE), Manifest);
  if (manifest === null) {
    throw new BackupError(`${file} is no backup that this program knows: \`gathering backup\` makes those.`);
  }
  await options.checkSchema(manifest.migrations);
  const kept = await readFile(join(unpacked, KEY_FILE), 'utf8');
  const misfits = misfitsOf(manifest, config, kept);
  if (misfits.length > 0) throw new BackupError(`${file} cannot go on here.\n  ${misfits.join('\n  ')}`);
  const bytes = sizeOf(manifest.files);
  const { bavail, bsize } = await statfs(home);
  if (bavail * bsize < bytes)
    throw new BackupError(
      `It needs ${megabytes(bytes)}, and there is room for ${megabytes(bavail * bsize)} only.`,
    );
  const step = report.step('unpacking', bytes);
  await extractInto(unpacked, options, { onEntry: step.advance });
  return manifest;
}

async function extractInto(
  folder: string,
  { file }: RestoreOptions,
  { wanted, onEntry }: { wanted?: (path: string) => boolean; onEntry?: (bytes: number) => void },
): Promise<void> {
  try {
    await extract({
      file,
      cwd: folder,
      // Otherwise an archive that ends too early is taken for one that ends there.
      strict: true,
      preserveOwner: false,
      filter: (path) => wanted?.(path.replace(/^\.\//, '')) ?? true,
      onReadEntry: (entry) => onEntry?.(entry.size),
    });
  } catch (error) {
    throw new BackupError(`${file} is damaged or not whole: take another copy of it.`, { cause: error });
  }
}

/** @throws BackupError when a file is missing, or is not what it was */
async function verify(unpacked: string, manifest: Manifest, { file, report }: RestoreOptions): Promise<void> {
  const { files, others } = await filesBelow(unpacked, await keptEntriesOf(unpacked));
  const found = new Set(files.map(({ path }) => path));
  const expected = new Set(manifest.files.map(({ path }) => path));
  const wrong = [...difference(expected, found), ...difference(found, expected), ...others];
  const step = report.step('checking', sizeOf(manifest.files));
  for (const { path, sha256 } of manifest.files) {
    if (!found.has(path)) continue;
    if ((await checksumOf(join(unpacked, path), step.advance)) !== sha256) wrong.push(path);
  }
  if (wrong.length === 0) return;
  throw new BackupError(
    `${file} is damaged: ${wrong.slice(0, 5).join(', ')}${wrong.length > 5 ? ` and ${wrong.length - 5} more` : ''} ` +
      `${wrong.length === 1 ? 'is' : 'are'} not what was backed up. Take another copy of it.`,
  );
}

const difference = (some: ReadonlySet<string>, others: ReadonlySet<string>): string[] =>
  [...some].filter((each) => !others.has(each));
