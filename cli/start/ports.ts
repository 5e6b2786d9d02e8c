import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

import { z } from 'zod';

import { readJsonFile, writeJsonFile } from '../json-file.ts';

/** A port of 127.0.0.1 that was free a moment ago; the system hands the same one out again only after many others. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('the system gave no port'));
        else resolve(address.port);
      });
    });
  });
}

/** True when nothing listens at this address yet. */
export function isPortFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}

/** Waits until nothing listens there any more; false when something still does after `limitMs`. */
export async function awaitFreePort(port: number, host: string, limitMs: number): Promise<boolean> {
  const end = performance.now() + limitMs;
  while (!(await isPortFree(port, host))) {
    if (performance.now() > end) return false;
    await wait(100);
  }
  return true;
}

const Remembered = z.record(z.string(), z.number().int());

/**
 * Gives each name a port: the one it had the last time, as long as that is free, so that links stay good.
 * @param file where they are remembered
 */
export async function rememberPorts<Name extends string>(
  file: string,
  names: readonly Name[],
): Promise<Record<Name, number>> {
  const remembered = (await readJsonFile(file, Remembered)) ?? {};
  const chosen = await Promise.all(
    names.map(async (name) => {
      const last = remembered[name];
      return [
        name,
        last !== undefined && (await isPortFree(last, '127.0.0.1')) ? last : await freePort(),
      ] as const;
    }),
  );
  const ports = Object.fromEntries(chosen) as Record<Name, number>; // One entry for each name.
  await writeJsonFile(file, { ...remembered, ...ports });
  return ports;
}
