import { createWriteStream, existsSync } from 'node:fs';
import { access, constants as mode, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createZstdCompress } from 'node:zlib';

import { create } from 'tar';

import type { Config } from '../../platform/config.ts';
import { writeJsonFile } from '../json-file.ts';
import { BackupError } from './backup-error.ts';
import { holdingHome, refuseElsewhere } from './hold-home.ts';
import { checksumOf, filesBelow, type HomeFiles, keptEntriesOf } from './home-files.ts';
import {
  type BackedUpFile,
  fingerprintOf,
  KEY_FILE,
  type Manifest,
  MANIFEST_FILE,
  sizeOf,
} from './manifest.ts';
import type { Report } from './report.ts';

export interface BackupOptions {
  config: Config;
  /** Where the archive is made. */
  file: string;
  /** The program's version. */
  program: string;
  report: Report;
  readAppliedMigrations: (folder: string) => Promise<Manifest['migrations']>;
  /** Gives the archive up, and leaves nothing of it. */
  signal?: AbortSignal;
}

export interface Backup {
  manifest: Manifest;
  /** What could not be kept: links, sockets. */
  skipped: string[];
}

/** A database is full of what it has said before, far back. Decompression takes as much memory as the window, 128 MiB, by zstd's own limit. */
const COMPRESSION = {
  params: {
    [constants.ZSTD_c_enableLongDistanceMatching]: 1,
    [constants.ZSTD_c_windowLog]: 27,
    [constants.ZSTD_c_checksumFlag]: 1,
  },
};
/** Without one of these it is no house. */
const INDISPENSABLE = ['database/PG_VERSION', 'temporal.db', KEY_FILE];

/**
 * Writes both stores, the keys and the files of runs into one archive (a tar, compressed by zstd) which appears whole or not at all.
 * The house has to stand still meanwhile.
 * @throws BackupError when it runs, is not all there, or the file cannot be written
 */
export async function createBackup(options: BackupOptions): Promise<Backup> {
  const { config, file, report } = options;
  refuseElsewhere(config, 'backup');
  if (!existsSync(config.home))
    throw new BackupError(`There is no house at ${config.home} (GATHERING_HOME): nothing to back up.`);
  await refuseFile(file, config.home);
  return holdingHome(config.home, 'a backup is being made', report.note, async (home) => {
    const found = await filesBelow(home.folder, await keptEntriesOf(home.folder));
    const missing = INDISPENSABLE.filter((path) => !found.files.some((each) => each.path === path));
    if (missing.length > 0)
      throw new BackupError(`${home.folder} is not a whole house: ${missing.join(', ')} not found there.`);
    const migrations = await options.readAppliedMigrations(home.database);
    // Opening it has changed files.
    const files = await filesBelow(home.folder, await keptEntriesOf(home.folder));
    const manifest = await describe(options, home.folder, migrations, files);
    await writeArchive(options, home.folder, manifest, files.folders);
    return { manifest, skipped: files.others };
  });
}

/** @throws BackupError where the archive cannot be, before there is much work done */
async function refuseFile(file: string, home: string): Promise<void> {
  if (existsSync(file)) throw new BackupError(`${file} is there already. Choose another name.`);
  if (!relative(home, file).startsWith('..'))
    throw new BackupError(`${file} is inside of the home that it is to save. Choose a place outside.`);
  await access(dirname(file), mode.W_OK).catch((error: unknown) => {
    throw new BackupError(`${file} cannot be written.`, { cause: error });
  });
}

async function describe(
  { config, program, report, signal }: BackupOptions,
  home: string,
  migrations: Manifest['migrations'],
  found: HomeFiles,
): Promise<Manifest> {
  const files: BackedUpFile[] = [];
  const step = report.step('reading', sizeOf(found.files));
  for (const { path, bytes } of found.files) {
    signal?.throwIfAborted();
    files.push({ path, bytes, sha256: await checksumOf(join(home, path), step.advance) });
  }
  const kept = await readFile(join(home, KEY_FILE), 'utf8');
  return {
    ...{ format: 'gathering-backup', version: 1, createdAt: new Date().toISOString(), program, migrations },
    namespace: config.TEMPORAL_NAMESPACE,
    taskQueue: config.TEMPORAL_TASK_QUEUE,
    secretKey: fingerprintOf(config.SECRET_KEY ?? kept),
    files,
  };
}

async function writeArchive(
  { file, report, signal }: BackupOptions,
  home: string,
  manifest: Manifest,
  folders: readonly string[],
): Promise<void> {
  const partial = `${file}.${process.pid}.partial`;
  const step = report.step('writing', sizeOf(manifest.files));
  const counted = new Transform({
    transform(chunk: Buffer, _, done) {
      step.advance(chunk.length);
      done(null, chunk);
    },
  });
  // A name that begins with @ would be taken for another archive's.
  const paths = [MANIFEST_FILE, ...folders, ...manifest.files.map(({ path }) => path)].map(
    (path) => `./${path}`,
  );
  await writeJsonFile(join(home, MANIFEST_FILE), manifest);
  try {
    const archive = create({ cwd: home, portable: true, noDirRecurse: true, strict: true }, paths);
    const output = createWriteStream(partial, { flags: 'wx', mode: 0o600, flush: true });
    await pipeline(Readable.from(archive), counted, createZstdCompress(COMPRESSION), output, { signal });
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    throw new BackupError(`${file} cannot be written.`, { cause: error });
  } finally {
    await rm(join(home, MANIFEST_FILE), { force: true });
  }
}
