import { beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuid } from 'uuid';

import type { ModelResponse } from '../../contracts/model.ts';
import type { StartedRun } from '../../testing/open-pipeline-house.ts';
import { anAgent, withPipelines } from '../../testing/pipeline-house.ts';
import { withTemporal } from '../../testing/shared-servers.ts';
import { eventually } from '../../testing/test-server.ts';

const temporal = withTemporal();
const house = withPipelines(temporal);

const call = (id: string, more: object = {}) => ({
  ...{ id, type: 'action', config: { action: 'call_api', method: 'POST', url: `${house.target.url}/${id}` } },
  ...more,
});
/** As an operator does with the engine's own tools: to right behind the first task, so that everything is decided anew. */
async function reset({ handle: { workflowId } }: StartedRun): Promise<void> {
  const { client, namespace } = temporal.current;
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  const firstTask = events?.find(({ workflowTaskCompletedEventAttributes: task }) => task != null);
  if (firstTask?.eventId == null) throw new Error('nothing has been decided yet');
  await client.workflowService.resetWorkflowExecution({
    ...{ namespace, workflowExecution: { workflowId }, requestId: uuid(), reason: 'test' },
    workflowTaskFinishEventId: firstTask.eventId,
  });
}
const keys = (): (string | undefined)[] =>
  house.target.calls.map(({ headers }) => headers['idempotency-key']?.toString());
const untilCalled = (path: string, times = 1) =>
  eventually(() => {
    expect(house.target.calls.filter((made) => made.path === `/${path}`)).toHaveLength(times);
    return Promise.resolve();
  });

/** Something of everything that takes more than one step. */
const everything = () => {
  const each = {
    ...{ id: 'each', type: 'map' },
    config: {
      ...{ items: '[1, 2, 3]', concurrency: 2, onError: 'continue' },
      pipeline: { nodes: [call('item', { retry: { maximumAttempts: 1 } })], edges: [] },
    },
  };
  return {
    nodes: [
      { id: 'n', type: 'transform', config: { expression: 'input.n + 1' } },
      { id: 'big', type: 'condition', config: { expression: 'nodes.n > 1' } },
      call('first'),
      call('second'),
      call('not_taken'),
      { id: 'ask', type: 'agent', config: { agent: 'ada', prompt: 'n is {{ nodes.n }}' } },
      each,
      { id: 'wait', type: 'delay', config: { duration: '200ms' } },
      { id: 'end', type: 'merge', config: { mode: 'all' } },
      { id: 'sum', type: 'transform', config: { expression: '{"n": nodes.n, "said": nodes.ask.text}' } },
    ],
    edges: [
      ...[['n', 'big'] as const, ['first', 'second'] as const, ['second', 'ask'] as const],
      ...[['ask', 'each'] as const, ['each', 'wait'] as const, ['wait', 'end'] as const],
      ...[['not_taken', 'end'] as const, ['end', 'sum'] as const],
    ]
      .map(([from, to]): object => ({ from, to }))
      .concat({ from: 'big', to: 'first', port: 'true' }, { from: 'big', to: 'not_taken', port: 'false' }),
  };
};

let modelCalls: number;
beforeEach(() => {
  modelCalls = 0;
  house.target.calls.length = 0;
  house.model = (): Partial<ModelResponse> => {
    modelCalls += 1;
    if (modelCalls % 2 === 0) return { text: 'done' };
    const toolCalls = [{ id: '1', name: 'calculator', arguments: { expression: '1 + 1' } }];
    return { toolCalls, finishReason: 'tool-calls' };
  };
  house.target.answer = ({ path, headers }) =>
    headers['idempotency-key']?.toString().endsWith('each.item/1') === true
      ? { status: 400 }
      : { body: path };
});
const start = () =>
  house.start(everything(), { input: { n: 1 }, agents: { ada: anAgent({ tools: ['calculator'] }) } });
const traceOf = async (run: StartedRun) => {
  const ended = await run.ended();
  const events = (await run.events()).map(({ type, data }) => [type, data['path'], data['iteration']]);
  return { status: ended.status, output: ended.output, events: events.map(String).toSorted() };
};

describe('a run whose workflow an operator has reset', () => {
  it('ends as it would have, and does nothing again that was done', async () => {
    const calm = await traceOf(await start());
    expect(calm).toMatchObject({ status: 'completed', output: { sum: { n: 2, said: 'done' } } });
    const calls = house.target.calls.length;

    const run = await start();
    await untilCalled('item', 6);
    await reset(run);
    expect(await traceOf(run)).toEqual(calm);
    expect(house.target.calls).toHaveLength(2 * calls);
    expect(new Set(keys()).size).toBe(2 * calls);
    expect(modelCalls).toBe(4);
  });

  it('in the middle of an effect does that once more under the same key, and hears no more of the first', async () => {
    const released = Promise.withResolvers<undefined>();
    let seconds = 0;
    house.target.answer = async ({ path }) => {
      if (path !== '/second') return { body: path };
      seconds += 1;
      if (seconds > 1) return { body: 'again' };
      await released.promise;
      return { body: 'too late' };
    };
    const run = await house.start({
      nodes: [call('first'), call('second'), call('third')],
      edges: [
        { from: 'first', to: 'second' },
        { from: 'second', to: 'third' },
      ],
    });
    await untilCalled('second');
    await reset(run);
    await untilCalled('second', 2);
    released.resolve(undefined);
    const ended = await run.ended();
    expect(ended).toMatchObject({ status: 'completed' });
    expect(ended.nodes.find(({ id }) => id === 'second')?.output).toMatchObject({ body: 'again' });
    expect(house.target.calls.map(({ path }) => path)).toEqual(['/first', '/second', '/second', '/third']);
    expect(new Set(keys()).size).toBe(3);
  });

  it('after its end is what it was', async () => {
    const run = await start();
    const ended = await run.ended();
    const calls = house.target.calls.length;
    await reset(run);
    await temporal.current.client.workflow.getHandle(run.handle.workflowId).result();
    expect(await run.ended()).toEqual(ended);
    expect(house.target.calls).toHaveLength(calls);
  });

  it('after it was canceled stays canceled', async () => {
    house.target.answer = () => new Promise<never>(() => undefined);
    const run = await house.start({ nodes: [call('hangs')], edges: [] });
    await untilCalled('hangs');
    await run.handle.cancel();
    const ended = await run.ended();
    expect(ended.status).toBe('canceled');
    await expect(run.handle.result()).rejects.toThrow();
    await reset(run);
    await expect(
      temporal.current.client.workflow.getHandle(run.handle.workflowId).result(),
    ).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
    expect(await run.ended()).toEqual(ended);
    expect(house.target.calls).toHaveLength(1);
  });
});
