import { GatheringFailure } from '../../contracts/failure.ts';
import type { Pool } from '../pool.ts';
import { createBlocks } from './blocks.ts';
import { createChunks } from './chunks.ts';
import { createDocuments } from './documents.ts';
import { createEmbedTexts, type EmbedTextsDependencies } from './embed-texts.ts';
import { createMemories } from './memories.ts';
import { createMemoryCallers } from './memory-callers.ts';
import { createRetention } from './retention.ts';
import { createMemorySearch } from './search.ts';
import { createSpaces } from './spaces.ts';
import { createSpacesChange } from './spaces-change.ts';

export interface MemoryDependencies {
  /** Absent where nothing is embedded: what is remembered is found by its words then, until somebody embeds it. */
  embedders?: EmbedTextsDependencies['embedders'];
}

const NO_EMBEDDERS: EmbedTextsDependencies['embedders'] = {
  embedderOf() {
    throw new GatheringFailure('Unavailable', 'Nothing is embedded here.');
  },
};

export type MemoryStore = ReturnType<typeof createMemoryStore>;

/** What is remembered and known, and how it is found. */
export function createMemoryStore(pool: Pool, { embedders = NO_EMBEDDERS }: MemoryDependencies = {}) {
  const spaces = createSpaces(pool);
  const embedTexts = createEmbedTexts({ pool, spaces, embedders });
  const memories = createMemories({ pool, spaces, embedTexts });
  return {
    spaces,
    spacesChange: createSpacesChange(pool),
    embedTexts,
    memories,
    documents: createDocuments(pool),
    chunks: createChunks(pool),
    blocks: createBlocks({ pool, memories }),
    callers: createMemoryCallers(pool),
    memorySearch: createMemorySearch({ pool, embedTexts }),
    retention: createRetention(pool),
  };
}
