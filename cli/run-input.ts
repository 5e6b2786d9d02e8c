import { basename } from 'node:path';

import { z } from 'zod';

import type { JsonObject, JsonSchema } from '../contracts/json.ts';
import { Json } from '../contracts/json.ts';
import { readText } from './text-file.ts';
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
  const fields = pairs.map((pair): [string, Json] => {
    const found = /^([^=:]+)(:?=)([\s\S]*)$/.exec(pair);
    const [, name = '', operator, value = ''] = found ?? [];
    if (found === null) throw new UsageError(`--input ${pair}: write it as name=value, or as name:=<JSON>.`);
    const type = properties[name]?.type;
    const isText = operator === '=' && (type === undefined || type === 'string' || Array.isArray(type));
    return [name, isText ? value : parseJson(name, value)];
  });
  return Object.fromEntries(fields);
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
export const readDocument = async (path: string): Promise<{ text: string; name: string }> => ({
  text: await readText(path),
  name: path === '-' ? 'standard input' : basename(path),
});
