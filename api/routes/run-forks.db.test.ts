import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';

import { Problem } from '../../contracts/problem.ts';
import { RestartedRuns } from '../../contracts/restart.ts';
import { Run, RunStarted } from '../../contracts/run.ts';
import { json } from '../../store/json.ts';
import { sql } from '../../store/pool.ts';
import { withApi } from '../../testing/api-server.ts';
import { choose, compute, each, edge, pipeline } from '../../testing/pipeline-parts.ts';

const api = withApi();
const nothing = z.object({});
const chain = pipeline(
  [compute('one', 'input.text'), compute('two'), compute('three'), each('many', [compute('inner')])],
  [edge('one', 'two'), edge('two', 'three')],
  { name: 'forked', inputSchema: { type: 'object', properties: { text: { type: 'string' } } } },
);

const start = async (name = 'forked', body: object = { input: { text: 'hello' } }): Promise<string> =>
  (await api.as.operator.json<RunStarted>('POST', `/pipelines/${name}/runs`, body)).id;
const tell = (runId: string, nodes: Record<string, object>): Promise<unknown> =>
  api.pool.query(sql.type(nothing)`
    select pipeline.tell(${runId}, ${json(
      Object.entries(nodes).map(
        ([id, { type = 'node.completed', ...more }]: [string, { type?: string }]) => ({
          ...{ key: `${runId}/${id}/0/${type}`, type, ...more },
          data: { nodeId: id, path: id, iteration: '0', kind: 'transform', port: 'default', ...more },
        }),
      ),
    )})`);
const end = (runId: string, status: string, failedAt?: string): Promise<unknown> =>
  api.pool.query(sql.type(nothing)`
    select pipeline.close_run(${runId}, ${status}, array['three'],
      ${json(failedAt === undefined ? undefined : { type: 'Unavailable', message: 'away', nodeId: failedAt })}, '[]')`);
const fork = (runId: string, body: object, headers?: Record<string, string>): Promise<Response> =>
  api.as.operator.raw('POST', `/runs/${runId}/fork`, body, headers);
const accepted = async (response: Response): Promise<Run> => {
  expect([response.status, response.status === 202 ? '' : await response.text()]).toEqual([202, '']);
  const { id } = RunStarted.parse(await response.json());
  return get(id);
};
const get = async (id: string): Promise<Run> => Run.parse(await api.as.viewer.json('GET', `/runs/${id}`));
const refused = async (response: Response): Promise<[number, ...string[]]> => {
  const { status, errors } = Problem.parse(await response.json());
  return [status, ...errors.map(({ path, nodeId }) => (nodeId === undefined ? path : `${path}:${nodeId}`))];
};

beforeAll(async () => {
  await api.as.editor.json('POST', '/pipelines', chain);
});

describe('a fork', () => {
  it('has what came before, and says where it comes from', async () => {
    const source = await start('forked', { input: { text: 'hello' }, tags: ['night'] });
    await tell(source, { one: { output: 'hello' }, two: { output: 2 } });
    await end(source, 'failed', 'three');
    const run = await accepted(await fork(source, { fromNode: 'three' }));
    expect(run).toMatchObject({
      ...{ status: 'queued', trigger: 'fork', input: { text: 'hello' }, tags: ['night'], sequence: 1 },
      forkedFrom: { runId: source, fromNode: 'three' },
      nodes: [
        { id: 'one', status: 'completed', output: 'hello', takenOver: true },
        { id: 'two', status: 'completed', output: 2, takenOver: true },
        { id: 'three', status: 'pending' },
        { id: 'many', status: 'pending' },
      ],
    });
    const listed = await api.as.viewer.json<{ items: unknown[] }>('GET', `/runs?forkedFrom=${source}`);
    expect(listed.items).toMatchObject([{ id: run.id, forkedFrom: { runId: source } }]);
  });

  it('is one for one key', async () => {
    const source = await start();
    const ask = (): Promise<Response> => fork(source, { fromNode: 'one' }, { 'idempotency-key': 'fork' });
    const [first, second] = [await ask(), await ask()];
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect((await accepted(second)).id).toBe((await accepted(first)).id);
    expect((await fork(source, { fromNode: 'two' }, { 'idempotency-key': 'fork' })).status).toBe(409);
  });

  it('is refused where it cannot be, naming every culprit', async () => {
    const source = await start();
    await tell(source, { one: { output: 'hello' } });
    const ask = async (body: object) => refused(await fork(source, body));
    expect(await ask({ fromNode: 'three' })).toEqual([409, 'fromNode:two']);
    expect(await ask({ fromNode: 'inner' })).toEqual([422, 'fromNode']);
    expect(await ask({ fromNode: 'none' })).toEqual([422, 'fromNode']);
    expect(await ask({})).toEqual([422, 'fromNode']);
    expect(await ask({ fromNode: 'two', overrides: { three: 1, none: 1, one: 2 } })).toEqual([
      422,
      'overrides.three:three',
      'overrides.none:none',
    ]);
    expect(await ask({ fromNode: 'two', input: { text: 7 } })).toEqual([422, 'input.text']);
    expect((await fork('01890000-0000-7000-8000-000000000000', { fromNode: 'one' })).status).toBe(404);
    expect((await fork(source, { fromNode: 'one', version: 9 })).status).toBe(404);
  });

  it('runs another version, where that has what it takes over', async () => {
    const made = pipeline([compute('a'), compute('b'), compute('c')], [edge('a', 'b'), edge('b', 'c')], {
      name: 'grows',
    });
    await api.as.editor.json('POST', '/pipelines', made);
    const source = await start('grows', {});
    await tell(source, { a: { output: 1 }, b: { output: 2 } });
    const publish = async (definition: object): Promise<void> => {
      await api.as.editor.json('PUT', '/pipelines/grows', definition, { 'if-match': '*' });
      await api.as.editor.json('POST', '/pipelines/grows/publish');
    };
    await publish(
      pipeline([compute('a'), compute('x'), compute('c')], [edge('a', 'x'), edge('x', 'c')], {
        name: 'grows',
      }),
    );
    await publish(
      pipeline([compute('a'), compute('b'), compute('c', '"new"')], [edge('a', 'b'), edge('b', 'c')], {
        name: 'grows',
      }),
    );
    expect(await refused(await fork(source, { fromNode: 'c', version: 2 }))).toEqual([422, 'version:b']);
    expect(await accepted(await fork(source, { fromNode: 'c', version: 3 }))).toMatchObject({
      pipelineVersion: 3,
      nodes: [{ output: 1, takenOver: true }, { output: 2, takenOver: true }, { status: 'pending' }],
    });
    expect((await accepted(await fork(source, { fromNode: 'c' }))).pipelineVersion).toBe(1);
  });

  it('goes the way that an output given by hand leads', async () => {
    const choice = pipeline(
      [choose('if'), compute('yes'), compute('no')],
      [edge('if', 'yes', 'true'), edge('if', 'no', 'false')],
      { name: 'choice' },
    );
    await api.as.editor.json('POST', '/pipelines', choice);
    const source = await start('choice', {});
    await tell(source, {
      if: { output: true, port: 'true' },
      yes: { output: 1 },
      no: { type: 'node.skipped' },
    });
    await end(source, 'completed');
    expect(await refused(await fork(source, { fromNode: 'no' }))).toEqual([409]);
    expect(await refused(await fork(source, { fromNode: 'no', overrides: { if: 'no' } }))).toEqual([
      422,
      'overrides.if:if',
    ]);
    expect(await accepted(await fork(source, { fromNode: 'no', overrides: { if: false } }))).toMatchObject({
      nodes: [
        { output: false, overridden: true },
        { status: 'skipped', takenOver: true },
        { status: 'pending' },
      ],
    });
  });

  it('takes nothing for a decision of people that says none', async () => {
    const ask = { id: 'ask', type: 'human', config: { title: 'Well?' } } as const;
    const asked = pipeline(
      [ask, compute('yes'), compute('no')],
      [edge('ask', 'yes', 'approved'), edge('ask', 'no', 'rejected')],
      { name: 'asked' },
    );
    await api.as.editor.json('POST', '/pipelines', asked);
    const source = await start('asked', {});
    const forkWith = (decided: unknown) => fork(source, { fromNode: 'yes', overrides: { ask: decided } });
    for (const decided of [null, 'approve', {}, { decision: 'maybe' }])
      expect(await refused(await forkWith(decided))).toEqual([422, 'overrides.ask:ask']);
    for (const decision of ['reject', 'timeout'])
      expect(await refused(await forkWith({ decision }))).toEqual([409]);
    await accepted(await forkWith({ decision: 'approve' }));
  });

  it('knows from the events where a run of an older program went on, and in which order', async () => {
    const source = await start();
    await tell(source, { one: { output: 1 }, two: { output: 2 } });
    await api.pool.query(sql.type(nothing)`
      update pipeline.run_nodes set port = null, decided = null where run_id = ${source}`);
    const run = await accepted(await fork(source, { fromNode: 'three' }));
    expect(run.nodes).toMatchObject([{ takenOver: true }, { takenOver: true }, { status: 'pending' }, {}]);
    const again = await accepted(await fork(run.id, { fromNode: 'three' }));
    expect(again.nodes.map(({ takenOver }) => takenOver ?? false)).toEqual([true, true, false, false]);
  });

  it('has the files of the other run', async () => {
    const source = await start();
    await mkdir(join(api.home, 'runs', source), { recursive: true });
    await writeFile(join(api.home, 'runs', source, 'notes.md'), 'notes');
    const { id } = await accepted(await fork(source, { fromNode: 'one' }));
    expect(await (await api.as.viewer.raw('GET', `/runs/${id}/files/notes.md`)).text()).toBe('notes');
  });
});

describe('restarting', () => {
  const restart = async (
    filter: object,
    headers?: Record<string, string>,
  ): Promise<[RestartedRuns, Response]> => {
    const response = await api.as.operator.raw('POST', '/runs/restart', { filter }, headers);
    return [RestartedRuns.parse(await response.clone().json()), response];
  };

  it('begins each run anew that fits, where it failed, once', async () => {
    const sources = await Promise.all([1, 2, 3].map(() => start('forked', { tags: ['batch'] })));
    const [failed = '', timedOut = '', fine = ''] = sources;
    await tell(failed, { one: { output: 1 } });
    await Promise.all([end(failed, 'failed', 'two'), end(timedOut, 'timed_out'), end(fine, 'completed')]);
    const [first, response] = await restart({ tag: 'batch' }, { 'idempotency-key': 'again' });
    expect([response.status, first.more, first.items.map(({ runId }) => runId).sort()]).toEqual([
      202,
      false,
      [failed, timedOut].sort(),
    ]);
    const runs = await Promise.all(first.items.map((item) => get('newRunId' in item ? item.newRunId : '')));
    expect(runs.find(({ forkedFrom }) => forkedFrom?.runId === failed)).toMatchObject({
      ...{ trigger: 'restart', forkedFrom: { fromNode: 'two' } },
      nodes: [{ takenOver: true }, { status: 'pending' }, {}, {}],
    });
    expect(runs.find(({ forkedFrom }) => forkedFrom?.runId === timedOut)?.forkedFrom?.fromNode).toBeNull();
    const [again, replay] = await restart({ tag: 'batch' }, { 'idempotency-key': 'again' });
    expect([again, replay.headers.get('idempotency-replayed')]).toEqual([first, 'true']);
    expect((await restart({ tag: 'batch' }))[0]).toEqual({ items: [], more: false });
  });

  it('is for runs that came to no good end', async () => {
    const response = await api.as.operator.raw('POST', '/runs/restart', { filter: { status: 'completed' } });
    expect(await refused(response)).toEqual([422, 'filter.status']);
  });
});

describe('a run', () => {
  it('is tagged, and found by its tags', async () => {
    const id = await start('forked', { tags: ['a', ' a ', 'b'] });
    expect((await get(id)).tags).toEqual(['a', 'b']);
    const patch = (tags: string[]) => api.as.operator.raw('PATCH', `/runs/${id}`, { tags });
    expect(await (await patch(['c'])).json()).toMatchObject({ id, tags: ['c'] });
    expect((await patch(Array.from({ length: 21 }, (_, index) => `t${index}`))).status).toBe(422);
    expect((await patch(['a,b'])).status).toBe(422);
    const found = await api.as.viewer.json<{ items: { id: string }[] }>('GET', '/runs?tag=c');
    expect(found.items.map((run) => run.id)).toEqual([id]);
  });

  it('is deleted with everything of it once it has ended', async () => {
    const id = await start();
    await mkdir(join(api.home, 'runs', id), { recursive: true });
    const remove = () => api.as.editor.raw('DELETE', `/runs/${id}`);
    expect((await remove()).status).toBe(409);
    await tell(id, { one: { output: 1 } });
    await end(id, 'canceled');
    expect([(await remove()).status, (await remove()).status]).toEqual([204, 404]);
    expect((await api.as.viewer.raw('GET', `/runs/${id}/events`)).status).toBe(404);
    expect(await api.store.events.listEvents(`runs/${id}`, { after: 0, limit: 1 })).toEqual([]);
    expect(existsSync(join(api.home, 'runs', id))).toBe(false);
  });
});

it('was never wrong', () => {
  expect(api.complaints).toEqual([]);
});
