import { GatheringFailure } from '../../contracts/failure.ts';
import { holdsContent, type Memory, NO_CONTENT } from '../../contracts/memory.ts';
import type { Queryable } from '../pool.ts';
import { type EmbedActive, embedInTime } from './embed-in-time.ts';
import { createForgetting } from './forgetting.ts';
import { checkedEmbedding } from './given-embedding.ts';
import { createMemoryChanges } from './memory-changes.ts';
import { createMemoryReads } from './memory-reads.ts';
import {
  createMemoryWrites,
  type NewMemory,
  type PreparedMemory,
  type RememberedBy,
} from './memory-writes.ts';
import type { Spaces } from './spaces.ts';
import { requireStorable } from './storable.ts';
import type { MemoryViewer } from './walls.ts';

export interface MemoriesDependencies {
  pool: Queryable;
  spaces: Pick<Spaces, 'getActiveSpace'>;
  embedTexts: EmbedActive;
  /** Longest time that somebody who remembers waits for the vector. */
  withinMs?: number;
}

export type Memories = ReturnType<typeof createMemories>;

/** What is remembered: facts, episodes and blocks. Everything as its viewer sees it; what they may not see is not there. */
export function createMemories({ pool, spaces, embedTexts, withinMs }: MemoriesDependencies) {
  const reads = createMemoryReads(pool);
  const writes = createMemoryWrites(pool);

  /** Where the embedder is out of reach, or slow, what it would embed is stored all the same, and embedded later. */
  const embed = async (text: string): Promise<PreparedMemory['vector']> => {
    try {
      return await embedInTime(embedTexts, text, { withinMs });
    } catch (error) {
      if (error instanceof GatheringFailure) return null;
      throw error;
    }
  };

  /**
   * Gets a memory ready to be stored: it is embedded, outside of any transaction.
   * @throws GatheringFailure InvalidInput for a text without content, an embedding that does not fit, an instant that is over
   */
  const prepareMemory = async (memory: NewMemory): Promise<PreparedMemory> => {
    requireContent(memory.content);
    requireStorable(memory.content, 'content');
    for (const tag of memory.tags ?? []) requireStorable(tag, 'tags');
    requireFuture(memory.expiresAt);
    const { embedding } = memory;
    const kept = { ...memory, ...asKept(memory) };
    if (embedding === undefined) return { ...kept, vector: await embed(memory.content) };
    const space = await spaces.getActiveSpace();
    return { ...kept, vector: { space, embedding: checkedEmbedding(space, embedding) } };
  };

  return {
    ...reads,
    ...createMemoryChanges({ pool, writes, prepareMemory }),
    ...createForgetting(pool),
    prepareMemory,

    /**
     * Remembers something, once for its effect key: again, it gives what was made then.
     * @throws GatheringFailure NotFound for a scope that its writer may not write to; Conflict for a block whose name is taken; InvalidInput
     */
    async remember(viewer: MemoryViewer, memory: NewMemory, by: RememberedBy): Promise<Memory> {
      const { effectKey } = memory;
      const findDone = async (): Promise<Memory | null> =>
        effectKey === undefined ? null : reads.findByEffect(viewer, effectKey);
      const done = await findDone();
      if (done !== null) return done;
      const made = await writes.insertMemory(viewer, await prepareMemory(memory), by);
      // Another attempt of the same effect may have been faster.
      const remembered = made ?? (await findDone());
      if (remembered === null) throw new TypeError('an effect that was done has made something');
      return remembered;
    },
  };
}

function requireFuture(expiresAt: string | undefined): void {
  if (expiresAt === undefined || Date.parse(expiresAt) > Date.now()) return;
  const message = 'must be in the future';
  throw new GatheringFailure('InvalidInput', `The instant at which it expires ${message}.`, {
    problems: [{ path: 'expiresAt', message }],
  });
}

function requireContent(content: string): void {
  if (holdsContent(content)) return;
  throw new GatheringFailure('InvalidInput', `What is remembered ${NO_CONTENT}.`, {
    problems: [{ path: 'content', message: NO_CONTENT }],
  });
}

/** As exactly as the tables keep it: they refuse a number between zero and their smallest, and round an instant up, even out of its year. */
const asKept = ({ importance, expiresAt }: NewMemory): Pick<NewMemory, 'importance' | 'expiresAt'> => ({
  ...(importance !== undefined && { importance: Math.fround(importance) }),
  ...(expiresAt !== undefined && { expiresAt: new Date(expiresAt).toISOString() }),
});
