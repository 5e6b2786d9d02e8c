import { millisecondsOf } from '../../contracts/duration.ts';
import { isJsonObject } from '../../contracts/json.ts';
import { referenceKeyOf } from '../../contracts/node-kinds/pipeline.ts';
import type { ProblemItem } from '../../contracts/problem.ts';
import { actionProblems, type ConfigProblem } from './action-problems.ts';
import { dotted, listed, shown } from './dotted-path.ts';
import type { Effort } from './effort.ts';
import { humanProblems } from './human-problems.ts';
import type { SchemaCompiler } from './json-schema.ts';
import type { OutlineNode } from './outline.ts';
import type { PipelinesByKey } from './sub-pipelines.ts';

/** What a pipeline may refer to outside of itself. */
export interface PipelineReferences {
  /** Names and ids of the agents. */
  agents: ReadonlySet<string>;
  /** Names and ids of the circles; absent: that is not checked. */
  circles?: ReadonlySet<string>;
  /** What `resolvePipelines` has found for the definition; absent: there are none. */
  pipelines?: PipelinesByKey;
  /** Those pipelines of `pipelinesStartedIn` that exist, by `referenceKeyOf`; absent: that is not checked. */
  started?: ReadonlySet<string>;
  /** Names of the tools; absent: that is not checked. */
  tools?: ReadonlySet<string>;
  /** Id of the pipeline that the definition belongs to; absent for a new one. */
  self?: string | undefined;
}

export interface ConfigChecks {
  references: PipelineReferences;
  schemas: SchemaCompiler;
  effort: Effort;
}

/** What is wrong with one node's own settings that no schema can tell. */
export function configProblems(node: OutlineNode, checks: ConfigChecks): ProblemItem[] {
  const problems = [...timingProblems(node), ...kindProblems(node, checks)];
  const owner = node.id === undefined ? {} : { nodeId: node.id };
  return problems.map(({ parts, message }) => ({ path: dotted(node.path, ...parts), message, ...owner }));
}

function kindProblems(node: OutlineNode, checks: ConfigChecks): ConfigProblem[] {
  if (node.kind === 'action')
    return [...actionProblems(node.config), ...targetProblems(node.config, checks.references)];
  if (node.kind === 'map') return mapProblems(node.config);
  if (node.kind === 'circle') return circleProblems(node.config['circle'], checks.references);
  if (node.kind === 'human')
    return [...humanProblems(node), ...jsonSchemaProblems(node.config['form'], ['config', 'form'], checks)];
  if (node.kind !== 'agent') return [];
  const { agent, outputSchema } = node.config;
  return [
    ...agentProblems(agent, checks.references),
    ...jsonSchemaProblems(outputSchema, ['config', 'outputSchema'], checks),
  ];
}

/** What an action is done with that must exist. */
function targetProblems(
  { action, tool, pipelineId, version }: OutlineNode['config'],
  { tools, started }: PipelineReferences,
): ConfigProblem[] {
  if (action === 'call_tool' && typeof tool === 'string' && tools?.has(tool) === false)
    return [
      { parts: ['config', 'tool'], message: `There is no tool "${shown(tool)}": known are ${listed(tools)}` },
    ];
  if (action !== 'execute_pipeline' || typeof pipelineId !== 'string' || started === undefined) return [];
  const reference = typeof version === 'number' ? { pipelineId, version } : { pipelineId };
  if (started.has(referenceKeyOf(reference))) return [];
  const what = `There is no pipeline "${shown(pipelineId)}"${typeof version === 'number' ? ` with a version ${version}` : ''}`;
  return [{ parts: ['config', 'pipelineId'], message: `${what}: make it first` }];
}

function mapProblems({ pipeline, pipelineId, version }: OutlineNode['config']): ConfigProblem[] {
  if (pipeline === undefined && pipelineId === undefined)
    return [{ parts: ['config'], message: 'needs a pipeline of its own, or the pipelineId of another one' }];
  if (pipeline === undefined) return [];
  if (pipelineId !== undefined)
    return [
      {
        parts: ['config', 'pipelineId'],
        message: 'stands beside a pipeline of its own: remove one of the two',
      },
    ];
  if (version === undefined) return [];
  return [{ parts: ['config', 'version'], message: 'belongs to a pipelineId, and there is none: remove it' }];
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-/;

function agentProblems(agent: unknown, { agents }: PipelineReferences): ConfigProblem[] {
  if (typeof agent !== 'string' || agent === '' || agents.has(agent)) return [];
  const names = [...agents].filter((name) => !UUID.test(name));
  const message = `There is no agent "${shown(agent)}": make it first, or name one of ${listed(names)}`;
  return [{ parts: ['config', 'agent'], message }];
}

/** What others there are is not told: some are private. */
function circleProblems(circle: unknown, { circles }: PipelineReferences): ConfigProblem[] {
  if (typeof circle !== 'string' || circle === '' || circles?.has(circle) !== false) return [];
  return [{ parts: ['config', 'circle'], message: `There is no circle "${shown(circle)}": make it first` }];
}

/** What is wrong with a JSON Schema that a user wrote; nothing for what is no object, which the contract refuses. */
export function jsonSchemaProblems(
  schema: unknown,
  parts: readonly string[],
  { schemas, effort }: Pick<ConfigChecks, 'schemas' | 'effort'>,
): ConfigProblem[] {
  if (!isJsonObject(schema) || !effort.permits()) return [];
  const compiled = schemas.compile(schema);
  if (compiled.ok) return [];
  return compiled.problems.map((problem) => ({
    parts: [...parts, ...problem.parts],
    message: problem.message,
  }));
}

const DEFAULT_INITIAL = '1 second';
const DEFAULT_MAXIMUM = '60 seconds';

function timingProblems({ written }: OutlineNode): ConfigProblem[] {
  const { timeout, retry } = written;
  const problems = isZero(timeout) ? [tooShort('timeout')] : [];
  if (!isJsonObject(retry)) return problems;
  const { initialInterval = DEFAULT_INITIAL, maximumInterval = DEFAULT_MAXIMUM } = retry;
  if (isZero(initialInterval)) problems.push(tooShort('retry', 'initialInterval'));
  if (durationOf(maximumInterval) < durationOf(initialInterval))
    problems.push({
      parts: ['retry', 'maximumInterval'],
      message: 'is shorter than the initialInterval: make it at least as long',
    });
  return problems;
}

const tooShort = (...parts: string[]): ConfigProblem => ({ parts, message: 'must be longer than nothing' });
const durationOf = (value: unknown): number =>
  typeof value === 'string' ? millisecondsOf(value) : Number.NaN;

/** Whether something is a duration of no length; what is no duration at all the contract refuses. */
export const isZero = (value: unknown): boolean => durationOf(value) === 0;
