import { v7 as uuid } from 'uuid';
import { z } from 'zod';

import { GatheringFailure } from '../contracts/failure.ts';
import type { Id } from '../contracts/ids.ts';
import type { Page } from '../contracts/page.ts';
import type { PipelineDefinition } from '../contracts/pipeline.ts';
import { Pipeline, PipelineSummary } from '../contracts/pipeline.ts';
import type { ListPosition } from './cursor.ts';
import { idBefore, isId, pageOfRows } from './cursor.ts';
import { json } from './json.ts';
import type { Queryable } from './pool.ts';
import { sql } from './pool.ts';
import { isDuplicate } from './store-failure.ts';
import { StoredDefinition } from './stored.ts';
import type { Expected } from './version-check.ts';
import { versionCheck, VersionMismatch } from './version-check.ts';

const summary = sql.fragment`
  id, name, description, node_count as "nodeCount", published_version as "publishedVersion", revision,
  created_at as "createdAt", updated_at as "updatedAt"`;
const whole = sql.fragment`
  id, name, description, definition, published_version as "publishedVersion", revision,
  created_at as "createdAt", updated_at as "updatedAt"`;

const PipelineRow = Pipeline.extend({ definition: StoredDefinition });

const nameTaken = (name: string): GatheringFailure =>
  new GatheringFailure('Conflict', `There is a pipeline named "${name}" already.`);
const notFound = (): GatheringFailure => new GatheringFailure('NotFound', 'There is no such pipeline.');

/** Drafts of pipelines; what runs are started from are their versions, which `pipeline-versions.ts` keeps. */
export function createPipelines(pool: Queryable) {
  const find = async (idOrName: string): Promise<Pipeline | null> => {
    const pipelines = await pool.any(sql.type(PipelineRow)`
      select ${whole} from pipeline.pipelines where name = ${idOrName} or id = ${isId(idOrName) ? idOrName : null}`);
    return pipelines.find(({ id }) => id === idOrName) ?? pipelines[0] ?? null;
  };

  return {
    /**
     * Stores a pipeline and publishes it as version 1.
     * @throws GatheringFailure Conflict when the name is taken
     */
    async insertPipeline(definition: PipelineDefinition, id: Id = uuid()): Promise<Pipeline> {
      const inserted = await pool.maybeOne(sql.type(PipelineRow)`
        with inserted as (
          insert into pipeline.pipelines (id, name, description, definition, node_count)
          values (
            ${id}, ${definition.name}, ${definition.description}, ${json(definition)}, ${definition.nodes.length}
          )
          on conflict (name) do nothing
          returning *
        ), published as (
          insert into pipeline.versions (pipeline_id, version, definition) select id, 1, definition from inserted
        )
        select ${whole} from inserted`);
      if (inserted === null) throw nameTaken(definition.name);
      return inserted;
    },

    findPipeline: find,

    /** @throws GatheringFailure NotFound */
    async getPipeline(idOrName: string): Promise<Pipeline> {
      const pipeline = await find(idOrName);
      if (pipeline === null) throw notFound();
      return pipeline;
    },

    async listPipelines(position: ListPosition & { q?: string | undefined }): Promise<Page<PipelineSummary>> {
      const named =
        position.q === undefined
          ? sql.fragment`true`
          : sql.fragment`strpos(lower(name), lower(${position.q})) > 0`;
      const rows = await pool.any(sql.type(PipelineSummary)`
        select ${summary} from pipeline.pipelines
        where id < ${idBefore(position)} and ${named} order by id desc limit ${position.limit + 1}`);
      return pageOfRows(rows, position.limit);
    },

    /**
     * Replaces the draft; runs go on using the published version.
     * @throws GatheringFailure NotFound; Conflict when the name is taken; VersionMismatch
     */
    async updateDraft(id: Id, definition: PipelineDefinition, expected: Expected): Promise<Pipeline> {
      if (!isId(id)) throw notFound();
      const update = sql.type(PipelineRow)`
        update pipeline.pipelines set
          name = ${definition.name}, description = ${definition.description}, definition = ${json(definition)},
          node_count = ${definition.nodes.length}, revision = revision + 1, updated_at = now()
        where id = ${id} and ${versionCheck('revision', expected)}
        returning ${whole}`;
      const updated = await pool.maybeOne(update).catch((error: unknown) => {
        throw isDuplicate(error) ? nameTaken(definition.name) : error;
      });
      if (updated === null) throw await missed(id);
      return updated;
    },

    /**
     * Makes the draft the next version, which new runs use from now on.
     * @throws GatheringFailure NotFound; VersionMismatch
     */
    async publishDraft(id: Id, expected: Expected): Promise<Pipeline> {
      if (!isId(id)) throw notFound();
      const published = await pool.maybeOne(sql.type(PipelineRow)`
        with published as (
          update pipeline.pipelines set published_version = published_version + 1, updated_at = now()
          where id = ${id} and ${versionCheck('revision', expected)}
          returning *
        ), version as (
          insert into pipeline.versions (pipeline_id, version, definition)
          select id, published_version, definition from published
        )
        select ${whole} from published`);
      if (published === null) throw await missed(id);
      return published;
    },

    /**
     * Makes an earlier version the draft, and the next version, which new runs use from now on.
     * @throws GatheringFailure NotFound; Conflict when its name is another pipeline's by now; VersionMismatch
     */
    async restoreVersion(id: Id, version: number, expected: Expected): Promise<Pipeline> {
      if (!isId(id)) throw notFound();
      const restore = sql.type(PipelineRow)`
        with restored as (
          update pipeline.pipelines p set
            name = v.definition ->> 'name', description = v.definition ->> 'description', definition = v.definition,
            node_count = json_array_length(v.definition -> 'nodes'), published_version = p.published_version + 1,
            revision = p.revision + 1, updated_at = now()
          from pipeline.versions v
          where p.id = ${id} and v.pipeline_id = p.id and v.version = ${version} and ${versionCheck('revision', expected)}
          returning p.*
        ), published as (
          insert into pipeline.versions (pipeline_id, version, definition)
          select id, published_version, definition from restored
        )
        select ${whole} from restored`;
      const restored = await pool.maybeOne(restore).catch((error: unknown) => {
        throw isDuplicate(error)
          ? new GatheringFailure('Conflict', 'The name that it had then is the name of another pipeline now.')
          : error;
      });
      if (restored === null) throw await missed(id);
      return restored;
    },

    /**
     * Its versions go with it; its runs stay.
     * @throws GatheringFailure NotFound; VersionMismatch
     */
    async deletePipeline(id: Id, expected: Expected): Promise<void> {
      if (!isId(id)) throw notFound();
      const { rowCount } = await pool.query(sql.type(z.object({}))`
        delete from pipeline.pipelines where id = ${id} and ${versionCheck('revision', expected)}`);
      if (rowCount === 0) throw await missed(id);
    },
  };

  /** Why a change of a pipeline met no row. */
  async function missed(id: Id): Promise<Error> {
    const pipeline = await find(id);
    return pipeline === null ? notFound() : new VersionMismatch(pipeline.revision);
  }
}
