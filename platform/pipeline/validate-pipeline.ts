import { isJsonObject } from '../../contracts/json.ts';
import { PipelineDefinition } from '../../contracts/pipeline.ts';
import type { ProblemItem } from '../../contracts/problem.ts';
import { type Analyse, createAnalysis } from './analysis.ts';
import {
  type ConfigChecks,
  configProblems,
  isZero,
  jsonSchemaProblems,
  type PipelineReferences,
} from './config-problems.ts';
import { dotted } from './dotted-path.ts';
import { type Effort, startEffort } from './effort.ts';
import { expressionProblems } from './expression-problems.ts';
import { graphProblems } from './graph-problems.ts';
import { inspectJson } from './json-limits.ts';
import { createSchemaCompiler, type SchemaCompiler } from './json-schema.ts';
import { everyGraph, type Outline, outlineOf } from './outline.ts';
import { PIPELINE_LIMITS } from './pipeline-limits.ts';
import { schemaProblems } from './schema-problems.ts';
import { subPipelineProblems } from './sub-pipeline-problems.ts';

export type { PipelineReferences } from './config-problems.ts';

export type PipelineValidation =
  { ok: true; definition: PipelineDefinition } | { ok: false; problems: ProblemItem[] };

/** What remembers: keep one over many calls. */
export interface ValidationTools {
  analyse: Analyse;
  schemas: SchemaCompiler;
}

export const createValidationTools = (): ValidationTools => ({
  analyse: createAnalysis(),
  schemas: createSchemaCompiler(),
});

/** `GET /pipelines/node-kinds` would not find a pipeline of this name. */
const NO_NAME = 'node-kinds';
const EFFORT_MS = 600;
const MOST_PROBLEMS = 1_000;

/**
 * Says everything that is wrong with a definition at once: what its schema refuses, and beside that all that can be said of
 * the parts which can be read. Paths are dotted, as in `nodes[3].config.expression`. Only what is beyond `PIPELINE_LIMITS` is not
 * looked into. Never throws, and is done within a second, whatever it is given.
 */
export function validatePipeline(
  definition: unknown,
  references: PipelineReferences,
  tools: ValidationTools = createValidationTools(),
): PipelineValidation {
  const json = inspectJson(definition, PIPELINE_LIMITS);
  if (!json.readable) return { ok: false, problems: json.problems };
  const outline = outlineOf(definition);
  const tooMany = countProblems(outline);
  if (tooMany.length > 0) return { ok: false, problems: [...json.problems, ...tooMany] };

  const parsed = PipelineDefinition.safeParse(definition, { reportInput: true });
  const problems = [
    ...json.problems,
    ...(parsed.success ? [] : schemaProblems(parsed.error.issues, definition)),
    ...semanticProblems(definition, outline, { ...tools, references, effort: startEffort(EFFORT_MS) }),
  ];
  if (parsed.success && problems.length === 0) return { ok: true, definition: parsed.data };
  return { ok: false, problems: atMost(problems) };
}

function countProblems(outline: Outline): ProblemItem[] {
  let count = 0;
  for (const graph of everyGraph(outline)) count += graph.nodes.length;
  const { nodes } = PIPELINE_LIMITS;
  if (count <= nodes) return [];
  return [
    { path: 'nodes', message: `There are ${count} nodes, at most ${nodes} are possible: split the pipeline` },
  ];
}

function semanticProblems(
  definition: unknown,
  outline: Outline,
  checks: ConfigChecks & { analyse: Analyse },
): ProblemItem[] {
  const graphs = [...everyGraph(outline)];
  return [
    ...graphs.flatMap(graphProblems),
    ...graphs.flatMap(({ nodes }) => nodes.flatMap((node) => configProblems(node, checks))),
    ...graphs.flatMap(nestingProblems),
    ...wholeProblems(definition, checks),
    ...insideProblems(definition, outline, checks),
    ...expressionProblems(outline, checks.analyse, checks.effort),
    ...effortProblems(checks.effort),
  ];
}

/** Told once, of the outermost map that is too deep. */
function nestingProblems({ depth, nodes }: Outline): ProblemItem[] {
  if (depth !== PIPELINE_LIMITS.maps) return [];
  return nodes
    .filter(({ kind }) => kind === 'map')
    .map(({ id, path }) => ({
      path,
      message: `Maps can be nested ${PIPELINE_LIMITS.maps} deep: make the list flat before this one`,
      ...(id === undefined ? {} : { nodeId: id }),
    }));
}

function wholeProblems(definition: unknown, checks: ConfigChecks): ProblemItem[] {
  if (!isJsonObject(definition)) return [];
  const { name, inputSchema, timeout } = definition;
  const problems = jsonSchemaProblems(inputSchema, ['inputSchema'], checks);
  if (name === NO_NAME)
    problems.push({ parts: ['name'], message: `"${NO_NAME}" is an address of the API: choose another name` });
  const type = isJsonObject(inputSchema) ? inputSchema['type'] : undefined;
  if (type !== undefined && type !== 'object' && !(Array.isArray(type) && type.includes('object')))
    problems.push({
      parts: ['inputSchema', 'type'],
      message: 'The input of a run is an object: say "object"',
    });
  if (isZero(timeout)) problems.push({ parts: ['timeout'], message: 'must be longer than nothing' });
  return problems.map(({ parts, message }) => ({ path: dotted('', ...parts), message }));
}

function insideProblems(
  definition: unknown,
  outline: Outline,
  { references: { self, pipelines = new Map() } }: ConfigChecks,
): ProblemItem[] {
  const name = isJsonObject(definition) ? definition['name'] : undefined;
  return subPipelineProblems(
    outline,
    { id: self, name: typeof name === 'string' ? name.trim() : undefined },
    pipelines,
  );
}

const effortProblems = ({ exceeded }: Effort): ProblemItem[] =>
  exceeded
    ? [
        {
          path: '',
          message: 'Its expressions and schemas take too long to check: make them fewer or simpler',
        },
      ]
    : [];

function atMost(problems: ProblemItem[]): ProblemItem[] {
  const left = problems.length - MOST_PROBLEMS;
  if (left <= 0) return problems;
  return [...problems.slice(0, MOST_PROBLEMS), { path: '', message: `and ${left} more problems` }];
}
