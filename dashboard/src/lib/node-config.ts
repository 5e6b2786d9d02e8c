import type { Json } from '../../../contracts/json.ts';
import type { PipelineDefinition, PipelineNode, SubPipeline } from '../../../contracts/pipeline.ts';
import { innerGraphOf, NO_PIPELINES } from './inner-graph.ts';
import { without } from './without.ts';

/** What the pipeline says of the node at a path; the nodes inside a map are left out of the map's own. */
export function nodeConfigOf(
  definition: PipelineDefinition,
  path: string,
  pipelines = NO_PIPELINES,
): Json | undefined {
  let graph: SubPipeline | undefined = definition;
  let node: PipelineNode | undefined;
  for (const id of path.split('.')) {
    node = graph?.nodes.find((candidate) => candidate.id === id);
    graph = node === undefined ? undefined : innerGraphOf(node, pipelines);
  }
  if (node === undefined) return undefined;
  const shown = node.type === 'map' ? { ...node, config: without(node.config, 'pipeline') } : node;
  // A definition came as JSON; what it leaves out goes with this.
  return JSON.parse(JSON.stringify(without(shown, 'position'))) as Json;
}
