import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { text as readAll } from 'node:stream/consumers';

import { z } from 'zod';

import type { JsonObject, JsonSchema } from '../contracts/json.ts';
import { Json } from '../contracts/json.ts';
import { UsageError } from './usage-error.ts';

const Properties = z.looseObject({
  properties: z.record(z.string(), z.looseObject({ type: z.unknown() })).catch({}),
});

/**
 * Reads `--input name=value` options. A value is text, unless the pipeline's input schema says that the field is something
 * else or it is written `name:=<JSON>`.
 * @throws UsageError
 */
export function parseInputs(pairs: readonly string[], schema: JsonSchema | undefined): JsonObject {
  const properties = Properties.safeParse(schema ?? {}).data?.properties ?? {};
  const input: JsonObject = {};
  for (const pair of pairs) {
    const found = /^([^=:]+)(:?=)([\s\S]*)$/.exec(pair);
    const [, name = '', operator, value = ''] = found ?? [];
    if (found === null) throw new UsageError(`--input ${pair}: write it as name=value, or as name:=<JSON>.`);
    const type = properties[name]?.type;
    const isText = operator === '=' && (type === undefined || type === 'string' || Array.isArray(type));
    input[name] = isText ? value : parseJson(name, value);
  }
  return input;
}

function parseJson(name: string, value: string): Json {
  try {
    return Json.parse(JSON.parse(value));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`--input ${name}: ${JSON.stringify(value)} is not valid JSON (${why}).`);
  }
}

/**
 * Reads a document into `text` and its file name into `name`; `-` is the standard input.
 * @throws UsageError when it cannot be read or is not UTF-8 text
 */
export async function readDocument(path: string): Promise<{ text: string; name: string }> {
  if (path === '-') return { text: await readAll(process.stdin), name: 'standard input' };
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new UsageError(`--file ${path}: ${error instanceof Error ? error.message : String(error)}`);
  });
  if (bytes.includes(0))
    throw new UsageError(`--file ${path} is a binary file. A text, Markdown or HTML file is wanted.`);
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), name: basename(path) };
  } catch (error) {
    throw new UsageError(`--file ${path} is not UTF-8 text. Save it as UTF-8 first.`, { cause: error });
  }
}
