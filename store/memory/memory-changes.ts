import { z } from 'zod';

import { GatheringFailure } from '../../contracts/failure.ts';
import type { Id } from '../../contracts/ids.ts';
import type { ChangeMemory, Memory } from '../../contracts/memory.ts';
import { BLOCK_CHARACTERS, EVERYWHERE } from '../../contracts/memory.ts';
import { isId } from '../cursor.ts';
import type { Queryable } from '../pool.ts';
import { sql } from '../pool.ts';
import { noMemory } from './memory-reads.ts';
import { memoryColumns, MemoryRow, notExpired } from './memory-rows.ts';
import type { createMemoryWrites, NewMemory, PreparedMemory, RememberedBy } from './memory-writes.ts';
import { NotCurrent } from './memory-writes.ts';
import { type MemoryViewer, withinWalls } from './walls.ts';

interface Parts {
  pool: Queryable;
  writes: ReturnType<typeof createMemoryWrites>;
  prepareMemory: (memory: NewMemory) => Promise<PreparedMemory>;
}

/** Changes make a new version, which takes the place of the one that was changed. */
export function createMemoryChanges({ pool, writes, prepareMemory }: Parts) {
  return {
    /**
     * Where nothing would change, the memory stays as it is.
     * @throws GatheringFailure NotFound; Conflict when it is not current; Forbidden where it may only be read; InvalidInput
     */
    async changeMemory(
      viewer: MemoryViewer,
      id: Id,
      change: ChangeMemory,
      by: RememberedBy,
    ): Promise<Memory> {
      const { mayChange, ...memory } = await getChangeable(pool, viewer, id);
      if (memory.supersededBy !== null) throw notCurrent();
      if (!mayChange) throw readOnly();
      requireFitting(memory.kind, change.content);
      if (isSame(memory, change)) return memory;
      const prepared = await prepareMemory(versionOf(memory, change));
      const changed = await writes.insertMemory(viewer, prepared, by).catch((error: unknown) => {
        throw error instanceof NotCurrent ? notCurrent() : error;
      });
      if (changed === null) throw new TypeError('a change has no effect key');
      return changed;
    },
  };
}

const Changeable = MemoryRow.extend({ mayChange: z.boolean() });

/** @throws GatheringFailure NotFound */
async function getChangeable(
  pool: Queryable,
  viewer: MemoryViewer,
  id: Id,
): Promise<z.infer<typeof Changeable>> {
  const found = isId(id)
    ? await withinWalls(pool, viewer, (walled) =>
        walled.maybeOne(sql.type(Changeable)`
          select ${memoryColumns}, memory.may_write(m.audience) as "mayChange"
          from memory.memories m where m.id = ${id} and ${notExpired}`),
      )
    : null;
  if (found === null) throw noMemory();
  return found;
}

function versionOf(memory: Memory, change: ChangeMemory): NewMemory {
  const { content, importance, tags, expiresAt } = changedOf(memory, change);
  return {
    ...{ kind: memory.kind, scope: memory.scope, audience: audienceOf(memory), content, importance, tags },
    ...{ supersedes: [memory.id], mustSupersede: true, reason: 'edited' as const },
    ...(memory.name !== null && { name: memory.name }),
    ...(expiresAt !== null && { expiresAt }),
  };
}

const changedOf = (memory: Memory, change: ChangeMemory): Memory => ({
  ...memory,
  content: change.content ?? memory.content,
  importance: change.importance ?? memory.importance,
  tags: change.tags ?? memory.tags,
  expiresAt: change.expiresAt === undefined ? memory.expiresAt : change.expiresAt,
});

function requireFitting(kind: Memory['kind'], content = ''): void {
  if (kind !== 'block' || content.length <= BLOCK_CHARACTERS) return;
  const message = `a block holds at most ${BLOCK_CHARACTERS} characters, this would be ${content.length}`;
  throw new GatheringFailure('InvalidInput', `Too long: ${message}.`, {
    problems: [{ path: 'content', message }],
  });
}

const isSame = (memory: Memory, change: ChangeMemory): boolean =>
  JSON.stringify(fieldsOf(memory)) === JSON.stringify(fieldsOf(changedOf(memory, change)));
const fieldsOf = ({ content, importance, tags, expiresAt }: Memory) => [
  ...[content, importance, tags],
  expiresAt === null ? null : Date.parse(expiresAt),
];
const audienceOf = ({ audience }: Memory): Id => (audience.kind === 'everyone' ? EVERYWHERE : audience.id);

const notCurrent = (): GatheringFailure =>
  new GatheringFailure('Conflict', 'Something newer has taken its place: change that.');
const readOnly = (): GatheringFailure =>
  new GatheringFailure('Forbidden', 'Who only observes may read it, but not change it.');
