import { GatheringFailure } from '../../contracts/failure.ts';
import type { KnowledgeSearchResult } from '../../contracts/knowledge.ts';
import type {
  MemorySearchResult,
  SearchKnowledge,
  SearchMemories,
  SearchSummary,
} from '../../contracts/memory.ts';
import type { Pool } from '../pool.ts';
import { sql } from '../pool.ts';
import { type Candidate, fuse, type Scored, type Weights, weightsOf } from './fuse.ts';
import { candidatesOf, type Question, type Selection } from './search-candidates.ts';
import { findChunks, findMemories } from './search-rows.ts';
import type { Space } from './spaces.ts';
import { type MemoryViewer, type Walled, withinWalls } from './walls.ts';

/** Gives the vectors of questions by the active model. */
export type EmbedQuestions = (
  texts: readonly string[],
  options?: { signal?: AbortSignal },
) => Promise<{ space: Space; vectors: readonly (readonly number[])[] }>;

/** Says how well each text answers the question, 0 to 1, in order. */
export type Rerank = (
  question: string,
  texts: readonly string[],
  options: { signal?: AbortSignal },
) => Promise<readonly number[]>;

export interface SearchDependencies {
  pool: Pool;
  embedTexts: EmbedQuestions;
  /** Absent where no model may be run, as in the API: a search that asks for it is refused there. */
  rerank?: Rerank;
}

export type MemorySearch = ReturnType<typeof createMemorySearch>;

interface Asked<Found> {
  viewer: MemoryViewer;
  input: Pick<SearchMemories, 'query' | 'limit' | 'mode' | 'rerank' | 'embedding'>;
  signal: AbortSignal | undefined;
  selection: Selection;
  weights: Weights;
  read: (walled: Walled, chosen: readonly Scored<Candidate>[]) => Promise<Found[]>;
}

/**
 * Finds memories and passages of documents by meaning and by words, as their viewer may see them; docs/retrieval.md says how. Gives as many as
 * were asked for wherever so many fit. Where the embedder is away it goes by words alone and says so.
 * @throws InvalidInput for a vector that is none of the active model's
 */
export function createMemorySearch({ pool, embedTexts, rerank }: SearchDependencies) {
  const search = async <Found>(asked: Asked<Found>): Promise<{ items: Found[]; summary: SearchSummary }> => {
    if (asked.input.rerank && rerank === undefined) {
      throw new GatheringFailure(
        'InvalidInput',
        'No model is run here: reranking is for agents and pipelines.',
      );
    }
    const begin = performance.now();
    const question = await embedded(asked);
    const embeddedAt = performance.now();
    const items = await withinWalls(pool, asked.viewer, async (walled) => {
      const candidates = await candidatesOf(walled, question, asked.selection);
      return asked.read(walled, fuse(candidates, asked.weights).slice(0, asked.input.limit));
    });
    return {
      items,
      summary: {
        mode: question.vector === undefined ? 'text' : question.mode,
        weights: asked.weights,
        degraded: question.degraded,
        model: question.space === undefined ? '' : `${question.space.provider}/${question.space.model}`,
        tookMs: { embed: embeddedAt - begin, search: performance.now() - embeddedAt, rerank: null },
      },
    };
  };

  const embedded = async ({ input: { query: text, mode }, signal }: Asked<unknown>): Promise<Question> => {
    if (mode === 'text') return { text, mode, degraded: null };
    try {
      const { space, vectors } = await embedTexts([text], signal === undefined ? {} : { signal });
      return { text, mode, space, vector: vectors[0] ?? [], degraded: null };
    } catch (error) {
      if (!(error instanceof GatheringFailure) || error.type !== 'Unavailable') throw error;
      return { text, mode, degraded: error.message };
    }
  };

  return {
    searchMemories(
      viewer: MemoryViewer,
      input: SearchMemories,
      { signal }: { signal?: AbortSignal } = {},
    ): Promise<MemorySearchResult> {
      const { kinds, tags = [], scope } = input;
      const fitting = [
        sql.fragment`u.superseded_by is null and (u.expires_at is null or u.expires_at > now())`,
        ...(kinds === undefined ? [] : [sql.fragment`u.kind = any(${sql.array(kinds, 'text')})`]),
        ...(tags.length === 0 ? [] : [sql.fragment`u.tags @> ${sql.array(tags, 'text')}`]),
      ];
      return search({
        ...{ viewer, input, signal, read: findMemories },
        weights: weightsOf('memory', input.weights),
        selection: { source: 'memory', scope, fitting, limit: input.limit },
      });
    },

    searchKnowledge(
      viewer: MemoryViewer,
      input: SearchKnowledge,
      { signal }: { signal?: AbortSignal } = {},
    ): Promise<KnowledgeSearchResult> {
      const { documentId, scope } = input;
      return search({
        ...{ viewer, input, signal, read: findChunks },
        weights: weightsOf('knowledge', input.weights),
        selection: {
          source: 'knowledge',
          scope,
          fitting: documentId === undefined ? [] : [sql.fragment`u.document_id = ${documentId}`],
          limit: input.limit,
        },
      });
    },
  };
}
