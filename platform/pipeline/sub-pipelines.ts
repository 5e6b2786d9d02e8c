import { isJsonObject } from '../../contracts/json.ts';
import { type PipelineReference, referenceKeyOf } from '../../contracts/node-kinds/pipeline.ts';
import type { PinnedPipeline } from '../../contracts/run.ts';
import { dotted } from './dotted-path.ts';
import { inspectJson } from './json-limits.ts';
import { everyGraph, type Outline, type OutlineNode, outlineOf } from './outline.ts';
import { PIPELINE_LIMITS } from './pipeline-limits.ts';

/** Where a node names another pipeline. */
export interface NamedPipeline extends PipelineReference {
  /** Of its `pipelineId`. */
  path: string;
  nodeId: string | undefined;
}

/** Every place of an outline where another pipeline is run as a part of this one, inside of maps too. */
export const pipelinesNamedIn = (outline: Outline): NamedPipeline[] =>
  namedIn(outline, ({ kind }) => kind === 'pipeline' || kind === 'map');

/** Every place of an outline where a run of another pipeline is started, inside of maps too. */
export const pipelinesStartedIn = (outline: Outline): NamedPipeline[] =>
  namedIn(outline, ({ kind, config }) => kind === 'action' && config['action'] === 'execute_pipeline');

const namedIn = (outline: Outline, isMeant: (node: OutlineNode) => boolean): NamedPipeline[] =>
  [...everyGraph(outline)].flatMap(({ nodes }) =>
    nodes.filter(isMeant).flatMap(({ id, path, config }) => {
      const { pipelineId, version } = config;
      if (typeof pipelineId !== 'string' || pipelineId === '') return [];
      const named = { pipelineId, path: dotted(path, 'config', 'pipelineId'), nodeId: id };
      return [typeof version === 'number' ? { ...named, version } : named];
    }),
  );

/** Gives the pipelines that exist, in the version that is named or the latest that is published, by `referenceKeyOf`. */
export type FindPipelines = (
  references: readonly PipelineReference[],
) => Promise<ReadonlyMap<string, PinnedPipeline>>;

/** Pipelines by how nodes name them, see `referenceKeyOf`. */
export type PipelinesByKey = ReadonlyMap<string, PinnedPipeline>;

/**
 * Everything that a definition runs as a part of itself, directly or by way of another pipeline; what does not exist is absent.
 * @param definition need not be valid
 */
export async function resolvePipelines(definition: unknown, find: FindPipelines): Promise<PipelinesByKey> {
  if (!inspectJson(definition, PIPELINE_LIMITS).readable) return new Map();
  return resolveNamed(pipelinesNamedIn(outlineOf(definition)), find);
}

/** The same for what is named. It looks one level deeper than is allowed, and no further once there are too many nodes. */
export async function resolveNamed(
  outermost: readonly PipelineReference[],
  find: FindPipelines,
): Promise<PipelinesByKey> {
  const found = new Map<string, PinnedPipeline>();
  let named = outermost;
  let nodes = 0;
  for (let depth = 0; depth <= PIPELINE_LIMITS.pipelines && nodes <= PIPELINE_LIMITS.nodes; depth += 1) {
    const wanted = new Map(named.map((reference) => [referenceKeyOf(reference), reference]));
    for (const key of found.keys()) wanted.delete(key);
    if (wanted.size === 0) break;
    const next = await find([...wanted.values()]);
    for (const [key, pipeline] of next) {
      found.set(key, pipeline);
      nodes += pipeline.definition.nodes.length;
    }
    named = [...next.values()].flatMap(({ definition: inner }) => pipelinesNamedIn(outlineOf(inner)));
  }
  return found;
}

/** Keys of the pipelines that a definition starts runs of and that exist; one that is new may start itself. */
export async function findStarted(definition: unknown, find: FindPipelines): Promise<Set<string>> {
  if (!inspectJson(definition, PIPELINE_LIMITS).readable) return new Set();
  const started = pipelinesStartedIn(outlineOf(definition));
  if (started.length === 0) return new Set();
  const own = isJsonObject(definition) && typeof definition['name'] === 'string' ? [definition['name']] : [];
  return new Set([...own, ...(await find(started)).keys()]);
}
