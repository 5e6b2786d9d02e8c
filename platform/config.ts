import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';

import { z } from 'zod';

import { isAllowEntry } from './outbound/allow-list.ts';

const port = z.coerce.number().int().min(0).max(65535);
const flag = z.enum(['true', 'false', '1', '0']).transform((value) => value === 'true' || value === '1');
const commaSeparated = z.string().transform((value) =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);

/**
 * Every setting of every process, read from the environment and from `.env`.
 * A variable that is set but empty counts as not set.
 */
const Environment = z.object({
  /** Folder with everything that the embedded parts keep: database, engine file, secret key, run files. */
  GATHERING_HOME: z.string().default('.gathering'),
  GATHERING_ADMIN_EMAIL: z.email().or(z.literal('admin@localhost')).optional(),
  GATHERING_ADMIN_PASSWORD: z.string().min(8).optional(),
  API_HOST: z.string().default('127.0.0.1'),
  API_PORT: port.default(8000),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  DATABASE_POOL_MIN: z.coerce.number().int().min(0).default(4),
  DATABASE_POOL_MAX: z.coerce.number().int().min(1).default(20),
  /** The embedded database serves one session: no LISTEN, no named statements. Set by the supervisor. */
  DATABASE_EMBEDDED: flag.default(false),
  TEMPORAL_ADDRESS: z.string().optional(),
  TEMPORAL_NAMESPACE: z.string().default('default'),
  TEMPORAL_TASK_QUEUE: z.string().default('gathering'),
  /** Turns TLS on with the system's certificate authorities; any of the variables below turns it on as well. */
  TEMPORAL_TLS_ENABLED: flag.default(false),
  /** Paths of PEM files. */
  TEMPORAL_TLS_CERT: z.string().optional(),
  TEMPORAL_TLS_KEY: z.string().optional(),
  TEMPORAL_TLS_CA: z.string().optional(),
  TEMPORAL_TLS_SERVER_NAME: z.string().optional(),
  /** Address of the Temporal Web UI, for links from the dashboard. */
  TEMPORAL_UI_URL: z.url().optional(),
  JWT_SECRET: z.string().min(32).optional(),
  /** Seals the stored secrets: base64 of 32 bytes. `npm start` keeps one in the home folder. */
  SECRET_KEY: z
    .base64()
    .refine((text) => Buffer.from(text, 'base64').length === 32, { error: 'must be base64 of 32 bytes' })
    .optional(),
  CORS_ORIGINS: commaSeparated.default([]),
  OPENAI_API_KEY: z.string().optional(),
  OPENAI_BASE_URL: z.url().optional(),
  ANTHROPIC_API_KEY: z.string().optional(),
  ANTHROPIC_BASE_URL: z.url().optional(),
  OLLAMA_BASE_URL: z.url().optional(),
  /** Any server that speaks OpenAI's chat format. */
  OPENAI_COMPATIBLE_BASE_URL: z.url().optional(),
  OPENAI_COMPATIBLE_API_KEY: z.string().optional(),
  /** The model that seeded agents use there; without it, a name that servers with one model take. */
  OPENAI_COMPATIBLE_MODEL: z.string().default('default'),
  LOG_LEVEL: z.enum(['error', 'warn', 'info', 'debug']).default('info'),
  /** How `npm start` shows its parts' lines; each part by itself always writes JSON. */
  LOG_FORMAT: z.enum(['pretty', 'json']).default('pretty'),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url().optional(),
  OUTBOUND_ALLOW: commaSeparated
    .refine((entries) => entries.every(isAllowEntry), {
      error: 'must be host:port with commas between, such as 127.0.0.1:8080,[::1]:9090',
    })
    .default([]),
  RUN_COST_LIMIT_USD: z.coerce.number().positive().default(5),
  /** Runs are deleted so many days after they have ended, with their files; 0 keeps them. */
  RUN_RETENTION_DAYS: z.coerce.number().int().min(0).max(36_500).default(90),
  /** Address of a fault-injection controller; only `npm run chaos` sets it. */
  FAILPOINT_SOCKET: z.string().optional(),
});

export type Config = Readonly<z.infer<typeof Environment> & { home: string }>;

/** Thrown when a variable has a bad value; the message names each variable and what it may be. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Reads the configuration once, at process start.
 * @param environment defaults to `process.env`; variables there win over those in `.env`
 * @throws ConfigError naming every bad variable at once
 */
export function loadConfig(environment: NodeJS.ProcessEnv = process.env, folder = process.cwd()): Config {
  const file = resolve(folder, '.env');
  const fromFile = existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {};
  const merged = { ...fromFile, ...environment };
  const present = Object.fromEntries(
    Object.entries(merged).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = Environment.safeParse(present);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
    throw new ConfigError(`The configuration is not valid:\n${lines.join('\n')}`);
  }
  return Object.freeze({ ...parsed.data, home: resolve(folder, parsed.data.GATHERING_HOME) });
}
