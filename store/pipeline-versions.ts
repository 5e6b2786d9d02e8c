import { z } from 'zod';

import { GatheringFailure } from '../contracts/failure.ts';
import type { Id } from '../contracts/ids.ts';
import { type PipelineReference, referenceKeyOf } from '../contracts/node-kinds/pipeline.ts';
import { PipelineVersion } from '../contracts/pipeline.ts';
import { PinnedPipeline } from '../contracts/run.ts';
import { isId } from './cursor.ts';
import type { Queryable } from './pool.ts';
import { sql } from './pool.ts';
import { StoredDefinition } from './stored.ts';

const VersionRow = PipelineVersion.extend({ definition: StoredDefinition });

/** A version to start a run from, with the name that its pipeline has now. */
const Startable = z.object({
  pipelineId: z.string(),
  name: z.string(),
  ...VersionRow.pick({ version: true, definition: true }).shape,
});
export type Startable = z.infer<typeof Startable>;

const PinnedRow = PinnedPipeline.extend({
  definition: StoredDefinition,
  word: z.string(),
  asked: z.number().nullable(),
});

const columns = sql.fragment`pipeline_id as "pipelineId", version, definition, published_at as "publishedAt"`;
const Entry = PipelineVersion.omit({ definition: true });
export type PipelineVersionEntry = z.infer<typeof Entry>;

/** What was published; it never changes. */
export function createPipelineVersions(pool: Queryable) {
  return {
    /** Newest first, without their definitions, from below the version `before`. */
    async listVersions(
      pipelineId: Id,
      { limit, before }: { limit: number; before: number | null },
    ): Promise<readonly PipelineVersionEntry[]> {
      if (!isId(pipelineId)) return [];
      return pool.any(sql.type(Entry)`
        select pipeline_id as "pipelineId", version, published_at as "publishedAt" from pipeline.versions
        where pipeline_id = ${pipelineId} and (${before}::integer is null or version < ${before})
        order by version desc limit ${limit}`);
    },

    /** @throws GatheringFailure NotFound */
    async getVersion(pipelineId: Id, version: number): Promise<PipelineVersion> {
      const found = isId(pipelineId)
        ? await pool.maybeOne(sql.type(VersionRow)`
            select ${columns} from pipeline.versions where pipeline_id = ${pipelineId} and version = ${version}`)
        : null;
      if (found === null) throw new GatheringFailure('NotFound', 'The pipeline has no such version.');
      return found;
    },

    /**
     * The version that a run is to be started from: the named one, else the latest published.
     * @throws GatheringFailure NotFound
     */
    async getStartable(idOrName: string, version: number | undefined): Promise<Startable> {
      const id = isId(idOrName) ? idOrName : null;
      const found = await pool.any(sql.type(Startable)`
        select p.id as "pipelineId", p.name, v.version, v.definition
        from pipeline.pipelines p
        join pipeline.versions v on v.pipeline_id = p.id and v.version = coalesce(${version ?? null}, p.published_version)
        where p.name = ${idOrName} or p.id = ${id}`);
      const startable = found.find(({ pipelineId }) => pipelineId === id) ?? found[0];
      if (startable === undefined) {
        throw new GatheringFailure('NotFound', 'There is no such pipeline, or it has no such version.');
      }
      return startable;
    },

    /** The named versions, or the latest published ones, by `referenceKeyOf`; what does not exist is absent. An id goes before a name. */
    async findPinned(references: readonly PipelineReference[]): Promise<Map<string, PinnedPipeline>> {
      if (references.length === 0) return new Map();
      const words = references.map(({ pipelineId }) => pipelineId);
      const found = await pool.any(sql.type(PinnedRow)`
        select asked.word, asked.version as asked, p.id, p.name, v.version, v.definition
        from unnest(
          ${sql.array(words, 'text')}, ${sql.array(
            words.map((word) => (isId(word) ? word : null)),
            'uuid',
          )}, ${sql.array(
            references.map(({ version }) => version ?? null),
            'int4',
          )}
        ) as asked (word, id, version)
        join pipeline.pipelines p on p.name = asked.word or p.id = asked.id
        join pipeline.versions v on v.pipeline_id = p.id and v.version = coalesce(asked.version, p.published_version)
        order by p.id = asked.id nulls first`);
      return new Map(
        found.map(({ word, asked, ...pinned }) => [
          referenceKeyOf({ pipelineId: word, version: asked ?? undefined }),
          pinned,
        ]),
      );
    },
  };
}
