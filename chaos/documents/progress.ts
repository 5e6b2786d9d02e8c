import { setTimeout as sleep } from 'node:timers/promises';

import type { KnowledgeDocument } from '../../contracts/knowledge.ts';
import type { PatientClient } from '../patient-client.ts';

export interface ProgressWatch {
  readonly isOver: boolean;
  /** When the document was written last, as somebody saw last. */
  readonly updatedAt: string;
  readonly faults: readonly string[];
  /**
   * @returns when it was seen, after an instant, that work went on since `updatedAt`: it is read again, or a batch more is stored; both by
   * `performance.now()`
   */
  wentOn(updatedAt: string, afterMs: number): Promise<number>;
  /** Resolves when so large a share of the chunks is embedded. */
  share(share: number): Promise<void>;
  /** Resolves when the document is completed. @throws when it has ended otherwise */
  end(): Promise<void>;
  stop(): void;
}

const EVERY_MS = 100;
const LIMIT_MS = 300_000;

/** Looks at a document again and again: what it says of itself never goes back. */
export function watchProgress(client: PatientClient, id: string): ProgressWatch {
  const faults: string[] = [];
  let seen: { document: KnowledgeDocument; atMs: number } | undefined;
  let isStopped = false;
  const updatedAtOf = (): string => seen?.document.updatedAt ?? '';
  const embeddedOf = (): number => seen?.document.progress.embedded ?? 0;

  const look = async (): Promise<void> => {
    while (!isStopped) {
      const document = await client.json<KnowledgeDocument>('GET', `/knowledge/documents/${id}`);
      const before = embeddedOf();
      const { embedded } = document.progress;
      if (embedded < before) faults.push(`progress went back from ${String(before)} to ${String(embedded)}`);
      seen = { document, atMs: performance.now() };
      await sleep(EVERY_MS);
    }
  };
  const looking = look().catch((error: unknown) => void faults.push(String(error)));

  const until = async (condition: () => boolean): Promise<void> => {
    const end = performance.now() + LIMIT_MS;
    while (!condition()) {
      const status = seen?.document.status ?? 'queued';
      if (performance.now() > end || faults.length > 0 || ['failed', 'canceled'].includes(status))
        throw new Error(`the document is ${status}: ${JSON.stringify(seen?.document)} ${faults.join('; ')}`);
      await sleep(EVERY_MS / 2);
    }
  };

  return {
    faults,
    get isOver() {
      return seen?.document.status === 'completed';
    },
    get updatedAt() {
      return updatedAtOf();
    },
    wentOn: async (updatedAt, afterMs) => {
      const isOver = (): boolean => seen?.document.status === 'completed';
      await until(() => (updatedAtOf() !== updatedAt || isOver()) && (seen?.atMs ?? 0) > afterMs);
      return seen?.atMs ?? 0;
    },
    share: (share) =>
      until(() => embeddedOf() >= share * (seen?.document.progress.chunks ?? Number.POSITIVE_INFINITY)),
    end: () => until(() => seen?.document.status === 'completed'),
    stop: () => {
      isStopped = true;
      void looking;
    },
  };
}
