import type { Readable } from 'node:stream';

import type { Json } from '../../contracts/json.ts';

/**
 * Reads a response body up to `maxBytes`; of a longer one the rest is not read and its connection is closed.
 * A multi-byte character that the cut goes through is dropped.
 */
export async function readBody(
  body: Readable,
  headers: Readonly<Record<string, string>>,
  maxBytes: number,
): Promise<{ body: Json; truncated: boolean }> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    // Leaving the loop destroys the stream and with it the connection.
    if (bytes > maxBytes) break;
  }
  const truncated = bytes > maxBytes;
  const kept = Buffer.concat(chunks).subarray(0, maxBytes);
  const text = new TextDecoder().decode(kept, { stream: truncated });
  return { body: truncated ? text : parsedBody(text, headers['content-type']), truncated };
}

function parsedBody(text: string, contentType = ''): Json {
  if (!/^application\/([\w.+-]+\+)?json\b/i.test(contentType)) return text;
  try {
    const value = JSON.parse(text) as Json; // what JSON.parse returns is JSON
    return isTooDeep(value) ? text : value;
  } catch {
    // A server that mislabels its answer: the caller gets what it sent.
    return text;
  }
}

/** Nested deeper, a value exhausts the stack of whoever walks it. */
const MAX_DEPTH = 200;

function isTooDeep(value: Json): boolean {
  let level: Json[] = [value];
  for (let depth = 0; depth <= MAX_DEPTH; depth += 1) {
    level = level.flatMap((part) => (typeof part === 'object' && part !== null ? Object.values(part) : []));
    if (level.length === 0) return false;
  }
  return true;
}
