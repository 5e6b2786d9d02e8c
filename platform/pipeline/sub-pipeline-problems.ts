import { type PipelineReference, referenceKeyOf } from '../../contracts/node-kinds/pipeline.ts';
import type { ProblemItem } from '../../contracts/problem.ts';
import { shown } from './dotted-path.ts';
import { everyGraph, type Outline, outlineOf } from './outline.ts';
import { PIPELINE_LIMITS } from './pipeline-limits.ts';
import { type PipelinesByKey, pipelinesNamedIn } from './sub-pipelines.ts';

/** Which pipeline a definition belongs to; one that is new has no id. */
export interface PipelineSelf {
  id?: string | undefined;
  name: string | undefined;
}

/** What one pipeline is made of. */
interface Inside {
  /** Those that its nodes name; one stands here once for each node that names it. */
  references: readonly PipelineReference[];
  /** Its own, those inside of its maps too. */
  nodes: number;
}

interface Tree {
  self: PipelineSelf;
  pipelines: PipelinesByKey;
  insides: ReadonlyMap<string, Inside>;
  /** The longest way down from a pipeline in which nothing is wrong, as names. */
  ways: Map<string, readonly string[]>;
}

/**
 * What is wrong with the pipelines that a definition runs as parts of itself: missing ones, one that contains itself, too many
 * levels, too many nodes altogether. Each is told at the outermost node that leads there.
 */
export function subPipelineProblems(
  outline: Outline,
  self: PipelineSelf,
  pipelines: PipelinesByKey,
): ProblemItem[] {
  const named = pipelinesNamedIn(outline);
  if (named.length === 0) return [];
  const insides = new Map(
    [...pipelines].map(([key, { definition }]) => [key, insideOf(outlineOf(definition))]),
  );
  const whole = insideOf(outline);
  const distinct = [...insides.values()].reduce((sum, { nodes }) => sum + nodes, whole.nodes);
  // Beyond that, not everything was looked for.
  if (distinct > PIPELINE_LIMITS.nodes) return [tooMany(distinct)];
  const tree: Tree = { self, pipelines, insides, ways: new Map() };
  const problems = named.flatMap(({ path, nodeId, ...reference }): ProblemItem[] => {
    const walked = walk(reference, [], tree);
    if ('longest' in walked) return [];
    return [{ path, message: walked.problem, ...(nodeId === undefined ? {} : { nodeId }) }];
  });
  if (problems.length > 0) return problems;
  const count = countOf(whole, tree, new Map());
  return count > PIPELINE_LIMITS.nodes ? [tooMany(count)] : [];
}

function insideOf(outline: Outline): Inside {
  const nodes = [...everyGraph(outline)].reduce((sum, graph) => sum + graph.nodes.length, 0);
  return { nodes, references: pipelinesNamedIn(outline) };
}

type Step = { id: string; name: string };

/** @param above the pipelines on the way down to it */
function walk(
  reference: PipelineReference,
  above: readonly Step[],
  tree: Tree,
): { problem: string } | { longest: readonly string[] } {
  const key = referenceKeyOf(reference);
  const names = above.map(({ name }) => name);
  if (above.length >= PIPELINE_LIMITS.pipelines) return { problem: tooDeep([...names, shown(key)]) };
  const pipeline = tree.pipelines.get(key);
  if (pipeline === undefined) return { problem: missing(reference, names) };
  const { id, name, version } = pipeline;
  const { self } = tree;
  if (id === self.id || name === self.name)
    return { problem: `The pipeline would contain itself: ${[name, ...names, name].join(' → ')}` };
  const earlier = above.findIndex((step) => step.id === id);
  if (earlier !== -1)
    return { problem: `Pipelines contain themselves: ${[...names.slice(earlier), name].join(' → ')}` };

  const known = tree.ways.get(key);
  if (known !== undefined) {
    const whole = [...names, ...known];
    return whole.length > PIPELINE_LIMITS.pipelines ? { problem: tooDeep(whole) } : { longest: known };
  }
  let longest: readonly string[] = [];
  for (const inner of tree.insides.get(key)?.references ?? []) {
    const walked = walk(inner, [...above, { id, name }], tree);
    if ('problem' in walked) return walked;
    if (walked.longest.length > longest.length) longest = walked.longest;
  }
  const way = [reference.version === undefined ? name : `${name} (version ${version})`, ...longest];
  tree.ways.set(key, way);
  return { longest: way };
}

function missing({ pipelineId, version }: PipelineReference, above: readonly string[]): string {
  const what = `There is no pipeline "${shown(pipelineId)}"${version === undefined ? '' : ` with a version ${version}`}`;
  return above.length === 0
    ? `${what}: make it first`
    : `${what}, which is run by way of ${above.join(' → ')}`;
}

const tooDeep = (names: readonly string[]): string =>
  `Pipelines can be nested ${PIPELINE_LIMITS.pipelines} deep, and this goes deeper: ${names.join(' → ')}`;

function countOf({ nodes, references }: Inside, tree: Tree, counts: Map<string, number>): number {
  return references.reduce((sum, reference) => {
    const key = referenceKeyOf(reference);
    const inside = tree.insides.get(key);
    const count = counts.get(key) ?? (inside === undefined ? 0 : countOf(inside, tree, counts));
    counts.set(key, count);
    return sum + count;
  }, nodes);
}

const tooMany = (count: number): ProblemItem => ({
  path: 'nodes',
  message:
    `There are ${count} nodes with those of the pipelines that it runs, at most ${PIPELINE_LIMITS.nodes} are possible: ` +
    'start some of them as runs of their own, by the action "execute_pipeline"',
});
