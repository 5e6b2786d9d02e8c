import { referenceKeyOf } from '../../../contracts/node-kinds/pipeline.ts';
import type { PipelineNode, SubPipeline } from '../../../contracts/pipeline.ts';
import type { Run } from '../../../contracts/run.ts';

/** The other pipelines that a run was started with, by how its nodes name them. */
export type PinnedPipelines = Run['pipelines'];

export const NO_PIPELINES: PinnedPipelines = {};

/** What stands inside a node: the graph of a map, or of the other pipeline that it runs, where that is known. */
export function innerGraphOf(node: PipelineNode, pipelines: PinnedPipelines): SubPipeline | undefined {
  if (node.type === 'map' && node.config.pipeline !== undefined) return node.config.pipeline;
  if (node.type !== 'map' && node.type !== 'pipeline') return undefined;
  const { pipelineId, version } = node.config;
  return pipelineId === undefined
    ? undefined
    : pipelines[referenceKeyOf({ pipelineId, version })]?.definition;
}
