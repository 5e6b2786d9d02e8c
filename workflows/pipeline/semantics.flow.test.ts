import { describe, expect, it } from '@jest/globals';

import type { Run } from '../../contracts/run.ts';
import { withPipelines } from '../../testing/pipeline-house.ts';
import { withTemporal } from '../../testing/shared-servers.ts';

const temporal = withTemporal();
const house = withPipelines(temporal);

const transform = (id: string, expression: string, more: object = {}) => ({
  id,
  type: 'transform',
  config: { expression },
  ...more,
});
const statusesOf = (run: Run) => Object.fromEntries(run.nodes.map((node) => [node.path, node.status]));

describe('a run', () => {
  it('of a chain of pure nodes gives the output of its last one, in one segment', async () => {
    const nodes = Array.from({ length: 100 }, (_, index) =>
      transform(`n${index}`, index === 0 ? 'input.start' : `nodes.n${index - 1} + 1`),
    );
    const edges = nodes.slice(1).map(({ id }, index) => ({ from: `n${index}`, to: id }));
    const run = await house.start({ nodes, edges }, { input: { start: 1 } });
    expect(await run.ended()).toMatchObject({ status: 'completed', output: { n99: 100 } });
    const { historyLength } = await run.handle.describe();
    expect(historyLength).toBeLessThanOrEqual(20);
    const events = await run.events();
    expect(events.map(({ type }) => type)).toEqual([
      'run.queued',
      'run.started',
      ...nodes.map(() => 'node.completed'),
      'run.completed',
    ]);
  });

  it('takes the branch of a condition and skips the other', async () => {
    const run = await house.start(
      {
        nodes: [
          { id: 'big', type: 'condition', config: { expression: 'input.n > 3' } },
          transform('yes', '"yes"'),
          transform('no', '"no"'),
        ],
        edges: [
          { from: 'big', to: 'yes', port: 'true' },
          { from: 'big', to: 'no', port: 'false' },
        ],
      },
      { input: { n: 5 } },
    );
    const ended = await run.ended();
    expect(ended).toMatchObject({ status: 'completed', output: { yes: 'yes' } });
    expect(statusesOf(ended)).toEqual({ big: 'completed', yes: 'completed', no: 'skipped' });
  });
});
