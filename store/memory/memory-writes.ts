import { v7 as uuid } from 'uuid';
import { z } from 'zod';

import { GatheringFailure } from '../../contracts/failure.ts';
import { Id } from '../../contracts/ids.ts';
import type { CreateMemory, Memory, MemoryKind, MemoryScope, MemorySource } from '../../contracts/memory.ts';
import { EVERYWHERE } from '../../contracts/memory.ts';
import { json } from '../json.ts';
import type { Queryable } from '../pool.ts';
import { sql } from '../pool.ts';
import { memoryColumns, MemoryRow, notExpired } from './memory-rows.ts';
import type { Space } from './spaces.ts';
import { putVectors, wakeSpaces } from './vectors.ts';
import { holdPlace, type MemoryViewer, type Walled, withinWalls } from './walls.ts';
import { asRefusal } from './walls-failure.ts';

/** Who remembers. */
export type RememberedBy = MemorySource['by'];

export interface NewMemory extends Omit<CreateMemory, 'kind' | 'importance' | 'tags'> {
  kind?: MemoryKind;
  importance?: number;
  tags?: readonly string[];
  source?: Partial<Omit<MemorySource, 'by'>> & {
    /** From whose words it was taken; of what a user remembers, that user unless named. */
    personId?: Id | null;
  };
  /** Names the effect that makes it: it is made once. */
  effectKey?: string;
  /** Who may see it, where that is not as usual for who remembers; see `memory.audience_for`. */
  audience?: Id;
  /** Those that it takes the place of: as many of them as are current and its writer may change. */
  supersedes?: readonly Id[];
  reason?: Memory['supersedeReason'];
  /** The key of what it is taken by: it is stored only while that is under way. */
  extraction?: string;
  /** That it is stored only where it takes the place of all of them. */
  mustSupersede?: boolean;
}

/** With its vector, or null where the embedder could not be reached: it is embedded later then. */
export interface PreparedMemory extends NewMemory {
  vector: { space: Space; embedding: readonly number[] } | null;
}

const Nothing = z.object({});
const MOST_BLOCKS = 50;
const Chained = z.object({ id: Id, chain: Id });

/** Writes of one memory; each a transaction of its own, or the end of the one that it is given. */
export function createMemoryWrites(pool: Queryable) {
  return {
    /**
     * @returns null when its effect has made one already
     * @throws GatheringFailure NotFound for a scope that its writer may not write to; Conflict for a block whose name is taken; NotCurrent
     */
    insertMemory(
      viewer: MemoryViewer,
      memory: PreparedMemory,
      by: RememberedBy,
      id: Id = uuid(),
    ): Promise<Memory | null> {
      const insert = async (walled: Walled): Promise<Memory | null> => {
        await hold(walled, memory);
        const superseded = await supersede(walled, { ids: memory.supersedes ?? [], by: id, memory });
        if (memory.mustSupersede === true && superseded.length < (memory.supersedes ?? []).length)
          throw new NotCurrent();
        if (memory.kind === 'block' && superseded.length === 0) await makeRoom(walled, memory);
        const history = historyOf(id, memory, superseded);
        if (!(await insertRow(walled, { id, memory, by, history }))) throw new EffectDone();
        await joinChains(walled, history);
        await putVector(walled, id, memory);
        return walled.one(
          sql.type(MemoryRow)`select ${memoryColumns} from memory.memories m where m.id = ${id}`,
        );
      };
      return withinWalls(pool, viewer, insert).catch((error: unknown) => {
        if (error instanceof EffectDone) return null;
        throw asRefusal(error, memory.scope);
      });
    },
  };
}

/** Something that was to be superseded is not there any more, or was superseded by something else. */
export class NotCurrent extends Error {
  override readonly name = 'NotCurrent';
}

/** Rolls back what was superseded for a memory that is there already. */
class EffectDone extends Error {
  override readonly name = 'EffectDone';
}

/** Locks, before anything else is locked, what must stay as it is until the memory is stored. */
async function hold(walled: Walled, { scope, audience, extraction }: NewMemory): Promise<void> {
  await holdPlace(walled, { kind: scope.kind, id: idOfScope(scope), audience });
  if (extraction === undefined) return;
  await walled.query(sql.type(Nothing)`select memory.hold_extraction(${extraction})`);
}

type Superseded = readonly z.infer<typeof Chained>[];

/** What a memory follows: the first of those that it takes the place of, its chain, and the chains of the others. */
interface History {
  follows: Id | null;
  chain: Id;
  others: readonly Id[];
}

function historyOf(id: Id, { supersedes = [] }: NewMemory, superseded: Superseded): History {
  const first = superseded.find((one) => one.id === supersedes[0]) ?? superseded[0];
  const chains = new Set(superseded.map(({ chain }) => chain));
  if (first !== undefined) chains.delete(first.chain);
  return { follows: first?.id ?? null, chain: first?.chain ?? id, others: [...chains] };
}

function supersede(
  walled: Walled,
  { ids, by, memory }: { ids: readonly Id[]; by: Id; memory: NewMemory },
): Promise<Superseded> {
  if (ids.length === 0) return Promise.resolve([]);
  return walled.any(sql.type(Chained)`
    with current as materialized (
      select m.id from memory.memories m where m.id = any(${sql.array([...ids], 'uuid')}) and m.superseded_by is null order by m.id for update
    )
    update memory.memories m
    set superseded_by = ${by}, superseded_at = clock_timestamp(), supersede_reason = ${memory.reason ?? 'edited'}
    from current where current.id = m.id
    returning m.id, m.chain`);
}

async function insertRow(
  walled: Walled,
  { id, memory, by, history }: { id: Id; memory: NewMemory; by: RememberedBy; history: History },
): Promise<boolean> {
  const { scope, source = {} } = memory;
  const scopeId = idOfScope(scope);
  const personId = source.personId ?? (by.kind === 'user' ? by.id : null);
  const { rowCount } = await walled.query(sql.type(Nothing)`
    insert into memory.memories (
      id, kind, scope_kind, scope_id, audience, name, content, importance, tags, author_kind, author_id, author_name, person_id,
      conversation_id, messages, run_id, effect_key, chain, supersedes, expires_at
    ) values (
      ${id}, ${memory.kind ?? 'fact'}, ${scope.kind}, ${scopeId},
      coalesce(${memory.audience ?? null}::uuid, memory.audience_for(${scope.kind}, ${scopeId})), ${memory.name ?? null}, ${memory.content},
      ${memory.importance ?? 0.5}, ${sql.array([...(memory.tags ?? [])], 'text')}, ${by.kind}, ${by.id}, ${by.name}, ${personId},
      ${source.conversationId ?? null}, ${json(source.messages ?? undefined)}, ${source.runId ?? null}, ${memory.effectKey ?? null},
      ${history.chain}, ${history.follows}, ${memory.expiresAt ?? null}
    )
    on conflict (effect_key) do nothing`);
  return rowCount > 0;
}

/**
 * Frees the name of a block that has expired. Blocks are kept always, and are in every prompt: there are not many of them.
 * @throws GatheringFailure Conflict
 */
async function makeRoom(walled: Walled, memory: NewMemory): Promise<void> {
  const { scope, audience = null, name = null } = memory;
  const scopeId = idOfScope(scope);
  // Locked before the others hear of it: who makes the same block meanwhile waits here.
  const expired = await walled.maybeOneFirst(sql.type(z.object({ chain: Id }))`
    select m.chain from memory.memories m
    where m.scope_id = ${scopeId} and m.audience = coalesce(${audience}::uuid, memory.audience_for(${scope.kind}, ${scopeId}))
      and m.name = ${name} and m.superseded_by is null and not ${notExpired}
    for update`);
  if (expired !== null)
    await walled.query(sql.type(Nothing)`delete from memory.memories m where m.chain = ${expired}`);
  const count = await walled.oneFirst(sql.type(z.object({ count: z.number() }))`
    select count(*) as count from memory.memories m
    where m.scope_id = ${scopeId} and m.kind = 'block' and m.superseded_by is null and ${notExpired}`);
  if (count >= MOST_BLOCKS)
    throw new GatheringFailure('Conflict', `There are ${MOST_BLOCKS} blocks in that scope already.`);
}

/** What was superseded together has one history from here on. */
async function joinChains(walled: Walled, { chain, others }: History): Promise<void> {
  if (others.length === 0) return;
  await walled.query(sql.type(Nothing)`
    update memory.memories m set chain = ${chain} where m.chain = any(${sql.array([...others], 'uuid')})`);
}

/** Without one, the spaces that are searched by or filled are told that they lack it. */
function putVector(walled: Walled, id: Id, { vector }: PreparedMemory): Promise<void> {
  if (vector === null) return wakeSpaces(walled);
  return putVectors(walled, vector.space, [{ unitId: id, source: 'memory', embedding: vector.embedding }]);
}

/** As the tables have it. */
export const idOfScope = (scope: MemoryScope): Id => (scope.kind === 'global' ? EVERYWHERE : scope.id);
