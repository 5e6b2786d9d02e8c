import { randomBytes } from 'node:crypto';
import { access, constants, mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { keepSecretFile } from './home-lock.ts';
import { StartError } from './start-error.ts';

/** The places in the home folder; everything that the embedded parts keep is below it. */
export interface Home {
  readonly folder: string;
  readonly lock: string;
  readonly ports: string;
  readonly processes: string;
  readonly database: string;
  readonly temporal: string;
}

/**
 * Makes the folder, which only its owner may enter: it holds keys and everybody's data.
 * @throws StartError when it cannot be made or written to
 */
export async function openHome(folder: string): Promise<Home> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new StartError(`The home folder ${folder} (GATHERING_HOME) cannot be used.`, { cause: error });
  }
  return {
    folder,
    lock: join(folder, 'start.lock'),
    ports: join(folder, 'ports.json'),
    processes: join(folder, 'processes.json'),
    database: join(folder, 'database'),
    temporal: join(folder, 'temporal.db'),
  };
}

/** The keys of this installation, made at the first start: without `secret.key` the stored secrets cannot be read any more. */
export async function keysOf(home: Home): Promise<{ jwtSecret: string; secretKey: string }> {
  const [jwtSecret, secretKey] = await Promise.all([
    keepSecretFile(join(home.folder, 'jwt.key'), () => randomBytes(48).toString('base64url')),
    keepSecretFile(join(home.folder, 'secret.key'), () => randomBytes(32).toString('base64')),
  ]);
  return { jwtSecret, secretKey };
}
