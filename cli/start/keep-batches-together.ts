import type { PGlite } from '@electric-sql/pglite';

const byteOf = (letter: string): number | undefined => Buffer.from(letter)[0];
/** Parse, Bind, Describe, Execute, Close, Flush: a Sync is still to come. */
const IN_BATCH: ReadonlySet<number | undefined> = new Set(['P', 'B', 'D', 'E', 'C', 'H'].map(byteOf));
const SYNC = Uint8Array.of(0x53, 0, 0, 0, 4);

/**
 * Makes the socket server serve nobody else between the first message of a batch of the extended query protocol and its Sync. By
 * itself it does so only within transactions: where a batch comes in several packets, the unnamed statement of one connection
 * would be replaced by that of another, and run with the wrong parameters.
 * https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY
 */
export function keepBatchesTogether(database: PGlite): void {
  const execute = database.execProtocolRawStream.bind(database);
  const isInTransaction = database.isInTransaction.bind(database);
  const exec = database.exec.bind(database);
  let isOpen = false;

  // The server lets only the connection on that was served last while this is true.
  database.isInTransaction = () => isOpen || isInTransaction();
  database.execProtocolRawStream = async (message, options) => {
    isOpen = IN_BATCH.has(message[0]);
    await execute(message, options);
  };
  // The server rolls back so where a connection is gone; in a batch that failed, everything but a Sync would be ignored.
  database.exec = async (...parameters) => {
    if (isOpen) await database.runExclusive(() => database.execProtocolRaw(SYNC));
    isOpen = false;
    return exec(...parameters);
  };
}
