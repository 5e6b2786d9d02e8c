import { GatheringFailure } from '../../contracts/failure.ts';
import type { Memory, MemoryScope } from '../../contracts/memory.ts';
import { BLOCK_CHARACTERS } from '../../contracts/memory.ts';
import type { Pool } from '../pool.ts';
import { sql } from '../pool.ts';
import type { Memories } from './memories.ts';
import { memoryColumns, MemoryRow, notExpired } from './memory-rows.ts';
import { idOfScope, type NewMemory, type RememberedBy } from './memory-writes.ts';
import { type MemoryViewer, withinWalls } from './walls.ts';

/** What a block is to hold: a text of its own, or one more line. */
export type BlockText = { content: string } | { append: string };

export interface BlockWrite {
  scope: MemoryScope;
  name: string;
  text: BlockText;
}

export type Blocks = ReturnType<typeof createBlocks>;

/** Of all that a viewer sees, as many at most. */
const MOST_BLOCKS = 50;
/** Others may write the same block at the same time. */
const ATTEMPTS = 5;

/** Small texts with a name that are always before an agent: each is one current memory, and a new version for each change. */
export function createBlocks({ pool, memories }: { pool: Pool; memories: Pick<Memories, 'remember'> }) {
  const find = (viewer: MemoryViewer, { scope, name }: BlockWrite): Promise<Memory | null> =>
    withinWalls(pool, viewer, (walled) =>
      walled.maybeOne(sql.type(MemoryRow)`
        select ${memoryColumns} from memory.memories m
        where m.kind = 'block' and m.scope_id = ${idOfScope(scope)} and m.name = ${name} and m.superseded_by is null
          and ${notExpired}
        order by m.audience = memory.audience_for(${scope.kind}, ${idOfScope(scope)}) desc limit 1`),
    );

  return {
    /** Those that the viewer sees, the widest scope first. */
    listBlocks(viewer: MemoryViewer): Promise<readonly Memory[]> {
      return withinWalls(pool, viewer, (walled) =>
        walled.any(sql.type(MemoryRow)`
          select ${memoryColumns} from memory.memories m
          where m.kind = 'block' and m.superseded_by is null and ${notExpired}
          order by array_position(array['global', 'circle', 'agent', 'conversation'], m.scope_kind), m.name, m.id limit ${MOST_BLOCKS}`),
      );
    },

    /**
     * Writes a block, or makes it, once for its effect key.
     * @throws GatheringFailure InvalidInput where it would be too long; NotFound for a scope that may not be written to
     */
    async writeBlock(
      viewer: MemoryViewer,
      write: BlockWrite,
      { by, ...rest }: { by: RememberedBy } & Pick<NewMemory, 'effectKey' | 'source'>,
    ): Promise<Memory> {
      for (let attempt = 1; ; attempt++) {
        const before = await find(viewer, write);
        const content = contentOf(write.text, before?.content);
        const memory: NewMemory = {
          ...{ ...rest, kind: 'block', scope: write.scope, name: write.name, content, importance: 1 },
          ...(before === null ? {} : { supersedes: [before.id], reason: 'edited' }),
        };
        try {
          return await memories.remember(viewer, memory, by);
        } catch (error) {
          const isTaken = error instanceof GatheringFailure && error.type === 'Conflict';
          if (!isTaken || attempt === ATTEMPTS) throw error;
        }
      }
    },
  };
}

function contentOf(text: BlockText, before: string | undefined): string {
  const content = 'content' in text ? text.content : [before ?? '', text.append].join('\n').trim();
  if (content.length <= BLOCK_CHARACTERS) return content;
  throw new GatheringFailure(
    'InvalidInput',
    `A block holds at most ${BLOCK_CHARACTERS} characters, and this would be ${content.length}. Write a shorter one with "content"`,
  );
}
