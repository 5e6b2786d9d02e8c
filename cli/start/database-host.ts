import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';

import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';

import { takeLock } from './home-lock.ts';
import { keepBatchesTogether } from './keep-batches-together.ts';

/**
 * The embedded database as a process of its own: `database-host.ts <folder> <port> [<stuck after, in ms>]`. It prints `ready` once it answers.
 * It ends with code 1 when a client sits in an open transaction while others wait, and when the database itself breaks: open
 * transactions are rolled back by that, and the supervisor starts it again.
 */
const LOCK_WAIT_MS = 20_000;
const MAX_CONNECTIONS = 200;

const [folderArgument, portArgument, stuckArgument] = process.argv.slice(2);
if (folderArgument === undefined || portArgument === undefined)
  throw new Error('usage: database-host.ts <folder> <port>');
const stuckAfterMs = Number(stuckArgument ?? 15_000);
const folder = resolve(folderArgument);
await mkdir(folder, { recursive: true });
const lock = await waitForLock(`${folder}.lock`, `127.0.0.1:${portArgument}`);

let stopping = false;
const db = await PGlite.create({ dataDir: folder, extensions: { vector } });
keepBatchesTogether(db);
const activity = watchActivity(db);
const server = new PGLiteSocketServer({
  db,
  host: '127.0.0.1',
  port: Number(portArgument),
  maxConnections: MAX_CONNECTIONS,
});
await server.start();

const watchdog = setInterval(() => {
  const waiting = server.getStats().queuedQueries;
  if (waiting === 0 || activity.running || performance.now() - activity.endedAt < stuckAfterMs) return;
  process.stderr.write(
    `a client left a transaction open for ${stuckAfterMs} ms while ${waiting} queries wait\n`,
  );
  process.exit(1);
}, 1000);

const stop = async (): Promise<void> => {
  if (stopping) return;
  stopping = true;
  clearInterval(watchdog);
  await server.stop();
  await db.close();
  await lock.release();
  process.exit(0);
};
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop());
process.stdout.write('ready\n');

/** The host of a supervisor that was killed needs a moment to end. */
async function waitForLock(file: string, address: string): Promise<{ release(): Promise<void> }> {
  const end = performance.now() + LOCK_WAIT_MS;
  for (;;) {
    const taken = await takeLock(file, address);
    if ('lock' in taken) return taken.lock;
    if (performance.now() > end) throw new Error(`process ${taken.holder.pid} has the database open`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function watchActivity(database: PGlite): { running: boolean; endedAt: number } {
  const seen = { running: false, endedAt: performance.now() };
  const execute = database.execProtocolRawStream.bind(database);
  database.execProtocolRawStream = async (...parameters) => {
    seen.running = true;
    try {
      await execute(...parameters);
    } catch (error) {
      // The server would wait for ever; a statement that Postgres refuses is no error here.
      process.stderr.write(`the database broke: ${error instanceof Error ? error.message : String(error)}\n`);
      if (!stopping) process.exit(1);
    } finally {
      seen.running = false;
      seen.endedAt = performance.now();
    }
  };
  return seen;
}
