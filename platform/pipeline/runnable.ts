import type { Agent } from '../../contracts/agent.ts';
import { millisecondsOf } from '../../contracts/duration.ts';
import type { Id } from '../../contracts/ids.ts';
import type { ProviderStatus } from '../../contracts/model.ts';
import type { PipelineDefinition } from '../../contracts/pipeline.ts';
import type { PipelineRunInput, PlanGraph } from '../../contracts/plan.ts';
import type { ProblemItem } from '../../contracts/problem.ts';
import type { PinnedPipeline } from '../../contracts/run.ts';
import { compilePlan } from './compile-plan.ts';
import { byWord, type NamedSpeaker, speakersNamedIn } from './named-speakers.ts';
import { outlineOf } from './outline.ts';
import { subPipelineProblems } from './sub-pipeline-problems.ts';
import { type FindPipelines, pipelinesNamedIn, resolveNamed } from './sub-pipelines.ts';

/** A version to start a run from, with the name that its pipeline has now. */
export interface Startable {
  pipelineId: Id;
  name: string;
  version: number;
  definition: PipelineDefinition;
}

/** A circle as pipelines name it, with the agents that speak in it. */
export interface NamedCircle {
  id: Id;
  name: string;
  agents: readonly Pick<Agent, 'name' | 'provider'>[];
}

/** Where definitions come from. */
export interface DefinitionSource {
  /** @throws GatheringFailure NotFound */
  getStartable: (idOrName: string, version: number | undefined) => Promise<Startable>;
  findPinned: FindPipelines;
  /** Those that exist, by id or name. */
  findAgents: (idsOrNames: readonly string[]) => Promise<readonly Agent[]>;
  /** Those that `viewer` sees, a user's id. */
  findNamedCircles: (idsOrNames: readonly string[], viewer: string) => Promise<readonly NamedCircle[]>;
}

/** A version as it can be run at the moment, or why it cannot. */
export interface Runnable {
  startable: Startable;
  /** The pipelines that it runs as parts of itself, by `referenceKeyOf`. */
  pipelines: Readonly<Record<string, PinnedPipeline>>;
  /** By the words that the nodes name them with. */
  agents: Readonly<Record<string, Agent>>;
  checked: { plan: PlanGraph } | { problems: readonly ProblemItem[] };
}

/** For `viewer`, a user's id: a circle that they may not see is not there. */
export type FindRunnable = (
  pipeline: string,
  version: number | undefined,
  viewer: string,
) => Promise<Runnable>;

/** Makes what looks for a version, the pipelines that it runs, the agents of all of them, and its plan. */
export const createFindRunnable =
  (source: DefinitionSource, providers: readonly ProviderStatus[]): FindRunnable =>
  async (pipeline, version, viewer) => {
    const startable = await source.getStartable(pipeline, version);
    const { definition, pipelineId, name } = startable;
    const outline = outlineOf(definition);
    const inside = pipelinesNamedIn(outline);
    const pipelines = await resolveNamed(inside, source.findPinned);
    const named = speakersNamedIn(definition, inside[0], pipelines);
    const wordsFor = (kind: NamedSpeaker['kind']): string[] => [
      ...new Set(named.flatMap((one) => (one.kind === kind ? one.word : []))),
    ];
    const [words, circleWords] = [wordsFor('agent'), wordsFor('circle')];
    const agents = byWord(words, await source.findAgents(words));
    const circles = byWord(circleWords, await source.findNamedCircles(circleWords, viewer));
    const problems = [
      ...subPipelineProblems(outline, { id: pipelineId, name }, pipelines),
      ...named.flatMap((one) => speakerProblems(one, { agents, circles }, providers)),
    ];
    return {
      startable,
      pipelines: Object.fromEntries(pipelines),
      agents: Object.fromEntries(agents),
      checked: problems.length > 0 ? { problems } : { plan: compilePlan(definition, agents, pipelines) },
    };
  };

/** What the workflow of a run is started with that follows from the version. */
export const workflowInputOf = (
  { pipelineId, name, version, definition }: Startable,
  plan: PlanGraph,
): Pick<PipelineRunInput, 'pipelineId' | 'pipelineName' | 'pipelineVersion' | 'plan' | 'timeoutMs'> => ({
  ...{ pipelineId, pipelineName: name, pipelineVersion: version, plan },
  timeoutMs: millisecondsOf(definition.timeout),
});

/** What is wrong with who is named: nobody has that name, or they cannot answer. */
function speakerProblems(
  named: NamedSpeaker,
  { agents, circles }: { agents: ReadonlyMap<string, Agent>; circles: ReadonlyMap<string, NamedCircle> },
  providers: readonly ProviderStatus[],
): ProblemItem[] {
  const { kind, word, path, nodeId, within } = named;
  const where = within === undefined ? '' : ` It is needed by the pipeline "${within}".`;
  const problem = (message: string): ProblemItem[] => [{ path, nodeId, message: `${message}.${where}` }];
  const who = kind === 'agent' ? agents.get(word) : circles.get(word);
  if (who === undefined) return problem(`There is no ${kind} "${word}"`);
  const speakers = 'agents' in who ? who.agents : [who];
  if (speakers.length === 0) return problem(`No agent speaks in the circle "${word}"`);
  const [mute] = speakers.flatMap((speaker) => reasonOf(speaker, providers) ?? []);
  if (mute === undefined) return [];
  return problem(
    kind === 'agent'
      ? `The agent "${word}" cannot answer. ${mute.reason}`
      : `The agent "${mute.name}" of the circle "${word}" cannot answer. ${mute.reason}`,
  );
}

/** Why an agent cannot answer. */
function reasonOf(
  { name, provider }: Pick<Agent, 'name' | 'provider'>,
  providers: readonly ProviderStatus[],
): { name: string; reason: string } | undefined {
  const known = providers.find((one) => one.name === provider);
  if (known?.available === true) return undefined;
  return { name, reason: known?.reason ?? `The provider "${provider}" is not known here` };
}
