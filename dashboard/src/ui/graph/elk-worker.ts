import ELK, { type ELK as Elk } from 'elkjs/lib/elk-api';

const WORKER = new URL('../../../../node_modules/elkjs/lib/elk-worker.min.js', import.meta.url).href;

/** ELK in a worker of its own, so that a large graph does not hold up the page. */
export const createElk = (): Elk => new ELK({ workerUrl: WORKER });
