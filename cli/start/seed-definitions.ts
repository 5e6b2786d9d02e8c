import { isDeepStrictEqual } from 'node:util';

import { z } from 'zod';

import type { CreateAgent } from '../../contracts/agent.ts';
import { Agent } from '../../contracts/agent.ts';
import { type Circle, CreateCircle } from '../../contracts/circle.ts';
import type { Pipeline, PipelineDefinition } from '../../contracts/pipeline.ts';
import type { CircleSeed } from '../../seeds/circle-seed.ts';
import { partsOf } from '../../seeds/seed-definitions.ts';
import { createAgents } from '../../store/agents.ts';
import { createCircles } from '../../store/circles.ts';
import { createPipelines } from '../../store/pipelines.ts';
import type { Pool, Queryable } from '../../store/pool.ts';
import { createSeeds } from '../../store/seeds.ts';

export interface Definitions {
  agents: readonly CreateAgent[];
  circles?: readonly CircleSeed[];
  pipelines: readonly PipelineDefinition[];
}

/**
 * Stores the shipped agents, circles and pipelines. One that is there as we left it is brought to what is shipped now; one that a
 * person has edited, deleted or made first stays as it is. A pipeline that would run one that is not there (any more) is left out, and so is a
 * circle without all of its agents. Who is in a circle is never changed. Safe to repeat.
 * @param definitions pipelines after those that they run
 * @returns how many were stored or changed
 */
export async function storeDefinitions(pool: Pool, definitions: Definitions): Promise<number> {
  let changed = 0;
  for (const agent of definitions.agents)
    if (await pool.transaction((tx) => storeAgent(tx, agent))) changed += 1;
  for (const circle of definitions.circles ?? [])
    if (await pool.transaction((tx) => storeCircle(tx, circle))) changed += 1;
  for (const pipeline of definitions.pipelines) {
    if (await pool.transaction((tx) => storePipeline(tx, pipeline))) changed += 1;
  }
  return changed;
}

async function storeAgent(tx: Queryable, definition: CreateAgent): Promise<boolean> {
  const agents = createAgents(tx);
  const seeds = createSeeds(tx);
  const { name } = definition;
  const [present, seeded] = [await agents.findAgent(name), await seeds.findSeed('agent', name)];
  const record = async ({ id, version }: Agent): Promise<true> => {
    await seeds.recordSeed('agent', name, { target: id, version });
    return true;
  };
  if (seeded === null) return present === null && record(await agents.insertAgent(definition));
  if (present === null || present.id !== seeded.target || present.version !== seeded.version) return false;
  if (isDeepStrictEqual(Content.parse(present), definition)) return false;
  return record(await agents.updateAgent(present.id, definition, seeded.version));
}

/** Who makes what is shipped; no user has this id. */
const HOUSE = { id: '00000000-0000-0000-0000-000000000000', role: 'admin' } as const;

async function storeCircle(tx: Queryable, seed: CircleSeed): Promise<boolean> {
  const circles = createCircles(tx);
  const seeds = createSeeds(tx);
  const { members, name } = seed;
  const definition = CircleContent.parse(seed);
  const [present, seeded] = [await circles.findCircle(name, HOUSE), await seeds.findSeed('circle', name)];
  const record = async ({ id, version }: Circle): Promise<true> => {
    await seeds.recordSeed('circle', name, { target: id, version });
    return true;
  };
  if (seeded === null) {
    const agents = await createAgents(tx).findAgents(members.map(({ agent }) => agent));
    if (present !== null || agents.length < members.length) return false;
    const circle = await circles.insertCircle(definition, HOUSE);
    for (const { agent, role } of members) {
      const member = agents.find((one) => one.name === agent);
      if (member !== undefined) await circles.putMember(circle.id, member.id, { kind: 'agent', role });
    }
    return record(circle);
  }
  if (present === null || present.id !== seeded.target || present.version !== seeded.version) return false;
  if (isDeepStrictEqual(CircleContent.parse(present), definition)) return false;
  const change = { expected: seeded.version, by: HOUSE, request: 'seeds' };
  return record(await circles.updateCircle(present.id, definition, change));
}

async function storePipeline(tx: Queryable, definition: PipelineDefinition): Promise<boolean> {
  const pipelines = createPipelines(tx);
  const seeds = createSeeds(tx);
  const { name } = definition;
  for (const part of partsOf(definition)) if ((await pipelines.findPipeline(part)) === null) return false;
  const [present, seeded] = [await pipelines.findPipeline(name), await seeds.findSeed('pipeline', name)];
  const record = async ({ id, revision }: Pipeline): Promise<true> => {
    await seeds.recordSeed('pipeline', name, { target: id, version: revision });
    return true;
  };
  if (seeded === null) return present === null && record(await pipelines.insertPipeline(definition));
  if (present === null || present.id !== seeded.target || present.revision !== seeded.version) return false;
  if (isDeepStrictEqual(present.definition, definition)) return false;
  const { id, revision } = await pipelines.updateDraft(present.id, definition, seeded.version);
  return record(await pipelines.publishDraft(id, revision));
}

/** An agent, or a circle, without what the store has added. */
const Content = Agent.omit({ id: true, version: true, createdAt: true, updatedAt: true });
const CircleContent = z.object(CreateCircle.shape);
