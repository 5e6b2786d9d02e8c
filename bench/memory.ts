import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

import { eventually } from '../testing/test-server.ts';

/** What a Node.js process holds of memory after its garbage was collected, in its main thread and in every worker thread. */
export async function residentAfterCollection(pid: number): Promise<number> {
  const inspector = await openInspector(pid);
  try {
    await inspector.collectEverywhere();
    // What was given back to the system shows a little later.
    await sleep(500);
    return await residentBytes(pid);
  } finally {
    inspector.close();
  }
}

async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${String(pid)}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

interface Message {
  id?: number;
  method?: string;
  params?: { sessionId?: string };
}

const COLLECT = 'HeapProfiler.collectGarbage';

/** The inspector that Node.js opens at this signal, at its default port. */
async function openInspector(pid: number) {
  process.kill(pid, 'SIGUSR1');
  const target = await eventually(async () => {
    const response = await fetch('http://127.0.0.1:9229/json/list');
    const [found] = (await response.json()) as { webSocketDebuggerUrl: string }[]; // The inspector's own protocol.
    if (found === undefined) throw new Error('the process has no inspector');
    return found;
  });
  const socket = new WebSocket(target.webSocketDebuggerUrl);
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve, { once: true });
    socket.addEventListener('error', reject, { once: true });
  });
  let sent = 0;
  const waiting = new Map<number, () => void>();
  const threads = new Set<string>();
  socket.addEventListener('message', ({ data }) => {
    const { id, method, params } = JSON.parse(String(data)) as Message; // As above.
    if (id !== undefined) waiting.get(id)?.();
    if (method === 'NodeWorker.attachedToWorker' && params?.sessionId !== undefined)
      threads.add(params.sessionId);
  });
  const call = (method: string, params: object = {}): Promise<void> => {
    sent += 1;
    const id = sent;
    socket.send(JSON.stringify({ id, method, params }));
    return new Promise((resolve) => waiting.set(id, resolve));
  };
  return {
    collectEverywhere: async (): Promise<void> => {
      await call('NodeWorker.enable', { waitForDebuggerOnStart: false });
      // Twice: what the first round frees may be all that held something else.
      for (const id of [1, 2]) {
        for (const sessionId of threads)
          await call('NodeWorker.sendMessageToWorker', {
            sessionId,
            message: JSON.stringify({ id, method: COLLECT }),
          });
        await call(COLLECT);
        await sleep(1_000);
      }
    },
    close: () => socket.close(),
  };
}
