import { readdir, readFile } from 'node:fs/promises';

import { parse as parseYaml } from 'yaml';
import type { z } from 'zod';

import { type ModelConfig, providerStatuses } from '../activities/model/provider-catalogue.ts';
import { CreateAgent, Persona } from '../contracts/agent.ts';
import { GatheringFailure } from '../contracts/failure.ts';
import type { ProviderName } from '../contracts/model.ts';
import { PipelineDefinition } from '../contracts/pipeline.ts';
import { outlineOf } from '../platform/pipeline/outline.ts';
import { pipelinesNamedIn } from '../platform/pipeline/sub-pipelines.ts';
import { CircleSeed } from './circle-seed.ts';

/** Where the model of an agent runs. A persona does not say it: it is chosen when the agent is made. */
export interface ModelChoice {
  provider: ProviderName;
  model: string;
}

/** What a new house is furnished with. */
export interface Seeds {
  personas: Persona[];
  circles: CircleSeed[];
  /** Each after those that it runs. */
  pipelines: PipelineDefinition[];
  /** One agent for each persona, under the persona's name. */
  agents(model: ModelChoice): CreateAgent[];
}

/** The text of each YAML file by its name. */
export interface SeedFiles {
  personas: ReadonlyMap<string, string>;
  circles: ReadonlyMap<string, string>;
  pipelines: ReadonlyMap<string, string>;
}

/** @throws GatheringFailure `InvalidInput` naming every file that is not valid, and what is wrong in it */
export function parseSeeds(files: SeedFiles): Seeds {
  const problems: { path: string; message: string }[] = [];
  const personas = parseAll(files.personas, Persona, problems);
  const circles = parseAll(files.circles, CircleSeed, problems);
  const pipelines = inOrder(parseAll(files.pipelines, PipelineDefinition, problems));
  if (problems.length > 0) {
    const lines = problems.map(({ path, message }) => `${path}: ${message}`);
    throw new GatheringFailure('InvalidInput', `The seeds are not valid:\n${lines.join('\n')}`, { problems });
  }
  return {
    ...{ personas, circles, pipelines },
    agents: (model) => personas.map((persona) => agentOf(persona, model)),
  };
}

/** Reads `personas/*.yaml`, `seeds/circles/*.yaml` and `seeds/pipelines/*.yaml` of this installation. */
export async function loadSeeds(): Promise<Seeds> {
  const [personas, circles, pipelines] = await Promise.all([
    readYamlFiles(new URL('../personas/', import.meta.url)),
    readYamlFiles(new URL('./circles/', import.meta.url)),
    readYamlFiles(new URL('./pipelines/', import.meta.url)),
  ]);
  return parseSeeds({ personas, circles, pipelines });
}

/** The names of the pipelines that one runs as parts of itself. */
export const partsOf = (definition: PipelineDefinition): string[] =>
  pipelinesNamedIn(outlineOf(definition)).map(({ pipelineId }) => pipelineId);

/** Otherwise in the order in which they are given. */
function inOrder(pipelines: readonly PipelineDefinition[]): PipelineDefinition[] {
  const placed = new Set<PipelineDefinition>();
  const place = (pipeline: PipelineDefinition, above: readonly PipelineDefinition[]): void => {
    if (placed.has(pipeline) || above.includes(pipeline)) return;
    const parts = partsOf(pipeline);
    for (const other of pipelines) if (parts.includes(other.name)) place(other, [...above, pipeline]);
    placed.add(pipeline);
  };
  for (const pipeline of pipelines) place(pipeline, []);
  return [...placed];
}

const PREFERRED: readonly ProviderName[] = ['openai', 'anthropic', 'ollama', 'openai-compatible'];

/** The first provider that is configured, with the first model that it proposes; else the built-in demo provider. */
export function chooseDefaultModel(config: ModelConfig): ModelChoice {
  const statuses = providerStatuses(config);
  for (const provider of PREFERRED) {
    const status = statuses.find(({ name, available }) => name === provider && available);
    const model = status?.models[0];
    if (model !== undefined) return { provider, model };
  }
  return { provider: 'demo', model: 'demo' };
}

function parseAll<Schema extends z.ZodType>(
  files: ReadonlyMap<string, string>,
  schema: Schema,
  problems: { path: string; message: string }[],
): z.infer<Schema>[] {
  return [...files].flatMap(([file, text]) => {
    const parsed = schema.safeParse(yamlOf(file, text, problems));
    if (parsed.success) return [parsed.data];
    for (const { path, message } of parsed.error.issues)
      problems.push({ path: [file, ...path].join('.'), message });
    return [];
  });
}

function yamlOf(file: string, text: string, problems: { path: string; message: string }[]): unknown {
  try {
    return parseYaml(text);
  } catch (error) {
    problems.push({ path: file, message: error instanceof Error ? error.message : String(error) });
    return undefined;
  }
}

const agentOf = (persona: Persona, { provider, model }: ModelChoice): CreateAgent =>
  CreateAgent.parse({
    name: persona.name,
    role: persona.role,
    persona: persona.name,
    provider,
    model,
    personality: persona.personality,
    instructions: persona.instructions,
    tools: persona.tools,
    approveTools: persona.approveTools,
    memoryScopes: persona.memoryScopes ?? [],
  });

async function readYamlFiles(folder: URL): Promise<Map<string, string>> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.yaml')).sort();
  const texts = await Promise.all(names.map((name) => readFile(new URL(name, folder), 'utf8')));
  return new Map(names.map((name, index) => [name, texts[index] ?? '']));
}
