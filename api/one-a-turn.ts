import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

/** Costs next to nothing and is asked by those who want to know whether the process is alive: waits for nobody. */
const AT_ONCE = /^\/health(?:\?|$)/;

/**
 * Begins one request a turn of the event loop. Many that arrive in one moment would else all be begun before anything else is looked
 * at, such as the question whether the process is alive, or the answers of the database.
 */
export function oneATurn(handle: RequestListener): RequestListener {
  const waiting: [IncomingMessage, ServerResponse][] = [];
  let taken = false;

  const goOn = (): void => {
    const next = waiting.shift();
    taken = next !== undefined;
    if (next === undefined) return;
    setImmediate(goOn);
    const [request, response] = next;
    if (!response.destroyed) handle(request, response); // Whoever sent it may have gone away.
  };

  return (request, response) => {
    if (AT_ONCE.test(request.url ?? '')) {
      handle(request, response);
    } else if (taken) {
      waiting.push([request, response]);
    } else {
      taken = true;
      setImmediate(goOn);
      handle(request, response);
    }
  };
}
