import { createPgDriverFactory } from '@slonik/pg-driver';
import type {
  CommonQueryMethods,
  DatabasePool,
  DatabaseTransactionConnection,
  DriverFactory,
  DriverTypeParser,
  Interceptor,
} from 'slonik';
import { createPool, SchemaValidationError, sql, StatementTimeoutError } from 'slonik';

import { isOutage } from './store-failure.ts';

export type Pool = DatabasePool;
export type Transaction = DatabaseTransactionConnection;
/** A pool or an open transaction: what a query needs. */
export type Queryable = CommonQueryMethods;
export { sql };

export interface PoolOptions {
  databaseUrl: string;
  /** PGlite behind its socket: one session for all connections; see `docs/architecture.md`. */
  embedded: boolean;
  min: number;
  max: number;
  /** Told of connections that broke while nobody used them; the pool replaces them by itself. */
  logger?: { warn(message: string, context?: Record<string, unknown>): unknown };
  /** Longest time that one query may take, measured on this side, because PGlite ignores `statement_timeout`. */
  queryTimeoutMs?: number;
}

const QUERY_TIMEOUT_MS = 30_000;
const CONNECT_TIMEOUT_MS = 5_000;
const IDLE_TIMEOUT_MS = 10 * 60_000;

/**
 * Opens the pool of one process. Rows are parsed by the schema of their `sql.type`; instants come as ISO strings, `bigint` as number.
 * Sessions are never reset, and on the embedded database statements never named, as both would reach into other connections
 * there; so nothing may change a session's state but by `set local`.
 * @throws when the database cannot be reached
 */
export async function openPool(options: PoolOptions): Promise<Pool> {
  const timeoutMs = options.queryTimeoutMs ?? QUERY_TIMEOUT_MS;
  const pool = await createPool(options.databaseUrl, {
    minPoolSize: options.min,
    maxPoolSize: Math.max(options.max, options.min, 1),
    connectionTimeout: CONNECT_TIMEOUT_MS,
    idleTimeout: IDLE_TIMEOUT_MS,
    gracefulTerminationTimeout: 1_000,
    statementTimeout: options.embedded ? 'DISABLE_TIMEOUT' : timeoutMs,
    idleInTransactionSessionTimeout: options.embedded ? 'DISABLE_TIMEOUT' : timeoutMs,
    resetConnection: () => Promise.resolve(),
    driverFactory: asWeQuery(createPgDriverFactory(), { timeoutMs, named: !options.embedded }),
    interceptors: [parseRows],
    typeParsers,
  });
  // Slonik tells here also what queries were refused for, which whoever sent them has heard.
  pool.on('error', (error) => {
    if (isOutage(error)) options.logger?.warn('a database connection broke', { error: error.message });
  });
  return pool;
}

const typeParsers: readonly DriverTypeParser[] = [
  { name: 'timestamptz', parse: isoOf },
  { name: 'int8', parse: Number },
];

const UTC = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d+))?\+00$/;

/** Where the session's time zone is UTC, rewriting the text is several times faster than making a date of it. */
function isoOf(text: string): string {
  const [, date, time, fraction = ''] = UTC.exec(text) ?? [];
  if (date === undefined || time === undefined) return new Date(text).toISOString();
  return `${date}T${time}.${fraction.padEnd(3, '0').slice(0, 3)}Z`;
}

/** Slonik leaves it to an interceptor to apply the schemas of `sql.type`. */
const parseRows: Interceptor = {
  name: 'parse-rows',
  transformRow: (context, query, row) => {
    const parsed = context.resultParser?.['~standard'].validate(row);
    if (parsed === undefined) return row;
    if (parsed instanceof Promise) throw new TypeError('row schemas must not be asynchronous');
    if (parsed.issues !== undefined) throw new SchemaValidationError(query, row, parsed.issues);
    return parsed.value as typeof row; // Slonik types rows as what Postgres sent; callers see the schema's type.
  },
};

/**
 * A query that has no answer in time is an error and its connection is given up. Where statements may have names, each text
 * gets one, so that Postgres parses and plans it once a connection.
 */
function asWeQuery(createDriver: DriverFactory, how: { timeoutMs: number; named: boolean }): DriverFactory {
  const nameOf = how.named ? createStatementNames() : () => undefined;
  return async (configuration) => {
    const driver = await createDriver(configuration);
    return {
      createClient: async () => {
        const client = await driver.createClient();
        return {
          ...client,
          query: (text, values, given) => {
            const name = nameOf(text);
            const options = name === undefined ? given : { ...given, name };
            return withinTime(client.query(text, values, options), how.timeoutMs);
          },
        };
      },
    };
  };
}

/** Each connection keeps what it has prepared, so texts that vary without end get no name. */
const MOST_NAMES = 200;

/** Belongs into a statement whose best plan depends on its values: it gets no name, and is planned each time. */
export const plannedEachTime = sql.fragment`/* planned each time */`;

function createStatementNames(): (text: string) => string | undefined {
  const names = new Map<string, string>();
  return (text) => {
    const known = names.get(text);
    if (known !== undefined || names.size >= MOST_NAMES || text.includes(plannedEachTime.sql)) return known;
    const name = `s${names.size}`;
    names.set(text, name);
    return name;
  };
}

async function withinTime<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const timer = setTimeout(() => {
    reject(new StatementTimeoutError(new Error(`the database did not answer within ${timeoutMs} ms`)));
  }, timeoutMs);
  work.then(resolve, reject);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
  }
}
