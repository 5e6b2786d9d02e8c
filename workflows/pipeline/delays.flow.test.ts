import { describe, expect, it } from '@jest/globals';

import { withPipelines } from '../../testing/pipeline-house.ts';
import { withTemporal } from '../../testing/shared-servers.ts';
import { eventually } from '../../testing/test-server.ts';

const temporal = withTemporal();
const house = withPipelines(temporal);

const wait = (config: object, more: object = {}) => ({ id: 'wait', type: 'delay', config, ...more });
const after = { id: 'after', type: 'transform', config: { expression: 'nodes.wait.until' } };
const edges = [{ from: 'wait', to: 'after' }];

describe('a delay', () => {
  it('waits for as long as it says, and the node behind it reads until when', async () => {
    const run = await house.start(
      { nodes: [wait({ duration: '{{ input.ms & "ms" }}' }), after], edges },
      { input: { ms: 50 } },
    );
    const ended = await run.ended();
    expect(ended.status).toBe('completed');
    const events = await run.events();
    const waiting = events.find(({ type }) => type === 'node.waiting');
    const until = waiting?.data['until'];
    expect(ended.output).toEqual({ after: until });
    const over = events.find(({ type, data }) => type === 'node.completed' && data['nodeId'] === 'wait');
    expect(Date.parse(String(over?.data['timestamp']))).toBeGreaterThanOrEqual(
      Date.parse(typeof until === 'string' ? until : ''),
    );
  });

  it('until an instant that has passed is over at once', async () => {
    const run = await house.start({ nodes: [wait({ until: '2020-01-01T00:00:00Z' }), after], edges });
    expect(await run.ended()).toMatchObject({
      status: 'completed',
      output: { after: '2020-01-01T00:00:00.000Z' },
    });
  });

  it('of something that is no duration fails', async () => {
    const run = await house.start({ nodes: [wait({ duration: '{{ "soon" }}' })], edges: [] });
    expect(await run.ended()).toMatchObject({
      status: 'failed',
      error: {
        type: 'InvalidInput',
        nodeId: 'wait',
        message: '"soon" is not a duration such as "30 seconds"',
      },
    });
  });

  it('is canceled with its run', async () => {
    const run = await house.start({ nodes: [wait({ duration: '1 hour' }), after], edges });
    await eventually(async () => {
      if (!(await run.events()).some(({ type }) => type === 'node.waiting')) throw new Error('not yet');
    });
    await run.handle.cancel();
    const ended = await run.ended();
    expect(ended.status).toBe('canceled');
    expect(ended.nodes.map(({ path, status }) => [path, status])).toEqual([
      ['wait', 'canceled'],
      ['after', 'skipped'],
    ]);
  });
});

describe('older kinds', () => {
  it('hand on what they get', async () => {
    const run = await house.start(
      {
        nodes: [
          { id: 'start', type: 'trigger', config: { kind: 'manual' } },
          { id: 'fork', type: 'parallel' },
          { id: 'a', type: 'transform', config: { expression: 'nodes.fork.n + 1' } },
          { id: 'b', type: 'transform', config: { expression: 'nodes.fork.n + 2' } },
          { id: 'joint', type: 'parallel', config: {} },
        ],
        edges: [
          { from: 'start', to: 'fork' },
          { from: 'fork', to: 'a' },
          { from: 'fork', to: 'b' },
          { from: 'a', to: 'joint' },
          { from: 'b', to: 'joint' },
        ],
      },
      { input: { n: 1 } },
    );
    expect(await run.ended()).toMatchObject({ status: 'completed', output: { joint: { a: 2, b: 3 } } });
  });
});
