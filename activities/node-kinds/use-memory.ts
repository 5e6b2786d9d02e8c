import { GatheringFailure } from '../../contracts/failure.ts';
import type { Json, JsonObject } from '../../contracts/json.ts';
import { isJsonObject } from '../../contracts/json.ts';
import {
  MemoryContent,
  type MemoryScope,
  MemoryTags,
  SearchKnowledge,
  SearchMemories,
} from '../../contracts/memory.ts';
import type { RecallConfig, RememberConfig } from '../../contracts/node-kinds/action.ts';
import type { MemoryStore } from '../../store/memory/memory-store.ts';
import { requireStorable } from '../../store/memory/storable.ts';
import type { RunRecord } from '../../store/run-records.ts';
import type { ActionTools } from './action.ts';

export type RunMemory = Pick<MemoryStore, 'memories' | 'memorySearch' | 'callers'>;

type Action = Pick<ActionTools, 'key' | 'runId' | 'shown' | 'signal'>;

/**
 * Remembers for everybody who may see it, as everybody reads runs; what would be a secret in it is a mask.
 * @throws GatheringFailure InvalidInput, NotFound for a scope of nothing and for that of a circle of members only
 */
export async function rememberInRun(
  { scope, importance }: RememberConfig,
  { key, runId, shown }: Action,
  { record, memory }: { record: RunRecord; memory: RunMemory },
): Promise<Json> {
  const given = objectOf(shown);
  const content = MemoryContent.safeParse(textOf(given['content']).trim());
  const tags = MemoryTags.safeParse(given['tags'] ?? []);
  if (!content.success) throw unfit('The content', content.error.issues);
  if (!tags.success) throw unfit('The tags', tags.error.issues);
  const { id } = await memory.memories.remember(
    { kind: 'run', runId },
    {
      ...{ content: content.data, tags: tags.data, importance, effectKey: key, source: { runId } },
      scope: await scopeFor(memory, scope, given['of']),
    },
    { kind: 'run', id: runId, name: record.definition.name },
  );
  return { memoryId: id };
}

/** Finds what everybody may see. @throws GatheringFailure as `rememberInRun` */
export async function recallInRun(
  { source, scope, limit, kinds }: RecallConfig,
  { runId, shown, signal }: Action,
  { memory }: { memory: RunMemory },
): Promise<Json> {
  const given = objectOf(shown);
  const query = textOf(given['query']).trim().slice(0, MOST_SEARCHED);
  if (query === '') throw new GatheringFailure('InvalidInput', 'The query is empty');
  const viewer = { kind: 'run', runId } as const;
  const asked = {
    ...{ query, limit },
    ...(scope === undefined ? {} : { scope: await scopeFor(memory, scope, given['of']) }),
  };
  if (source === 'knowledge') {
    const { items } = await memory.memorySearch.searchKnowledge(viewer, SearchKnowledge.parse(asked), {
      signal,
    });
    return {
      items: items.map(({ content, score, documentName, documentId, id, page, headings }) => ({
        ...{ content, score, documentName, documentId, chunkId: id, page, headings },
      })),
    };
  }
  const { items } = await memory.memorySearch.searchMemories(
    viewer,
    SearchMemories.parse({ ...asked, ...(kinds === undefined ? {} : { kinds }) }),
    { signal },
  );
  return {
    items: items.map(({ content, score, id, kind, tags, importance, createdAt }) => ({
      ...{ content, score, memoryId: id, kind, tags, importance, createdAt },
    })),
  };
}

const MOST_SEARCHED = 4_000;

async function scopeFor(
  { callers }: Pick<RunMemory, 'callers'>,
  kind: 'global' | 'circle' | 'agent',
  of: Json | undefined,
): Promise<MemoryScope> {
  if (kind === 'global') return { kind };
  const reference = textOf(of).trim();
  requireStorable(reference, 'of');
  const owner = reference === '' ? null : await callers.findOwner(kind, reference);
  if (owner?.isOpen === true) return { kind, id: owner.id };
  // Everybody reads what a run does: neither that a circle of members only is there nor its name is told.
  throw new GatheringFailure('NotFound', `There is no ${kind} "${reference}" whose memory everybody may see`);
}

const objectOf = (value: Json): JsonObject => (isJsonObject(value) ? value : {});

/** What is no text is remembered, and searched for, as JSON. */
const textOf = (value: Json | undefined): string =>
  value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);

const unfit = (what: string, issues: readonly { message: string }[]): GatheringFailure =>
  new GatheringFailure('InvalidInput', `${what}: ${issues.map(({ message }) => message).join('; ')}`);
