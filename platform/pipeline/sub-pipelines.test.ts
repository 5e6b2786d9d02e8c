import { describe, expect, it } from '@jest/globals';

import { Agent } from '../../contracts/agent.ts';
import { type PipelineReference, referenceKeyOf } from '../../contracts/node-kinds/pipeline.ts';
import { PipelineDefinition } from '../../contracts/pipeline.ts';
import type { PinnedPipeline } from '../../contracts/run.ts';
import { ask, compute, each, pipeline } from '../../testing/pipeline-parts.ts';
import { compilePlan } from './compile-plan.ts';
import { resolvePipelines } from './sub-pipelines.ts';
import { validatePipeline } from './validate-pipeline.ts';

const runs = (pipelineId: string, id = `run_${pipelineId.replaceAll(/[^a-z]/g, '')}`, more: object = {}) => ({
  ...{ id, type: 'pipeline', config: { pipelineId, ...more } },
});
const eachOf = (pipelineId: string, config: object = {}) => ({
  ...{ id: `each_${pipelineId}`, type: 'map', config: { items: 'input.list', pipelineId, ...config } },
});

const EDITOR = Agent.parse({
  ...{ id: '0199a0a0-0000-7000-8000-000000000001', name: 'editor', role: 'Editor', persona: null },
  ...{ provider: 'demo', model: 'demo', personality: {}, instructions: '', tools: [], memoryScopes: [] },
  ...{ limits: {}, version: 1, createdAt: '2025-01-01T00:00:00.000Z', updatedAt: '2025-01-01T00:00:00.000Z' },
});

/** Pipelines by name; each has the one version 1. */
type House = Record<string, unknown[]>;

const idOf = (name: string): string =>
  `0199a0a0-0000-7000-8000-${Buffer.from(name).toString('hex').padStart(12, '0')}`;

function finderIn(house: House, asked: string[][] = []) {
  return (references: readonly PipelineReference[]) => {
    asked.push(references.map(referenceKeyOf));
    return Promise.resolve(
      new Map(
        references.flatMap(({ pipelineId, version }): [string, PinnedPipeline][] => {
          const name = Object.keys(house).find((known) => known === pipelineId || idOf(known) === pipelineId);
          if (name === undefined || (version ?? 1) !== 1) return [];
          const definition = PipelineDefinition.parse(pipeline(house[name] ?? [], [], { name }));
          return [
            [referenceKeyOf({ pipelineId, version }), { id: idOf(name), name, version: 1, definition }],
          ];
        }),
      ),
    );
  };
}

async function problemsOf(nodes: unknown[], house: House, self?: string) {
  const written = pipeline(nodes);
  const pipelines = await resolvePipelines(written, finderIn(house));
  const checked = validatePipeline(written, { agents: new Set(), pipelines, self });
  return checked.ok ? [] : checked.problems.map(({ path, message, nodeId }) => [path, message, nodeId]);
}

const leaf = [compute('one')];

describe('the pipelines that a definition runs', () => {
  it('are found once each, level by level, inside of maps too', async () => {
    const asked: string[][] = [];
    const house = { a: [runs('b'), runs('c')], b: [runs('c')], c: leaf, d: leaf };
    const written = pipeline([
      runs('a'),
      runs('a', 'again'),
      each('m', [runs('c'), eachOf('d', { version: 1 })]),
    ]);
    const found = await resolvePipelines(written, finderIn(house, asked));
    expect([...found.keys()].sort()).toEqual(['a', 'b', 'c', 'd@1']);
    expect(asked).toEqual([['a', 'c', 'd@1'], ['b']]);
  });

  it('are not looked for in what is no definition', async () => {
    expect(await resolvePipelines({ nodes: 'none' }, finderIn({}))).toEqual(new Map());
    expect(await resolvePipelines(null, finderIn({}))).toEqual(new Map());
  });

  it.each<[string, unknown[], House, string | undefined, [path: string, message: string, nodeId?: string][]]>(
    [
      ['there', [runs('a'), eachOf('a')], { a: leaf }, undefined, []],
      ['named by id', [runs(idOf('a'))], { a: leaf }, undefined, []],
      [
        'missing',
        [runs('nobody')],
        {},
        undefined,
        [['nodes[0].config.pipelineId', 'There is no pipeline "nobody": make it first', 'run_nobody']],
      ],
      [
        'of a version that there is not',
        [each('m', [runs('a', 'x', { version: 7 })])],
        { a: leaf },
        undefined,
        [
          [
            'nodes[0].config.pipeline.nodes[0].config.pipelineId',
            'There is no pipeline "a" with a version 7: make it first',
            'x',
          ],
        ],
      ],
      [
        'missing further inside',
        [runs('a')],
        { a: [runs('b')], b: [runs('gone')] },
        undefined,
        [
          [
            'nodes[0].config.pipelineId',
            'There is no pipeline "gone", which is run by way of a → b',
            'run_a',
          ],
        ],
      ],
      [
        'the pipeline itself, by its name',
        [runs('digest')],
        { digest: leaf },
        undefined,
        [['nodes[0].config.pipelineId', 'The pipeline would contain itself: digest → digest', 'run_digest']],
      ],
      [
        'the pipeline itself, by its id and by way of others',
        [runs('a')],
        { a: [eachOf('b')], b: [runs('old name')], 'old name': leaf },
        idOf('old name'),
        [
          [
            'nodes[0].config.pipelineId',
            'The pipeline would contain itself: old name → a → b → old name',
            'run_a',
          ],
        ],
      ],
      [
        'others that contain themselves',
        [runs('a')],
        { a: [runs('b')], b: [runs('c')], c: [runs('b')] },
        undefined,
        [['nodes[0].config.pipelineId', 'Pipelines contain themselves: b → c → b', 'run_a']],
      ],
      [
        'five deep',
        [runs('a')],
        { a: [runs('b')], b: [runs('c')], c: [runs('d')], d: [runs('e')], e: leaf },
        undefined,
        [],
      ],
      [
        'six deep',
        [runs('e'), runs('a')],
        { a: [runs('b')], b: [runs('c')], c: [runs('d')], d: [runs('e')], e: [runs('f')], f: leaf },
        undefined,
        [
          [
            'nodes[1].config.pipelineId',
            'Pipelines can be nested 5 deep, and this goes deeper: a → b → c → d → e → f',
            'run_a',
          ],
        ],
      ],
    ],
  )('%s', async (_, nodes, house, self, expected) => {
    expect(await problemsOf(nodes, house, self)).toEqual(expected);
  });

  it('are at most 2,000 nodes altogether, however few they are to write', async () => {
    const ten = (name: string) => Array.from({ length: 10 }, (_, index) => runs(name, `n${index}`));
    const house = { a: ten('b'), b: ten('c'), c: ten('d'), d: leaf };
    expect(await problemsOf([runs('b')], house)).toEqual([]);
    const [[path, message] = []] = await problemsOf([runs('a')], house);
    expect(path).toBe('nodes');
    expect(message).toMatch(/^There are 2111 nodes with those of the pipelines that it runs, at most 2000/);
  });

  it('are exactly one for a map', async () => {
    const both = {
      id: 'm',
      type: 'map',
      config: { items: '[1]', pipelineId: 'a', pipeline: { nodes: leaf } },
    };
    const neither = { id: 'm', type: 'map', config: { items: '[1]' } };
    const version = { id: 'm', type: 'map', config: { items: '[1]', version: 1, pipeline: { nodes: leaf } } };
    expect(await problemsOf([both], { a: leaf })).toMatchObject([
      ['nodes[0].config.pipelineId', expect.stringMatching(/beside/), 'm'],
    ]);
    expect(await problemsOf([neither], {})).toMatchObject([
      ['nodes[0].config', expect.stringMatching(/needs a pipeline/), 'm'],
    ]);
    expect(await problemsOf([version], {})).toMatchObject([
      ['nodes[0].config.version', expect.stringMatching(/belongs to a pipelineId/), 'm'],
    ]);
  });
});

describe('the plan', () => {
  const compiled = async (nodes: unknown[], house: House, agents = [EDITOR]) => {
    const definition = PipelineDefinition.parse(pipeline(nodes, [], { timeout: '10 minutes' }));
    const pipelines = await resolvePipelines(definition, finderIn(house));
    return compilePlan(definition, new Map(agents.map((agent) => [agent.name, agent])), pipelines);
  };

  it('has the graph of another pipeline in the node that runs it', async () => {
    const plan = await compiled([runs('a'), eachOf('a', { concurrency: 3 }), runs('a', 'quick', {})], {
      a: leaf,
    });
    const graph = { nodes: [expect.objectContaining({ id: 'one', timeoutMs: 60_000 })], edges: [] };
    const inside = { graph, pipelineId: idOf('a'), itemTimeoutMs: 3_600_000 };
    expect(plan.nodes).toMatchObject([
      {
        id: 'run_a',
        kind: 'pipeline',
        pure: false,
        timeoutMs: 3_600_000,
        map: { ...inside, concurrency: 1 },
      },
      { id: 'each_a', kind: 'map', timeoutMs: 600_000, map: { ...inside, concurrency: 3, onError: 'fail' } },
      { id: 'quick' },
    ]);
  });

  it('needs the agents of those pipelines', async () => {
    const plan = await compiled([runs('a')], { a: [ask('asks', {})] });
    expect(plan.nodes[0]?.map?.graph.nodes[0]).toMatchObject({ limits: EDITOR.limits });
    await expect(compiled([runs('a')], { a: [ask('asks', {})] }, [])).rejects.toMatchObject({
      problems: [
        {
          path: 'nodes[0].config.pipelineId',
          nodeId: 'run_a',
          message: 'There is no agent "editor", which node "asks" names in the pipeline "a"',
        },
      ],
    });
  });
});
