import { MemoryKind, SearchMemories } from '../../contracts/memory.ts';
import type { RememberedTexts } from '../../platform/prompt/index.ts';
import type { Blocks } from '../../store/memory/blocks.ts';
import type { MemorySearch } from '../../store/memory/search.ts';
import type { MemoryViewer } from '../../store/memory/walls.ts';

/** Whose memory is asked for, for what. */
export interface TurnToRecallFor {
  viewer: MemoryViewer;
  /** Names the turn: it is searched for once. */
  key: string;
  /** What was said last, or is asked; '' where nothing was. */
  said: string;
  /** What stands before the agent anyway: messages of this conversation from this one on. */
  reads?: { conversationId: string; from: number };
  signal?: AbortSignal;
}

export type RecallForTurn = (turn: TurnToRecallFor) => Promise<RememberedTexts>;

/** As much of what was said is searched by. */
const MOST_SEARCHED = 1_000;
const MOST_TOLD = 6;
/** Looked at, since some of it is left out. */
const MOST_FOUND = 12;
/** Cosine similarity under which a memory has nothing to do with the matter, unless its words are in it. */
const LEAST_SIMILARITY = 0.35;
/** Place among the best by words. */
const WORST_TEXT_RANK = 3;
/** Turns whose memories are kept for their later steps. */
const MOST_KEPT = 200;

/**
 * What an agent remembers that it is to be told at a step of its turn: its blocks as they are now, and what bears on what was said, which is
 * searched for at the first step only. What it reads anyway is left out.
 */
export function createRecallForTurn({
  blocks,
  memorySearch,
}: {
  blocks: Pick<Blocks, 'listBlocks'>;
  memorySearch: Pick<MemorySearch, 'searchMemories'>;
}): RecallForTurn {
  const kept = new Map<string, RememberedTexts['memories']>();

  const search = async ({ viewer, key, said, reads, signal }: TurnToRecallFor) => {
    const known = kept.get(key);
    if (known !== undefined || said.trim() === '') return known ?? [];
    const asked = SearchMemories.parse({
      ...{ query: said.slice(0, MOST_SEARCHED), limit: MOST_FOUND },
      kinds: MemoryKind.exclude(['block']).options,
    });
    const { items } = await memorySearch.searchMemories(
      viewer,
      asked,
      signal === undefined ? {} : { signal },
    );
    const memories = items
      .filter(({ parts: { similarity, textRank } }) =>
        similarity === null
          ? textRank !== null && textRank <= WORST_TEXT_RANK
          : similarity >= LEAST_SIMILARITY || (textRank !== null && textRank <= WORST_TEXT_RANK),
      )
      .filter(
        ({ kind, source: { conversationId, messages } }) =>
          kind !== 'fact' ||
          reads === undefined ||
          conversationId !== reads.conversationId ||
          messages === null ||
          messages.from < reads.from,
      )
      .slice(0, MOST_TOLD)
      .map(({ content, kind, createdAt }) => ({
        ...{ content, createdAt },
        kind: kind === 'episode' ? kind : ('fact' as const),
      }));
    kept.set(key, memories);
    const [oldest] = kept.keys();
    if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
    return memories;
  };

  return async (turn) => {
    const [own, memories] = await Promise.all([blocks.listBlocks(turn.viewer), search(turn)]);
    return {
      blocks: own.map(({ name, scope, content }) => ({ name: name ?? '', scope: scope.kind, content })),
      memories,
    };
  };
}
