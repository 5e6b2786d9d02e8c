import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import type { Entry, ZipFile } from 'yauzl';
import { fromBufferPromise } from 'yauzl';

import { GatheringFailure } from '../../contracts/failure.ts';

const MEGABYTE = 1024 * 1024;
const MAX_ENTRIES = 10_000;
/** Of all that is in it; a document of 25 MB is at most this large with text alone. */
const MAX_UNPACKED_BYTES = 250 * MEGABYTE;
/** Pictures are not unpacked by what reads it. */
const PICTURES = 'word/media/';

/**
 * Whether an Office document may be unpacked in memory: first by what its directory says of the sizes, then by unpacking it piece by piece,
 * as a directory can lie.
 * @throws `InvalidInput` when it is damaged, encrypted, no Word document, or unpacks to too much
 */
export const checkArchive = async (bytes: Buffer): Promise<void> => {
  try {
    const archive = await fromBufferPromise(bytes);
    await countBytes(archive, await listEntries(archive));
  } catch (cause) {
    if (cause instanceof GatheringFailure) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw refuse(`The Word document is damaged: ${reason}`, cause);
  }
};

const listEntries = async (archive: ZipFile): Promise<Entry[]> => {
  const entries: Entry[] = [];
  let unpacked = 0;
  if (archive.entryCount > MAX_ENTRIES) throw refuse(`The Word document holds ${archive.entryCount} files`);
  for await (const entry of archive.eachEntry()) {
    if (entry.isEncrypted()) throw refuse('The Word document is protected by a password');
    unpacked += entry.uncompressedSize;
    if (unpacked > MAX_UNPACKED_BYTES) throw tooLarge();
    if (!entry.fileName.startsWith(PICTURES)) entries.push(entry);
  }
  if (!entries.some((entry) => entry.fileName === '[Content_Types].xml'))
    throw refuse('The file is an archive, and no Word document');
  return entries;
};

const countBytes = async (archive: ZipFile, entries: readonly Entry[]): Promise<void> => {
  let unpacked = 0;
  for (const entry of entries) {
    const counter = new Writable({
      write(piece: Buffer, _encoding, done) {
        unpacked += piece.length;
        done(unpacked > MAX_UNPACKED_BYTES ? tooLarge() : null);
      },
    });
    await pipeline(await archive.openReadStreamPromise(entry), counter);
  }
};

const tooLarge = (): GatheringFailure =>
  refuse(`The Word document unpacks to more than ${MAX_UNPACKED_BYTES / MEGABYTE} MB`);

const refuse = (message: string, cause?: unknown): GatheringFailure =>
  new GatheringFailure('InvalidInput', message, { cause });
