import { lookup as systemLookup } from 'node:dns/promises';

import { Agent, errors as undiciErrors } from 'undici';

import { GatheringFailure } from '../../contracts/failure.ts';
import type { Json } from '../../contracts/json.ts';
import { parseAllowList } from './allow-list.ts';
import { type Lookup, pinnedConnector } from './pinned-connector.ts';
import { readBody } from './response-body.ts';
import { parseTarget } from './target.ts';

export interface OutboundRequest {
  method: string;
  url: string;
  headers?: Readonly<Record<string, string>>;
  /** A string is sent as it is, anything else as JSON. */
  body?: Json;
  /** For the whole call, name resolution and body included; default 30 seconds. */
  timeoutMs?: number;
  signal?: AbortSignal;
  /** Where the response body is cut; default 5 MB. */
  maxBytes?: number;
  /** Sent as `Idempotency-Key`, whatever `headers` say. */
  idempotencyKey?: string;
}

export interface OutboundResponse {
  status: number;
  /** Names in lower case; repeated headers joined by `, `. */
  headers: Record<string, string>;
  /** Parsed when the content type is JSON and it parses, is complete and nested at most 200 deep, else the text. */
  body: Json;
  /** True when the body was longer than `maxBytes`: `body` is then the text of its beginning. */
  truncated: boolean;
}

/** The one way out: every HTTP call that an agent, a pipeline or a webhook causes goes through it. */
export interface Outbound {
  /**
   * Makes one HTTP call. Redirects are not followed and no status is an error here (see `failureOfStatus`).
   * @throws GatheringFailure `InvalidInput` for a bad URL, method or header; `Forbidden` for an address that may not
   * be reached; `Unavailable` for connection errors and timeouts. When `signal` aborts, its reason is thrown.
   */
  request(request: OutboundRequest): Promise<OutboundResponse>;
  /** Waits for calls in flight, then closes the pooled connections. */
  close(): Promise<void>;
}

export interface OutboundOptions {
  /** `host:port` entries of `OUTBOUND_ALLOW`. */
  allow: readonly string[];
  lookup?: Lookup;
  connectTimeoutMs?: number;
}

const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_MAX_BYTES = 5_000_000;
/** The connection's own headers, and `host`, which would lead past the check of the URL's host on a shared server. */
const RESERVED_HEADERS: ReadonlySet<string> = new Set(
  'host connection keep-alive proxy-connection transfer-encoding content-length upgrade te trailer expect'.split(
    ' ',
  ),
);

/** Makes the outbound client; it keeps connections open between calls, so make one a process. */
export function createOutbound({
  allow,
  lookup = lookupAll,
  connectTimeoutMs = 10_000,
}: OutboundOptions): Outbound {
  const allowList = parseAllowList(allow);
  const agent = new Agent({ connect: pinnedConnector(allowList, lookup, connectTimeoutMs), pipelining: 1 });

  return {
    request: async (request) => {
      const target = parseTarget(request.url, allowList);
      const { headers, body } = messageOf(request);
      const deadline = startDeadline(request.timeoutMs ?? DEFAULT_TIMEOUT_MS, request.signal);
      try {
        const response = await agent.request({
          origin: target.origin,
          path: target.path,
          method: request.method.toUpperCase(),
          headers,
          body,
          signal: deadline.signal,
          headersTimeout: 0,
          bodyTimeout: 0,
        });
        const answered = headersOf(response.headers);
        const content = await readBody(response.body, answered, request.maxBytes ?? DEFAULT_MAX_BYTES);
        return { status: response.statusCode, headers: answered, ...content };
      } catch (cause) {
        request.signal?.throwIfAborted();
        throw failureOf(cause, target.origin);
      } finally {
        deadline.clear();
      }
    },
    close: () => agent.close(),
  };
}

const lookupAll: Lookup = (hostname) => systemLookup(hostname, { all: true });

function messageOf(request: OutboundRequest): { headers: Record<string, string>; body: string | null } {
  const headers: Record<string, string> = { 'user-agent': 'GatheRing', accept: '*/*' };
  for (const [name, value] of Object.entries(request.headers ?? {})) {
    const lower = name.toLowerCase();
    if (RESERVED_HEADERS.has(lower))
      throw new GatheringFailure('InvalidInput', `The header "${name}" cannot be set`);
    headers[lower] = value;
  }
  if (request.idempotencyKey !== undefined) headers['idempotency-key'] = request.idempotencyKey;
  const { body } = request;
  if (body === undefined || typeof body === 'string') return { headers, body: body ?? null };
  headers['content-type'] ??= 'application/json';
  return { headers, body: JSON.stringify(body) };
}

function headersOf(raw: Record<string, string | string[] | undefined>): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(raw)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}

/** One timer and one listener: `AbortSignal.any` and `.timeout` cost more than the rest of a pooled call. */
function startDeadline(
  timeoutMs: number,
  outer: AbortSignal | undefined,
): { signal: AbortSignal; clear: () => void } {
  const controller = new AbortController();
  const abort = (): void => controller.abort(outer?.reason);
  const timer = setTimeout(() => {
    controller.abort(new GatheringFailure('Unavailable', `No complete answer within ${timeoutMs} ms`));
  }, timeoutMs);
  if (outer?.aborted === true) abort();
  else outer?.addEventListener('abort', abort, { once: true });
  return {
    signal: controller.signal,
    clear: () => {
      clearTimeout(timer);
      outer?.removeEventListener('abort', abort);
    },
  };
}

function failureOf(cause: unknown, origin: string): GatheringFailure {
  if (cause instanceof GatheringFailure) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  if (cause instanceof undiciErrors.InvalidArgumentError) {
    return new GatheringFailure('InvalidInput', `The request is not valid: ${message}`, { cause });
  }
  return new GatheringFailure('Unavailable', `${origin} could not be reached: ${message}`, { cause });
}
