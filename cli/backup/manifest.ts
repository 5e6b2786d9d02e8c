import { createHash } from 'node:crypto';

import { z } from 'zod';

import type { Config } from '../../platform/config.ts';

/** The first entry of the archive; everything else in it is named here. */
export const MANIFEST_FILE = 'backup.json';
/** What the secrets in the database are sealed with, unless SECRET_KEY is set. */
export const KEY_FILE = 'secret.key';

/** What a backup holds and what it needs. */
export const Manifest = z.object({
  format: z.literal('gathering-backup'),
  version: z.literal(1),
  createdAt: z.iso.datetime(),
  /** Of the program that made it. */
  program: z.string(),
  /** The migrations that its database has, oldest first. */
  migrations: z.array(z.object({ version: z.number().int(), name: z.string(), checksum: z.string() })),
  namespace: z.string(),
  taskQueue: z.string(),
  /** Tells the key that its secrets are sealed with from others. */
  secretKey: z.string(),
  files: z.array(z.object({ path: z.string(), bytes: z.number().int(), sha256: z.string() })),
});
export type Manifest = z.infer<typeof Manifest>;
export type BackedUpFile = Manifest['files'][number];

export const sizeOf = (files: readonly Pick<BackedUpFile, 'bytes'>[]): number =>
  files.reduce((sum, { bytes }) => sum + bytes, 0);

/** What a key may be known by without being given away. */
export const fingerprintOf = (key: string): string =>
  createHash('sha256').update(`fingerprint of ${key.trim()}`).digest('hex').slice(0, 16);

/**
 * What of this configuration would keep the house in a backup from going on.
 * @param kept the key in its own home
 */
export function misfitsOf(manifest: Manifest, config: Config, kept: string): string[] {
  const { namespace, taskQueue, secretKey } = manifest;
  const misfits: string[] = [];
  if (config.TEMPORAL_NAMESPACE !== namespace)
    misfits.push(`It was made with TEMPORAL_NAMESPACE=${namespace}, its runs are there: set the same.`);
  if (config.TEMPORAL_TASK_QUEUE !== taskQueue)
    misfits.push(`It was made with TEMPORAL_TASK_QUEUE=${taskQueue}, its runs wait there: set the same.`);
  if (fingerprintOf(config.SECRET_KEY ?? kept) !== secretKey) {
    misfits.push(
      config.SECRET_KEY === undefined
        ? 'Its secrets are sealed with a SECRET_KEY that was set in the environment: set the same.'
        : 'Its secrets are sealed with another key than SECRET_KEY: set that one, or none if it was not set then.',
    );
  }
  return misfits;
}
