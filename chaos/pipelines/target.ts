import { type HttpTarget, startHttpTarget } from '../../testing/http-target.ts';

/** In place of the instant, which would be another one each time. */
const headers = { date: 'Thu, 01 Jan 1970 00:00:00 GMT' };

/** What the pipelines call: its answers depend on the address alone. */
export async function startTarget(): Promise<HttpTarget> {
  const target = await startHttpTarget();
  target.answer = ({ path }) => {
    if (path === '/hangs') return new Promise<never>(() => undefined);
    if (path === '/fails' || path === '/item/7') return { status: 404, headers, body: 'no' };
    return { headers, body: path };
  };
  return target;
}

/** The keys of the calls that were made, with how often each was made. */
export function callsByKey({ calls }: HttpTarget): Map<string, number> {
  const counts = new Map<string, number>();
  for (const call of calls) {
    const key = call.headers['idempotency-key']?.toString() ?? 'none';
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}
