import type { KnowledgeSearchResult } from '../../contracts/knowledge.ts';
import type {
  MemorySearchResult,
  ScoreParts,
  SearchKnowledge,
  SearchMemories,
  SearchSummary,
} from '../../contracts/memory.ts';
import type { Pool } from '../pool.ts';
import type { EmbedActive } from './embed-in-time.ts';
import { type Candidate, fuse, type Scored, weightsOf } from './fuse.ts';
import { inOrderOf, type Rerank, shownFor } from './rerank.ts';
import { candidatesOf, type SearchBounds, type Selection } from './search-candidates.ts';
import { embedQuestion, findActiveSpace, fittingVector } from './search-question.ts';
import { findChunks, findMemories } from './search-rows.ts';
import { requireStorable } from './storable.ts';
import { type MemoryViewer, type Walled, withinWalls } from './walls.ts';

export interface SearchDependencies {
  pool: Pool;
  embedTexts: EmbedActive;
  bounds?: SearchBounds;
}

export type MemorySearch = ReturnType<typeof createMemorySearch>;

/** What docs/retrieval.md gives the measurements for. */
const BOUNDS: SearchBounds = { vectors: 12_000, rowsOfWord: 1_000 };

/** What every search knows of what it found. */
interface Found {
  content: string;
  parts: ScoreParts;
}

export interface SearchOptions {
  signal?: AbortSignal;
  /** Orders the best again. Only for whoever may run a model, which the API may not. */
  rerank?: Rerank;
}

interface Search<F extends Found> {
  viewer: MemoryViewer;
  input: Pick<SearchMemories, 'query' | 'limit' | 'mode' | 'weights' | 'embedding'>;
  selection: Selection;
  options: SearchOptions;
  read: (walled: Walled, chosen: readonly Scored<Candidate>[]) => Promise<F[]>;
}

/**
 * Finds memories and passages of documents by meaning and by words, as their viewer may see them; docs/retrieval.md says how. Gives as many as
 * were asked for wherever so many fit. Where the embedder is away, or slow, it goes by words alone and says so.
 * @throws GatheringFailure InvalidInput for a vector that is none of the active model's; and what `rerank` throws
 */
export function createMemorySearch({ pool, embedTexts, bounds = BOUNDS }: SearchDependencies) {
  const search = async <F extends Found>(
    asked: Search<F>,
    attempts = 3,
  ): Promise<{ items: F[]; summary: SearchSummary }> => {
    const { viewer, input, selection, options } = asked;
    const { signal, rerank } = options;
    requireStorable(input.query, 'query');
    const weights = weightsOf(selection.source, input.weights);
    const begin = performance.now();
    const embedded = await embedQuestion(embedTexts, input, { signal });
    const embeddedAt = performance.now();
    const found = await withinWalls(pool, viewer, async (walled) => {
      const space = await findActiveSpace(walled);
      // The model was changed meanwhile: what the old one has made is being removed.
      if (attempts > 1 && embedded.vector !== null && embedded.vector.space.id !== space?.id) return 'anew';
      const vector = fittingVector(space, input, embedded);
      const question = { text: input.query, mode: input.mode, vector };
      const scored = fuse(await candidatesOf(walled, question, selection, bounds), weights);
      const read = await asked.read(
        walled,
        scored.slice(0, rerank === undefined ? input.limit : shownFor(input.limit)),
      );
      return { read, space, mode: vector === null ? ('text' as const) : input.mode };
    });
    if (found === 'anew') return search(asked, attempts - 1);
    const foundAt = performance.now();
    const items = await reranked(asked, found.read);
    return {
      items: items.slice(0, input.limit),
      summary: {
        mode: found.mode,
        weights,
        degraded: embedded.degraded ?? (found.mode === input.mode ? null : 'Nothing is embedded yet.'),
        model: found.space === null ? '' : `${found.space.provider}/${found.space.model}`,
        tookMs: {
          embed: embeddedAt - begin,
          search: foundAt - embeddedAt,
          rerank: rerank === undefined ? null : performance.now() - foundAt,
        },
      },
    };
  };

  const reranked = async <F extends Found>(
    { input, options: { rerank, signal } }: Search<F>,
    found: F[],
  ): Promise<F[]> => {
    if (rerank === undefined || found.length === 0) return found;
    const texts = found.map(({ content }) => content);
    return inOrderOf(found, await rerank(input.query, texts, signal === undefined ? {} : { signal }));
  };

  return {
    searchMemories(
      viewer: MemoryViewer,
      input: SearchMemories,
      options: SearchOptions = {},
    ): Promise<MemorySearchResult> {
      const { kinds, tags = [], scope, limit } = input;
      const selection: Selection = {
        ...{ source: 'memory', scope, limit },
        ...(kinds === undefined ? {} : { kinds }),
        ...(tags.length === 0 ? {} : { tags }),
      };
      return search({ viewer, input, selection, options, read: findMemories });
    },

    searchKnowledge(
      viewer: MemoryViewer,
      input: SearchKnowledge,
      options: SearchOptions = {},
    ): Promise<KnowledgeSearchResult> {
      const { documentId, scope, limit } = input;
      const selection: Selection = {
        ...{ source: 'knowledge', scope, limit },
        ...(documentId === undefined ? {} : { documentId }),
      };
      return search({ viewer, input, selection, options, read: findChunks });
    },
  };
}
