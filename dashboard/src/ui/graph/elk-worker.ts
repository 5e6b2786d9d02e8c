import ELK, { type ELK as Elk } from 'elkjs/lib/elk-api';
import workerUrl from 'elkjs/lib/elk-worker.min.js?url';

/** ELK in a worker of its own, so that a large graph does not hold up the page. */
export const createElk = (): Elk => new ELK({ workerUrl });
