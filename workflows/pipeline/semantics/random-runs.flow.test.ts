import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { withPipelines } from '../../../testing/pipeline-house.ts';
import { withTemporal } from '../../../testing/shared-servers.ts';
import { asDefinition, interpret, type RefNode } from './reference-interpreter.ts';

const temporal = withTemporal();
const house = withPipelines(temporal);

const PORTS: Readonly<Record<RefNode['does'], readonly (string | undefined)[]>> = {
  ...{ sum: [undefined], join: [undefined], fail: [undefined], spread: [undefined] },
  big: ['true', 'false'],
};

/** Edges lead from lower to higher numbers only, so there is no cycle; each leaves by a port that its node has. */
const pipelines: fc.Arbitrary<RefNode[]> = fc
  .array(
    fc.record({
      does: fc.constantFrom<RefNode['does']>('sum', 'sum', 'big', 'big', 'fail', 'join', 'spread'),
      number: fc.integer({ min: 0, max: 20 }),
      onError: fc.constantFrom('continue', 'continue', 'route', 'fail'),
      from: fc.array(fc.tuple(fc.nat(11), fc.nat(2)), { maxLength: 3 }),
    }),
    { minLength: 2, maxLength: 12 },
  )
  .map((drawn) =>
    drawn.map(({ does, number, onError, from }, index) => {
      const edges = new Map<string, { from: string; port?: string }>();
      for (const [pick, portPick] of index === 0 ? [] : from) {
        const source = drawn[pick % index];
        if (source === undefined) continue;
        const ports = [
          ...PORTS[source.does],
          ...(source.onError === 'route' && source.does !== 'join' ? ['error'] : []),
        ];
        const port = ports[portPick % ports.length];
        const id = `n${pick % index}`;
        edges.set(`${id}:${port ?? ''}`, port === undefined ? { from: id } : { from: id, port });
      }
      return { id: `n${index}`, does, number, onError, edges: [...edges.values()] };
    }),
  );

const SEED = 20261125;
const RUNS = 60;
const AT_ONCE = 6;

/** Texts of errors are not promised. */
const withoutMessages = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value ?? null), (key, part: unknown) =>
    key === 'message' ? '*' : part,
  ) as unknown;

describe('random pipelines', () => {
  it(`of ${RUNS} kinds end as the reference interpreter says`, async () => {
    const samples = fc
      .sample(pipelines, { seed: SEED, numRuns: RUNS * 4 })
      .map((nodes) => ({ nodes, expected: interpret(nodes) }));
    const certain = samples.filter(({ expected }) => expected !== undefined).slice(0, RUNS);
    expect(certain).toHaveLength(RUNS);
    const compare = async (): Promise<void> => {
      for (let next = certain.pop(); next !== undefined; next = certain.pop()) {
        const { nodes, expected } = next;
        const ended = await (await house.start(asDefinition(nodes))).ended();
        // Told beside a difference, not compared.
        const errors = ended.nodes.flatMap(({ path, error }) =>
          error === undefined ? [] : [[path, error.message]],
        );
        const outermost = ended.nodes.filter(({ path }) => !path.includes('.'));
        expect({
          pipeline: nodes,
          status: ended.status,
          errors,
          nodes: Object.fromEntries(outermost.map(({ id, status }) => [id, status])),
          output: withoutMessages(ended.output),
        }).toEqual({ pipeline: nodes, errors, ...expected });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, compare));
  }, 240_000);

  it('with a failure that ends them fail, and nothing is left undecided', async () => {
    const fatal = fc
      .sample(pipelines, { seed: SEED + 1, numRuns: RUNS * 4 })
      .filter((nodes) => interpret(nodes) === undefined)
      .slice(0, 15);
    expect(fatal).toHaveLength(15);
    for (const nodes of fatal) {
      const ended = await (await house.start(asDefinition(nodes))).ended();
      expect(ended.status).toBe('failed');
      const failed = nodes.find(({ id }) => id === ended.error?.nodeId);
      expect(failed).toMatchObject({ does: 'fail', onError: 'fail' });
      const decided = new Set(ended.nodes.map(({ path }) => path));
      expect(nodes.filter(({ id }) => !decided.has(id))).toEqual([]);
      expect(ended.nodes.filter(({ status }) => status === 'running' || status === 'waiting')).toEqual([]);
    }
  }, 240_000);
});
