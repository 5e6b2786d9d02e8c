import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, it } from '@jest/globals';

import { createForkRun, type ForkRequest } from '../../api/fork-run.ts';
import { createPrecedence } from '../../api/precedence.ts';
import { createRestartRuns } from '../../api/restart-runs.ts';
import { createRunFolders } from '../../api/run-folders.ts';
import { createRunStarter } from '../../api/run-starter.ts';
import { CreateAgent } from '../../contracts/agent.ts';
import { CreateCircle } from '../../contracts/circle.ts';
import { isTerminal, type Run } from '../../contracts/run.ts';
import { loadConfig } from '../../platform/config.ts';
import { createRunInputCheck } from '../../platform/pipeline/run-input.ts';
import { withPipelines } from '../../testing/pipeline-house.ts';
import { call, choose, compute, each, edge, merge, write } from '../../testing/pipeline-parts.ts';
import { withTemporal } from '../../testing/shared-servers.ts';
import { eventually } from '../../testing/test-server.ts';

const temporal = withTemporal();
const house = withPipelines(temporal);

const quiet = () => undefined;
const by = { startedBy: 'test', requestId: 'test', claim: undefined } as const;

function forker() {
  const { client, taskQueue } = temporal.current;
  const acceptances = createPrecedence();
  const logger = { error: quiet, warn: quiet, info: quiet, debug: quiet };
  const failpoint = () => Promise.resolve();
  const dependencies = {
    config: loadConfig({ GATHERING_HOME: house.folder }, house.folder),
    store: house.store,
    catalogue: { providers: [], tools: [], personas: [] },
    checkRunInput: createRunInputCheck(),
    acceptances,
    runStarter: createRunStarter({ client, taskQueue, logger, acceptances, failpoint }),
    runFolders: createRunFolders(house.folder),
  };
  const forkRun = createForkRun(dependencies);
  return { forkRun, restartRuns: createRestartRuns(dependencies, forkRun) };
}

const endOf = (id: string): Promise<Run> =>
  eventually(async () => {
    const run = await house.store.runs.getRun(id, { maxOutputBytes: 10_000_000 });
    if (!isTerminal(run.status)) throw new Error(`the run is ${run.status}`);
    return run;
  });
const fork = async (
  source: string,
  request: Partial<ForkRequest> & Pick<ForkRequest, 'fromNode'>,
): Promise<Run> => {
  const { run } = await forker().forkRun({ source, trigger: 'fork', ...by, ...request });
  return endOf(run.id);
};
const outputsOf = ({ nodes }: Run) =>
  Object.fromEntries(nodes.map(({ path, iteration, output }) => [`${path}/${iteration}`, output]));
const statusesOf = ({ nodes }: Run) => Object.fromEntries(nodes.map(({ path, status }) => [path, status]));
const paths = (): string[] => house.target.calls.map(({ path }) => path);
const hit = (id: string, url = '') => call(id, { url: `${house.target.url}/${id}${url}` });

it('calls nothing before the node that a run of fifty is forked at, and ends with the same outputs', async () => {
  house.target.answer = ({ path }) => ({ body: { path } });
  const ids = Array.from({ length: 50 }, (_, index) => `n${index + 1}`);
  const chain = ids.slice(1).map((id, index) => edge(`n${index + 1}`, id));
  const source = await house.start({
    nodes: ids.map((id) => hit(id, '?q={{ run.startedAt ? 1 : 1 }}')),
    edges: chain,
  });
  const original = await source.ended();
  house.target.calls.length = 0;
  const forked = await fork(source.id, { fromNode: 'n40' });
  expect(paths().map((path) => path.split('?')[0])).toEqual(ids.slice(39).map((id) => `/${id}`));
  expect(forked).toMatchObject({
    status: 'completed',
    trigger: 'fork',
    forkedFrom: { runId: source.id, fromNode: 'n40' },
  });
  const bodies = (run: Run) => run.nodes.map(({ id, output }) => [id, (output as { body: unknown }).body]);
  expect(bodies(forked)).toEqual(bodies(original));
  expect(forked.nodes.flatMap(({ id, takenOver }) => (takenOver === true ? [id] : []))).toEqual(
    ids.slice(0, 39),
  );
}, 60_000);

it('takes over branches, choices, failures that were gone on with, maps with all that is in them, and files', async () => {
  let down = true;
  house.target.answer = ({ path }) => (path === '/last' && down ? { status: 400 } : { body: path });
  const source = await house.start(
    {
      nodes: [
        choose('if', { config: { expression: 'input.list[0] = 1' } }),
        compute('yes', '"yes"'),
        compute('no', '"no"'),
        { ...hit('lost'), type: 'transform', config: { expression: '$error("lost")' }, onError: 'continue' },
        each('all', [hit('item', '-{{ item }}')]),
        write('file', 'notes.md', 'written once'),
        merge('join'),
        hit('last'),
        compute('after', 'nodes.join'),
      ],
      edges: [
        edge('if', 'yes', 'true'),
        edge('if', 'no', 'false'),
        ...['yes', 'no', 'lost', 'all', 'file'].map((id) => edge(id, 'join')),
        edge('join', 'last'),
        edge('last', 'after'),
      ],
    },
    { input: { list: [1, 2, 3] } },
  );
  const failed = await source.ended();
  expect([failed.status, failed.error?.nodeId]).toEqual(['failed', 'last']);
  house.target.calls.length = 0;
  down = false;
  const forked = await fork(source.id, { fromNode: 'last' });
  expect([forked.status, paths()]).toEqual(['completed', ['/last']]);
  expect(statusesOf(forked)).toEqual({ ...statusesOf(failed), last: 'completed', after: 'completed' });
  const recorded = outputsOf(failed);
  expect(outputsOf(forked)).toEqual({
    ...recorded,
    'last/0': expect.objectContaining({ body: '/last' }),
    'after/0': recorded['join/0'],
  });
  expect(await readFile(join(house.folder, 'runs', forked.id, 'notes.md'), 'utf8')).toBe('written once');
  const [queued] = await house.store.events.listEvents(`runs/${forked.id}`, { after: 0, limit: 1 });
  expect(queued).toMatchObject({
    type: 'run.queued',
    data: { forkedFrom: { runId: source.id, fromNode: 'last' } },
  });
});

it('takes over what a circle said, and lets it discuss again where it is forked at', async () => {
  const { store } = house;
  const maker = await store.users.insertUser({
    ...{ email: 'maker@example.com', name: 'Mia', role: 'admin', passwordHash: '' },
  });
  const agent = await store.agents.insertAgent(
    CreateAgent.parse({ name: 'speaker', role: 'tester', provider: 'demo', model: 'demo' }),
  );
  const circle = await store.circles.insertCircle(CreateCircle.parse({ name: 'board' }), maker);
  await store.circles.putMember(circle.id, agent.id, { kind: 'agent', role: 'member' });
  let asked = 0;
  house.model = () => ({ text: `word ${(asked += 1)}` });
  const source = await house.start({
    nodes: [
      { id: 'talk', type: 'circle', config: { circle: 'board', topic: 'What now?' } },
      compute('after', 'nodes.talk.text'),
    ],
    edges: [edge('talk', 'after')],
  });
  expect(await source.ended()).toMatchObject({ status: 'completed', output: { after: 'word 1' } });
  expect((await fork(source.id, { fromNode: 'after' })).output).toEqual({ after: 'word 1' });
  expect(asked).toBe(1);
  expect((await fork(source.id, { fromNode: 'talk' })).output).toEqual({ after: 'word 2' });
});

it('goes on with another input and with outputs given by hand, also for what failed', async () => {
  house.target.answer = () => ({ status: 400 });
  const source = await house.start(
    {
      nodes: [compute('one', '1'), hit('two'), compute('three', '[input.name, nodes.one, nodes.two]')],
      edges: [edge('one', 'two'), edge('two', 'three')],
    },
    { input: { name: 'before' } },
  );
  await source.ended();
  const forked = await fork(source.id, {
    fromNode: 'three',
    input: { name: 'now' },
    overrides: { one: 10, two: { by: 'hand' } },
  });
  expect(forked.output).toEqual({ three: ['now', 10, { by: 'hand' }] });
  expect(forked.nodes).toMatchObject([{ overridden: true }, { overridden: true, status: 'completed' }, {}]);
});

it('forks a fork, and keeps what the first one took over through continue-as-new', async () => {
  house.target.answer = ({ path }) => ({ body: path });
  const ids = ['a', 'b', 'c', 'd', 'e'];
  const source = await house.start(
    {
      nodes: ids.map((id, index) =>
        index % 2 === 0 ? hit(id) : compute(id, `nodes.${ids[index - 1]}.body`),
      ),
      edges: ids.slice(1).map((id, index) => edge(ids[index] ?? '', id)),
    },
    { continueAfterEvents: 12 },
  );
  await source.ended();
  const first = await fork(source.id, { fromNode: 'c' });
  house.target.calls.length = 0;
  const second = await fork(first.id, { fromNode: 'e' });
  expect([second.status, paths()]).toEqual(['completed', ['/e']]);
  expect(outputsOf(second)['d/0']).toBe('/c');
  expect(second.nodes.map(({ takenOver }) => takenOver ?? false)).toEqual([true, true, true, true, false]);
});

it('forks a run that goes on, once everything before the node has ended', async () => {
  house.target.answer = ({ path }) => (path === '/slow' ? new Promise(() => undefined) : { body: path });
  const source = await house.start({
    nodes: [hit('quick'), hit('slow'), compute('end', 'nodes.quick.body')],
    edges: [edge('quick', 'end')],
  });
  await eventually(async () => {
    const { nodes } = await house.store.runs.getRun(source.id, { maxOutputBytes: 1_000 });
    if (nodes.find(({ id }) => id === 'end')?.status !== 'completed') throw new Error('not yet');
  });
  const ask = (fromNode: string) => forker().forkRun({ source: source.id, fromNode, trigger: 'fork', ...by });
  const { run } = await ask('end');
  await eventually(async () => {
    const { nodes } = await house.store.runs.getRun(run.id, { maxOutputBytes: 1_000 });
    expect(nodes.find(({ id }) => id === 'end')).toMatchObject({ status: 'completed', output: '/quick' });
  });
  for (const id of [source.id, run.id])
    await temporal.current.client.workflow.getHandle(`pipeline-run:${id}`).cancel();
  await Promise.all([endOf(source.id), endOf(run.id)]);
});

it('takes over what a sub-pipeline gave with all that is in it, and runs another one as it was pinned', async () => {
  house.target.answer = ({ path }) => ({ body: path });
  const sub = (id: string, pipelineId: string) => ({
    id,
    type: 'pipeline',
    config: { pipelineId, input: {} },
  });
  const source = await house.start(
    { nodes: [sub('first', 'one'), sub('second', 'two')], edges: [edge('first', 'second')] },
    { pipelines: { one: { nodes: [hit('in_one')] }, two: { nodes: [hit('in_two')] } } },
  );
  const original = await source.ended();
  house.target.calls.length = 0;
  const forked = await fork(source.id, { fromNode: 'second' });
  expect([forked.status, paths()]).toEqual(['completed', ['/in_two']]);
  expect(forked.pipelines).toEqual(original.pipelines);
  const taken = forked.nodes.flatMap(({ path, takenOver }) => (takenOver === true ? [path] : []));
  expect(taken).toEqual(['first', 'first.in_one']);
  expect(outputsOf(forked)).toMatchObject({ 'first/0': outputsOf(original)['first/0'] });
});

it('runs a map of many items behind what it took over', async () => {
  house.target.answer = ({ path }) => ({ body: path });
  const source = await house.start({
    nodes: [
      hit('first'),
      each('many', [compute('inner', 'item & nodes.first.body')], [], '[1..600]'),
      compute('count', '$count(nodes.many)'),
    ],
    edges: [edge('first', 'many'), edge('many', 'count')],
  });
  const original = await source.ended();
  house.target.calls.length = 0;
  const forked = await fork(source.id, { fromNode: 'many' });
  expect([forked.output, paths()]).toEqual([original.output, []]);
  expect(outputsOf(forked)).toEqual(outputsOf(original));
}, 60_000);

it('takes over what people have decided, and asks nobody again', async () => {
  const source = await house.start({
    nodes: [
      { id: 'ask', type: 'human', config: { title: 'Well?', timeout: '1 second', onTimeout: 'approve' } },
      compute('after', 'nodes.ask.decision'),
    ],
    edges: [edge('ask', 'after', 'approved')],
  });
  const original = await source.ended();
  const forked = await fork(source.id, { fromNode: 'after' });
  expect(forked).toMatchObject({ status: 'completed', output: original.output });
  expect(forked.nodes[0]).toMatchObject({ id: 'ask', takenOver: true, output: original.nodes[0]?.output });
  const rejected = await fork(source.id, {
    fromNode: 'after',
    overrides: { ask: { decision: 'reject' } },
  }).catch(String);
  expect(rejected).toContain('Nothing leads to "after" with these outputs');
});

it('restarts each run where it failed, once, whoever asks', async () => {
  let down = true;
  house.target.answer = ({ path }) => (path === '/second' && down ? { status: 400 } : {});
  const definition = { nodes: [hit('first'), hit('second')], edges: [edge('first', 'second')] };
  const runs = await Promise.all([house.start(definition), house.start(definition)]);
  const [failed] = await Promise.all(runs.map((run) => run.ended()));
  house.target.calls.length = 0;
  down = false;
  const { restartRuns } = forker();
  const ask = (pipelineId = failed?.pipelineId) =>
    restartRuns({ filter: { pipelineId, status: ['failed'] }, ...by });
  const { restarted } = await ask();
  const [item] = restarted.items;
  if (item === undefined || !('newRunId' in item)) throw new Error(JSON.stringify(restarted));
  expect(await endOf(item.newRunId)).toMatchObject({ status: 'completed', trigger: 'restart' });
  expect(paths()).toEqual(['/second']);
  expect((await ask()).restarted).toEqual({ items: [], more: false });
});
