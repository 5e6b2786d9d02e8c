import { GatheringFailure } from '../../../contracts/failure.ts';
import { failureOfStatus } from '../../outbound/index.ts';

export interface Question {
  url: string;
  headers: Record<string, string>;
  body: unknown;
  signal: AbortSignal | undefined;
}

/** 128 vectors of 4,000 numbers take about 12 MB of JSON. */
const MOST_BYTES = 64 * 1024 * 1024;
const EXCERPT_CHARACTERS = 300;

/**
 * Asks a provider in JSON, once. Its address is the operator's choice, so the guard for what users and agents ask for does not apply.
 * @returns the answer, parsed but not checked
 */
export const createExchange =
  ({ name, timeoutMs }: { name: string; timeoutMs: number }) =>
  async ({ url, headers, body, signal }: Question): Promise<unknown> => {
    const overdue = AbortSignal.timeout(timeoutMs);
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
        redirect: 'error',
        signal: signal === undefined ? overdue : AbortSignal.any([signal, overdue]),
      });
      const text = await textOf(response, name);
      if (!response.ok) throw refusal(name, response, text);
      return parsed(name, text);
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof GatheringFailure) throw error;
      const message = overdue.aborted
        ? `${name} did not answer within ${timeoutMs} ms`
        : `The connection to ${name} failed: ${reasonOf(error)}`;
      throw new GatheringFailure('Unavailable', message, { cause: error });
    }
  };

async function textOf(response: Response, name: string): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const piece of response.body ?? []) {
    bytes += piece.byteLength;
    if (bytes > MOST_BYTES)
      throw new GatheringFailure('Unavailable', `${name} sent an answer of more than ${MOST_BYTES} bytes`);
    text += decoder.decode(piece, { stream: true });
  }
  return text + decoder.decode();
}

/** A key or a model that the provider does not take is a setting to be changed, not the fault of whoever asked: never 401 or 404. */
function refusal(name: string, response: Response, text: string): GatheringFailure {
  const failure = failureOfStatus(response.status, Object.fromEntries(response.headers));
  const told = text.trim().slice(0, EXCERPT_CHARACTERS);
  return new GatheringFailure(
    failure?.retryable === true ? 'Unavailable' : 'InvalidInput',
    `${name} answered with status ${response.status}${told === '' ? '' : `: ${told}`}`,
    {
      details: { provider: name, status: response.status },
      ...(failure?.retryAfterMs === undefined ? {} : { retryAfterMs: failure.retryAfterMs }),
    },
  );
}

function parsed(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new GatheringFailure('Unavailable', `${name} sent an answer that is no JSON`, { cause });
  }
}

/** `fetch` hides what happened behind "fetch failed". */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || error.cause.name : error.message;
}
