import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

import { z } from 'zod';

import { readJsonFile, writeJsonFile } from '../json-file.ts';
import { hasCode } from './error-code.ts';

/** Below the ports that systems give to outgoing connections: one of those may be taken again at any moment. */
const FIRST_PORT = 20_000;
const PORT_COUNT = 10_000;
const TRIES = 100;

/** A port of 127.0.0.1 that was free a moment ago, chosen at random so that two who ask at once hardly get the same. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const port = FIRST_PORT + randomInt(PORT_COUNT);
    if (await isPortFree(port, '127.0.0.1')) return port;
  }
  throw new Error(`none of ${TRIES} ports from ${FIRST_PORT} on is free`);
}

/** True when nothing listens at this address yet; rejects where nobody could: no such address, or not permitted. */
export function isPortFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => {
      if (hasCode(error, 'EADDRINUSE')) resolve(false);
      else reject(error);
    });
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
