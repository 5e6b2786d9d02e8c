import type { Request, RequestHandler, Response } from 'express';
import express from 'express';

import { ProtocolProblem } from '../problem.ts';

export interface BodyOptions {
  /** Media type that the route reads. */
  type: 'application/json' | 'application/yaml' | 'multipart/form-data';
  maxBytes: number;
}

export type BodyReader = (request: Request, response: Response) => Promise<string | undefined>;

/**
 * Makes what reads a route's bodies as text; it gives undefined where there is none, and throws ProtocolProblem for a wrong content
 * type or encoding, and for what is too large, cut off, or not UTF-8.
 */
export function createBodyReader({ type, maxBytes }: BodyOptions): BodyReader {
  const raw: RequestHandler = express.raw({ type: () => true, limit: maxBytes });
  const readBytes = (request: Request, response: Response): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      raw(request, response, (error?: unknown) => {
        if (error !== undefined) reject(asProblem(error, maxBytes));
        else resolve(Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0));
      });
    });

  return async (request, response) => {
    if (!hasBody(request)) return undefined;
    if (!request.is(type) || !isUtf8(request)) {
      throw new ProtocolProblem('unsupported-media-type', `The body must be ${type} in UTF-8.`, {
        accept: type,
      });
    }
    const bytes = await readBytes(request, response);
    try {
      // In JSON a byte order mark means nothing; who reads something else sees it.
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: type !== 'application/json' }).decode(bytes);
    } catch {
      throw new ProtocolProblem('malformed-request', 'The body is not UTF-8.');
    }
  };
}

const hasBody = (request: Request): boolean =>
  request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;

function isUtf8(request: Request): boolean {
  const charset = /;\s*charset="?([^";\s]+)"?/i.exec(request.headers['content-type'] ?? '')?.[1];
  return charset === undefined || /^utf-?8$/i.test(charset);
}

/** The body parser's errors say by `status` whose fault it is. */
function asProblem(error: unknown, maxBytes: number): Error {
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  if (status === 413)
    return new ProtocolProblem('too-large', `The body must not be larger than ${maxBytes} bytes.`);
  if (status === 415)
    return new ProtocolProblem('unsupported-media-type', 'The content encoding is not known here.');
  if (status === 400)
    return new ProtocolProblem('malformed-request', 'The body was cut off or is not encoded as it says.');
  return error instanceof Error ? error : new Error('the body could not be read', { cause: error });
}
