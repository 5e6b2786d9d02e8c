import { isDeepStrictEqual } from 'node:util';

import type { CreateAgent } from '../../contracts/agent.ts';
import { Agent } from '../../contracts/agent.ts';
import type { PipelineDefinition } from '../../contracts/pipeline.ts';
import { createAgents } from '../../store/agents.ts';
import { createPipelines } from '../../store/pipelines.ts';
import type { Pool, Queryable } from '../../store/pool.ts';
import { createSeeds } from '../../store/seeds.ts';

export interface Definitions {
  agents: readonly CreateAgent[];
  pipelines: readonly PipelineDefinition[];
}

/**
 * Stores the shipped agents and pipelines. One that is there as we left it is brought to what is shipped now; one that a
 * person has edited, deleted or made first stays as it is. Safe to repeat.
 * @returns how many were stored or changed
 */
export async function storeDefinitions(pool: Pool, definitions: Definitions): Promise<number> {
  let changed = 0;
  for (const agent of definitions.agents)
    if (await pool.transaction((tx) => storeAgent(tx, agent))) changed += 1;
  for (const pipeline of definitions.pipelines) {
    if (await pool.transaction((tx) => storePipeline(tx, pipeline))) changed += 1;
  }
  return changed;
}

async function storeAgent(tx: Queryable, definition: CreateAgent): Promise<boolean> {
  const agents = createAgents(tx);
  const seeds = createSeeds(tx);
  const { name } = definition;
  const [present, seeded] = [await agents.findAgent(name), await seeds.findSeededVersion('agent', name)];
  if (seeded === null) {
    if (present !== null) return false;
    await seeds.recordSeed('agent', name, (await agents.insertAgent(definition)).version);
    return true;
  }
  if (present?.version !== seeded || isDeepStrictEqual(Content.parse(present), definition)) return false;
  await seeds.recordSeed('agent', name, (await agents.updateAgent(present.id, definition, seeded)).version);
  return true;
}

async function storePipeline(tx: Queryable, definition: PipelineDefinition): Promise<boolean> {
  const pipelines = createPipelines(tx);
  const seeds = createSeeds(tx);
  const { name } = definition;
  const [present, seeded] = [
    await pipelines.findPipeline(name),
    await seeds.findSeededVersion('pipeline', name),
  ];
  if (seeded === null) {
    if (present !== null) return false;
    await seeds.recordSeed('pipeline', name, (await pipelines.insertPipeline(definition)).revision);
    return true;
  }
  if (present?.revision !== seeded || isDeepStrictEqual(present.definition, definition)) return false;
  const { id, revision } = await pipelines.updateDraft(present.id, definition, seeded);
  await seeds.recordSeed('pipeline', name, (await pipelines.publishDraft(id, revision)).revision);
  return true;
}

/** An agent without what the store has added. */
const Content = Agent.omit({ id: true, version: true, createdAt: true, updatedAt: true });
