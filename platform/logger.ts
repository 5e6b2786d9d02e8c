import { AsyncLocalStorage } from 'node:async_hooks';

import winston from 'winston';
import Transport from 'winston-transport';

/** What ties a line to a request, a run or a workflow. */
export interface LogContext {
  requestId?: string;
  runId?: string;
  workflowId?: string;
}

/** What every part logs with; the second argument holds particulars, an error among them as `error`. */
export interface Logger {
  error(message: string, particulars?: Record<string, unknown>): void;
  warn(message: string, particulars?: Record<string, unknown>): void;
  info(message: string, particulars?: Record<string, unknown>): void;
  debug(message: string, particulars?: Record<string, unknown>): void;
}

export interface LoggerOptions {
  /** The process: `api`, `worker`. */
  part: string;
  level: 'error' | 'warn' | 'info' | 'debug';
  /** Where lines go; stdout unless a test reads them. */
  stream?: NodeJS.WritableStream;
}

const context = new AsyncLocalStorage<LogContext>();

/** Everything that `work` logs, now or later, carries these ids as well as those around it. */
export const withLogContext = <T>(ids: LogContext, work: () => T): T =>
  context.run({ ...context.getStore(), ...ids }, work);

/** Writes one JSON object a line: level, message, timestamp, part, the ids of the context, particulars. Credentials never. */
export function createLogger({ part, level, stream = process.stdout }: LoggerOptions): Logger {
  const logger = winston.createLogger({
    level,
    format: winston.format.combine(
      winston.format((line) => Object.assign(line, context.getStore()))(),
      winston.format.timestamp(),
      winston.format((line) => Object.assign(line, withoutCredentials(line)))(),
      winston.format.json(),
    ),
    defaultMeta: { part },
    transports: linesTo(stream),
  });
  const write = (atLevel: LoggerOptions['level']) => {
    const isWritten = logger.isLevelEnabled(atLevel); // Winston would make the line first and then throw it away.
    return (message: string, particulars: Record<string, unknown> = {}): void => {
      if (isWritten) logger.log(atLevel, message, particulars);
    };
  };
  return { error: write('error'), warn: write('warn'), info: write('info'), debug: write('debug') };
}

/** Where winston's last format leaves the finished line. */
const LINE = Symbol.for('message');

function linesTo(stream: NodeJS.WritableStream): winston.transport {
  const transport: unknown = new Transport({
    log(entry: Record<symbol, unknown>, next) {
      stream.write(`${String(entry[LINE])}\n`);
      next();
    },
  });
  return transport as winston.transport; // One class; winston's typings make two types of it.
}

const CREDENTIAL_NAME = /authorization|cookie|passw|secret|token|api[-_]?key|private[-_]?key/i;
const CREDENTIAL_TEXT =
  /\b(Bearer|Basic)\s+[\w.~+/=-]+|\beyJ[\w-]+\.[\w-]+\.[\w-]*|\b(postgres(?:ql)?:\/\/[^:@/\s]*):[^@\s]*@/g;
const MAX_DEPTH = 6;

/** A copy with errors as data, and nothing in it that lets somebody in. */
function withoutCredentials(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return withoutCredentialText(value);
  if (value instanceof Error) return errorAsData(value, depth);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) return '…';
  if (Array.isArray(value)) return value.map((item) => withoutCredentials(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [
      name,
      CREDENTIAL_NAME.test(name) && part !== undefined ? '***' : withoutCredentials(part, depth + 1),
    ]),
  );
}

const withoutCredentialText = (text: string): string =>
  text.replace(CREDENTIAL_TEXT, (_, scheme: string | undefined, database: string | undefined) =>
    database === undefined ? `${scheme ?? ''} ***`.trim() : `${database}:***@`,
  );

function errorAsData(error: Error, depth: number): Record<string, unknown> {
  const { name, message, stack, cause } = error;
  return {
    name,
    message: withoutCredentialText(message),
    ...(stack === undefined ? {} : { stack: withoutCredentialText(stack) }),
    ...('code' in error ? { code: error.code } : {}),
    ...(cause === undefined || depth >= MAX_DEPTH ? {} : { cause: withoutCredentials(cause, depth + 1) }),
  };
}
