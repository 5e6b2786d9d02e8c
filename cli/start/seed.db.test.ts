import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { CreateAgent } from '../../contracts/agent.ts';
import { CreateCircle } from '../../contracts/circle.ts';
import { PipelineDefinition } from '../../contracts/pipeline.ts';
import { loadConfig } from '../../platform/config.ts';
import { verifyPassword } from '../../platform/password.ts';
import { CircleSeed } from '../../seeds/circle-seed.ts';
import { createAgents } from '../../store/agents.ts';
import { createCircles } from '../../store/circles.ts';
import { createPipelines } from '../../store/pipelines.ts';
import type { Pool } from '../../store/pool.ts';
import { openPool } from '../../store/pool.ts';
import { createUsers } from '../../store/users.ts';
import { withDatabase } from '../../testing/shared-servers.ts';
import { DEMO_MODEL, seed } from './seed.ts';
import { storeDefinitions } from './seed-definitions.ts';

const agent = (name: string, model = 'demo') =>
  CreateAgent.parse({ name, role: 'tests', provider: 'demo', model });
const pipeline = (name: string, expression: string) =>
  PipelineDefinition.parse({ name, nodes: [{ id: 'only', type: 'transform', config: { expression } }] });

const database = withDatabase();
let pool: Pool;
beforeAll(async () => {
  pool = await openPool({ databaseUrl: database.url, embedded: database.embedded, min: 0, max: 2 });
});
afterAll(() => pool.end());

it('stores what ships and changes nothing the second time', async () => {
  const definitions = { agents: [agent('once')], pipelines: [pipeline('once', '1')] };
  expect(await storeDefinitions(pool, definitions)).toBe(2);
  expect(await storeDefinitions(pool, definitions)).toBe(0);
});

it('brings what nobody has edited to what ships now, each time anew', async () => {
  for (const version of ['1', '2', '3']) {
    await storeDefinitions(pool, {
      agents: [agent('follows', version)],
      pipelines: [pipeline('follows', version)],
    });
    expect((await createAgents(pool).getAgent('follows')).model).toBe(version);
    const { definition, publishedVersion } = await createPipelines(pool).getPipeline('follows');
    expect(definition).toEqual(pipeline('follows', version));
    expect(publishedVersion).toBe(Number(version));
  }
});

it('leaves alone what a person has edited', async () => {
  await storeDefinitions(pool, { agents: [agent('edited')], pipelines: [pipeline('edited', '1')] });
  const [agents, pipelines] = [createAgents(pool), createPipelines(pool)];
  await agents.updateAgent((await agents.getAgent('edited')).id, agent('edited', 'mine'), 'any');
  await pipelines.updateDraft((await pipelines.getPipeline('edited')).id, pipeline('edited', 'mine'), 'any');
  const shipped = { agents: [agent('edited', 'shipped')], pipelines: [pipeline('edited', '2')] };
  expect(await storeDefinitions(pool, shipped)).toBe(0);
  expect((await agents.getAgent('edited')).model).toBe('mine');
});

it('does not bring back what a person has deleted', async () => {
  await storeDefinitions(pool, { agents: [agent('deleted')], pipelines: [] });
  const agents = createAgents(pool);
  await agents.deleteAgent((await agents.getAgent('deleted')).id, 'any');
  expect(await storeDefinitions(pool, { agents: [agent('deleted')], pipelines: [] })).toBe(0);
  expect(await agents.findAgent('deleted')).toBeNull();
});

it('leaves alone what a person has made under the name of one that they deleted', async () => {
  const shipped = { agents: [agent('replaced')], pipelines: [pipeline('replaced', '1')] };
  await storeDefinitions(pool, shipped);
  const [agents, pipelines] = [createAgents(pool), createPipelines(pool)];
  await agents.deleteAgent((await agents.getAgent('replaced')).id, 'any');
  await pipelines.deletePipeline((await pipelines.getPipeline('replaced')).id, 'any');
  await agents.insertAgent(agent('replaced', 'mine'));
  await pipelines.insertPipeline(pipeline('replaced', 'mine'));
  expect(await storeDefinitions(pool, shipped)).toBe(0);
  expect((await agents.getAgent('replaced')).model).toBe('mine');
});

it('does not take a name that a person has used first', async () => {
  await createAgents(pool).insertAgent(agent('taken', 'mine'));
  expect(await storeDefinitions(pool, { agents: [agent('taken', 'shipped')], pipelines: [] })).toBe(0);
});

it('adds what is new to a house that is furnished already, but nothing that would run what a person has deleted', async () => {
  const outer = PipelineDefinition.parse({
    name: 'outer',
    nodes: [{ id: 'run', type: 'pipeline', config: { pipelineId: 'inner' } }],
  });
  await storeDefinitions(pool, { agents: [], pipelines: [pipeline('inner', '1')] });
  const pipelines = createPipelines(pool);
  await pipelines.deletePipeline((await pipelines.getPipeline('inner')).id, 'any');
  const shipped = { agents: [], pipelines: [pipeline('inner', '1'), outer, pipeline('new', '1')] };
  expect(await storeDefinitions(pool, shipped)).toBe(1);
  expect(await pipelines.findPipeline('outer')).toBeNull();
  await pipelines.insertPipeline(pipeline('inner', 'mine'));
  expect(await storeDefinitions(pool, shipped)).toBe(1);
  expect((await pipelines.getPipeline('outer')).definition).toEqual(outer);
});

describe('circles', () => {
  const circle = (description: string) =>
    CircleSeed.parse({
      ...{ name: 'round', description, mode: 'debate', topic: 'What?' },
      members: [{ agent: 'first' }, { agent: 'second', role: 'judge' }],
    });
  const [agents, pipelines] = [[agent('first'), agent('second')], []];
  const viewer = { id: '01890000-0000-7000-8000-000000000000', role: 'viewer' } as const;

  it('are stored once all of their agents are there, for everybody to see', async () => {
    expect(await storeDefinitions(pool, { agents: [], circles: [circle('one')], pipelines })).toBe(0);
    expect(await storeDefinitions(pool, { agents, circles: [circle('one')], pipelines })).toBe(3);
    expect(await storeDefinitions(pool, { agents, circles: [circle('one')], pipelines })).toBe(0);
    expect(await createCircles(pool).getCircle('round', viewer)).toMatchObject({
      ...{ description: 'one', mode: 'debate', visibility: 'everyone' },
      members: [
        { name: 'first', role: 'member' },
        { name: 'second', role: 'judge' },
      ],
    });
  });

  it('follow what ships without touching who is in them, until a person has edited them', async () => {
    const circles = createCircles(pool);
    const { id, members } = await circles.getCircle('round', viewer);
    await circles.removeMember(id, members[0]?.id ?? '');
    expect(await storeDefinitions(pool, { agents, circles: [circle('two')], pipelines })).toBe(1);
    const changed = await circles.getCircle('round', viewer);
    expect([changed.description, changed.members.length]).toEqual(['two', 1]);
    await circles.updateCircle(
      id,
      { ...CreateCircle.parse({ name: 'round' }), description: 'mine' },
      { expected: 'any', by: { ...viewer, role: 'admin' } },
    );
    expect(await storeDefinitions(pool, { agents, circles: [circle('three')], pipelines })).toBe(0);
    expect((await circles.getCircle('round', viewer)).description).toBe('mine');
  });

  it('do not come back once they are deleted', async () => {
    const circles = createCircles(pool);
    const { id } = await circles.getCircle('round', viewer);
    await circles.deleteCircle(id, 'any', { ...viewer, role: 'admin' });
    expect(await storeDefinitions(pool, { agents, circles: [circle('four')], pipelines })).toBe(0);
    expect(await circles.findCircle('round', viewer)).toBeNull();
  });
});

it('furnishes a house whose agents follow the configured provider, with one administrator', async () => {
  const config = loadConfig({ OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: 'http://127.0.0.1:1/v1' }, '/');
  const first = await seed({ pool, config, model: DEMO_MODEL });
  expect((await createAgents(pool).getAgent('editor')).provider).toBe('demo');
  const second = await seed({ pool, config });
  expect((await createAgents(pool).getAgent('editor')).provider).toBe('openai');
  expect(second).toEqual({ ...first, newPassword: null });
  const user = await createUsers(pool).findUserByEmail('admin@localhost');
  expect(await verifyPassword(first?.newPassword ?? '', user?.passwordHash)).toBe(true);
});
