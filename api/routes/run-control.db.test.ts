import { beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';

import { Problem } from '../../contracts/problem.ts';
import { RunStarted } from '../../contracts/run.ts';
import { json } from '../../store/json.ts';
import { sql } from '../../store/pool.ts';
import { withApi } from '../../testing/api-server.ts';
import { withTemporal } from '../../testing/shared-servers.ts';
import { eventually } from '../../testing/test-server.ts';

const api = withApi();
const temporal = withTemporal();
const nothing = z.object({});

beforeAll(async () => {
  const one = { id: 'one', type: 'transform', config: { expression: '1' } };
  await api.as.editor.json('POST', '/pipelines', { name: 'short', nodes: [one] });
});

/** There is no worker, so a workflow begins with nothing unless it is said to have. */
async function started({ begun = true } = {}): Promise<RunStarted> {
  const run = RunStarted.parse(await api.as.operator.json('POST', '/pipelines/short/runs'));
  const fact = { type: 'run.started', key: `${run.id}/run.started`, data: {} };
  if (begun) await api.pool.query(sql.type(nothing)`select pipeline.tell(${run.id}, ${json([fact])})`);
  return run;
}
const close = (id: string, status: string): Promise<unknown> =>
  api.pool.query(sql.type(nothing)`
    select pipeline.close_run(${id}, ${status}, array['one'], null, ${json([])})`);
const ask = async (id: string, verb: string): Promise<[number, string | undefined]> => {
  const response = await api.as.operator.raw('POST', `/runs/${id}/${verb}`);
  const body: unknown = await response.json();
  return [response.status, response.ok ? RunStarted.parse(body).status : Problem.parse(body).detail];
};
const eventTypes = async (id: string): Promise<string[]> => {
  const { items } = await api.as.viewer.json<{ items: { type: string }[] }>('GET', `/runs/${id}/events`);
  return items.map(({ type }) => type);
};
const signalsTo = async (workflowId: string): Promise<string[]> => {
  const { events = [] } = await temporal.current.client.workflow.getHandle(workflowId).fetchHistory();
  return (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: signal }) =>
    signal == null ? [] : [Buffer.from(signal.input?.payloads?.[0]?.data ?? []).toString()],
  );
};

describe('a run that is under way', () => {
  it('is paused and resumed, as often as one likes, and its workflow hears of each change once', async () => {
    const { id, workflowId } = await started();
    expect([await ask(id, 'pause'), await ask(id, 'pause')]).toEqual([
      [202, 'paused'],
      [202, 'paused'],
    ]);
    expect([await ask(id, 'resume'), await ask(id, 'resume')]).toEqual([
      [202, 'running'],
      [202, 'running'],
    ]);
    expect(await ask(id, 'pause')).toEqual([202, 'paused']);
    expect(await eventTypes(id)).toEqual([
      ...['run.queued', 'run.started', 'run.paused', 'run.resumed', 'run.paused'],
    ]);
    await eventually(async () => {
      expect(await signalsTo(workflowId)).toEqual([
        '{"revision":1,"paused":true}',
        '{"revision":2,"paused":false}',
        '{"revision":3,"paused":true}',
      ]);
    });
    expect(await api.store.signals.listSignals({ runId: id }, 10)).toEqual([]);
  });

  it('is canceled as often as one likes, and its workflow hears of it', async () => {
    const { id, workflowId } = await started();
    expect([await ask(id, 'cancel'), await ask(id, 'cancel')]).toEqual([
      [202, 'running'],
      [202, 'running'],
    ]);
    const { events } = await temporal.current.client.workflow.getHandle(workflowId).fetchHistory();
    const requested = events?.filter(
      ({ workflowExecutionCancelRequestedEventAttributes: event }) => event != null,
    );
    expect(requested).toHaveLength(1);
  });

  it.each(['cancel', 'pause', 'resume'])('is there, and has not ended, or there is no %s', async (verb) => {
    const { id } = await started();
    await close(id, 'failed');
    expect(await ask(id, verb)).toEqual([409, 'The run has ended: it is failed.']);
    expect((await ask('01890000-0000-7000-8000-0000000000ff', verb))[0]).toBe(404);
    expect((await ask('nothing', verb))[0]).toBe(404);
  });

  it('tells `activity` too that it is paused and goes on', async () => {
    const { id } = await started();
    await ask(id, 'pause');
    await ask(id, 'resume');
    const { rows } = await api.pool.query(sql.type(z.object({ type: z.string(), status: z.string() }))`
      select type, data ->> 'status' as status from event.events
      where channel = 'activity' and data ->> 'runId' = ${id} order by sequence`);
    expect(rows).toEqual([
      { type: 'run.queued', status: 'queued' },
      { type: 'run.started', status: 'running' },
      { type: 'run.paused', status: 'paused' },
      { type: 'run.resumed', status: 'running' },
    ]);
  });
});

describe('a run that has not begun', () => {
  it('is canceled at once, with its nodes', async () => {
    const { id } = await started({ begun: false });
    expect(await ask(id, 'cancel')).toEqual([202, 'canceled']);
    expect(await eventTypes(id)).toEqual(['run.queued', 'node.skipped', 'run.canceled']);
    expect((await ask(id, 'cancel'))[0]).toBe(409);
  });

  it('is paused and is queued again when it is resumed, and a resumption starts it', async () => {
    const { id } = await started({ begun: false });
    expect(await ask(id, 'pause')).toEqual([202, 'paused']);
    expect((await api.store.runStarts.findQueuedFor(-1, 200)).map((queued) => queued.id)).not.toContain(id);
    expect(await ask(id, 'resume')).toEqual([202, 'queued']);
    expect(await eventTypes(id)).toEqual(['run.queued', 'run.paused', 'run.resumed']);
  });
});
