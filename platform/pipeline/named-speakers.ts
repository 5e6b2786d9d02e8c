import type { PipelineDefinition, PipelineNode } from '../../contracts/pipeline.ts';
import type { PinnedPipeline } from '../../contracts/run.ts';
import { dotted } from './dotted-path.ts';
import type { NamedPipeline } from './sub-pipelines.ts';

/** Where a node names an agent or a circle, and the word that it uses: an id or a name. */
export interface NamedSpeaker {
  kind: 'agent' | 'circle';
  word: string;
  path: string;
  nodeId: string;
  /** The other pipeline whose node it is. */
  within?: string;
}

/** Every place where a definition, or a pipeline that it runs, names who speaks. Those of others are told where the definition leads to them. */
export function speakersNamedIn(
  definition: PipelineDefinition,
  first: NamedPipeline | undefined,
  pipelines: ReadonlyMap<string, PinnedPipeline>,
): NamedSpeaker[] {
  const inside = [...pipelines.values()].flatMap(({ name, definition: inner }) =>
    speakersOf(inner.nodes, '').map((named) => ({
      ...named,
      ...{ within: name, path: first?.path ?? 'nodes', nodeId: first?.nodeId ?? named.nodeId },
    })),
  );
  return [...speakersOf(definition.nodes, 'nodes'), ...inside];
}

function speakersOf(nodes: readonly PipelineNode[], path: string): NamedSpeaker[] {
  return nodes.flatMap((node, index): NamedSpeaker[] => {
    const config = dotted(path, index, 'config');
    switch (node.type) {
      case 'agent':
        return [{ kind: 'agent', word: node.config.agent, path: dotted(config, 'agent'), nodeId: node.id }];
      case 'circle':
        return [
          { kind: 'circle', word: node.config.circle, path: dotted(config, 'circle'), nodeId: node.id },
        ];
      case 'map':
        return speakersOf(node.config.pipeline?.nodes ?? [], dotted(config, 'pipeline', 'nodes'));
      default:
        return [];
    }
  });
}

/** What words mean: an id goes before a name that looks like it. */
export function byWord<Named extends { id: string; name: string }>(
  words: Iterable<string>,
  found: readonly Named[],
): Map<string, Named> {
  const byId = new Map(found.map((one) => [one.id, one]));
  const byName = new Map(found.map((one) => [one.name, one]));
  return new Map(
    [...words].flatMap((word) => {
      const one = byId.get(word) ?? byName.get(word);
      return one === undefined ? [] : [[word, one] as const];
    }),
  );
}
