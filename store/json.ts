import type { FragmentSqlToken } from 'slonik';
import { sql } from 'slonik';

/** `\u0000` and unpaired surrogates as JSON writes them; an even number of backslashes before one means that it is text. */
const UNSTORABLE = /((?<!\\)(?:\\\\)*)\\u(?:0000|[dD][89a-fA-F][0-9a-fA-F]{2})/g;

/** A JSON text that Postgres takes and can look into: what it cannot hold in a string is there as U+FFFD. */
export function storableJson(value: unknown): string {
  const text = JSON.stringify(value);
  return text.includes('\\u') ? text.replace(UNSTORABLE, '$1\\ufffd') : text;
}

/** Binds a JSON value as `json`, which keeps the order of its keys; undefined becomes SQL's null. */
export const json = (value: unknown): FragmentSqlToken =>
  value === undefined ? sql.fragment`null::json` : sql.fragment`${storableJson(value)}::json`;

/** Binds a JSON value as `jsonb`; undefined becomes SQL's null. */
export const jsonb = (value: unknown): FragmentSqlToken =>
  value === undefined ? sql.fragment`null::jsonb` : sql.fragment`${storableJson(value)}::jsonb`;
