import type { Server } from 'node:http';
import { createServer } from 'node:http';

/** Where the product stops and asks whether it may go on; see `platform/failpoint.ts`. */
export const EFFECT_FAILPOINTS = [
  'effect.claiming',
  'effect.claimed',
  'effect.done',
  'effect.recording',
  'effect.recorded',
] as const;
export const WORKER_FAILPOINTS = [...EFFECT_FAILPOINTS, 'segment.told', 'run.closing'] as const;
export const API_FAILPOINTS = ['run.accepted', 'run.starting'] as const;
/** Passed only where somebody decides something about a run. */
export const SIGNAL_FAILPOINTS = ['signal.stored'] as const;
export type Failpoint =
  | (typeof WORKER_FAILPOINTS)[number]
  | (typeof API_FAILPOINTS)[number]
  | (typeof SIGNAL_FAILPOINTS)[number]
  // Passed only where a document is read and embedded.
  | 'document.parsed'
  | 'batch.embedded'
  | 'batch.stored';

export interface FailpointController {
  readonly socket: string;
  /** The next process that comes by is not let go: `kill` is called instead, and resolves when that process is dead. */
  arm(name: Failpoint, kill: (key: string) => Promise<void>): Promise<void>;
  /** How often each failpoint was passed. */
  readonly passed: ReadonlyMap<string, number>;
  close(): void;
}

/** Listens on a Unix socket; a request names the failpoint and the key of what is under way. */
export async function startController(socket: string): Promise<FailpointController> {
  const armed = new Map<
    string,
    { kill: (key: string) => Promise<void>; settle: () => void; fail: (error: unknown) => void }
  >();
  const passed = new Map<string, number>();
  const server: Server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://failpoint');
    const name = searchParams.get('name') ?? '';
    passed.set(name, (passed.get(name) ?? 0) + 1);
    const trap = armed.get(name);
    if (trap === undefined) {
      response.end('go');
      return;
    }
    armed.delete(name);
    trap.kill(searchParams.get('key') ?? '').then(trap.settle, trap.fail);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socket, resolve);
  });
  return {
    socket,
    passed,
    arm: (name, kill) => new Promise((settle, fail) => armed.set(name, { kill, settle, fail })),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
