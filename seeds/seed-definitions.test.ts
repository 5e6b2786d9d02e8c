import { beforeAll, describe, expect, it } from '@jest/globals';

import { isJsonObject, type JsonObject } from '../contracts/json.ts';
import type { PipelineNode } from '../contracts/pipeline.ts';
import type { PinnedPipeline } from '../contracts/run.ts';
import { createRunInputCheck } from '../platform/pipeline/run-input.ts';
import { validatePipeline } from '../platform/pipeline/validate-pipeline.ts';
import { chooseDefaultModel, loadSeeds, parseSeeds, type Seeds } from './seed-definitions.ts';

let seeds: Seeds;
beforeAll(async () => {
  seeds = await loadSeeds();
});

describe('the personas', () => {
  it('become agents that run where one says', () => {
    const agents = seeds.agents({ provider: 'ollama', model: 'qwen3' });
    expect(agents).toHaveLength(seeds.personas.length);
    expect(agents.find(({ name }) => name === 'editor')).toMatchObject({
      persona: 'editor',
      provider: 'ollama',
      model: 'qwen3',
      limits: { maxSteps: 12 },
    });
  });
});

describe('the pipelines', () => {
  const allNodes = (nodes: readonly PipelineNode[]): PipelineNode[] =>
    nodes.flatMap((node) => [
      node,
      ...(node.type === 'map' ? allNodes(node.config.pipeline?.nodes ?? []) : []),
    ]);

  it('are valid, with agents that are seeded, each after those that it runs', () => {
    const agents = new Set(seeds.personas.map(({ name }) => name));
    const pipelines = new Map<string, PinnedPipeline>();
    for (const definition of seeds.pipelines) {
      expect(validatePipeline(definition, { agents, pipelines })).toMatchObject({ ok: true });
      pipelines.set(definition.name, { id: definition.name, name: definition.name, version: 1, definition });
    }
    expect([...pipelines.keys()].sort()).toEqual([
      ...[
        'answer-question',
        'api-report',
        'check-links',
        'compare-documents',
        'csv-check',
        'document-digest',
      ],
      ...['fetch-and-brief', 'incident-report', 'judge-plan', 'meeting-minutes', 'publish-with-approval'],
      ...[
        'question-list',
        'release-notes',
        'review-diff',
        'second-opinion',
        'support-triage',
        'team-announcement',
      ],
      'watch-page',
    ]);
  });

  it('explain each field of their start form, and give each node a name', () => {
    for (const { inputSchema, nodes, description } of seeds.pipelines) {
      expect(description.length).toBeGreaterThan(40);
      const properties = inputSchema?.['properties'];
      const fields = isJsonObject(properties) ? Object.values(properties) : [];
      expect(fields.length).toBeGreaterThan(0);
      for (const field of fields) {
        expect(field).toMatchObject({
          title: expect.stringMatching(/./),
          description: expect.stringMatching(/.{10}/),
        });
      }
      for (const node of allNodes(nodes)) expect(node).toMatchObject({ name: expect.stringMatching(/./) });
    }
  });

  it.each<[string, JsonObject, JsonObject | 'refused']>([
    ['document-digest', { text: 'x' }, { text: 'x', name: 'the document' }],
    ['document-digest', { text: '' }, 'refused'],
    ['document-digest', { name: 'x' }, 'refused'],
    ['document-digest', { text: 'x', more: 1 }, 'refused'],
    ['fetch-and-brief', { url: 'https://example.org' }, { url: 'https://example.org', question: '' }],
    ['fetch-and-brief', { url: 'no address' }, 'refused'],
    ['watch-page', { url: 'https://example.org', wait: '1 year' }, 'refused'],
    [
      'watch-page',
      { url: 'https://example.org' },
      { url: 'https://example.org', wait: '10 minutes', only: '' },
    ],
    ['check-links', { text: 'x', most: 0 }, 'refused'],
    ['csv-check', { csv: 'x', delimiter: 'x' }, 'refused'],
  ])('%s takes %j as %j', (name, input, taken) => {
    const schema = seeds.pipelines.find((pipeline) => pipeline.name === name)?.inputSchema;
    const checked = createRunInputCheck()(schema, input);
    if (taken === 'refused') expect(checked.ok).toBe(false);
    else expect(checked).toMatchObject({ ok: true, input: taken });
  });
});

describe('parseSeeds', () => {
  it('puts each pipeline after those that it runs, and comes to an end where they run each other', () => {
    const text = (name: string, part: string) =>
      `name: ${name}\nnodes: [{ id: part, type: pipeline, config: { pipelineId: ${part} } }]`;
    const pipelines = new Map([
      ['a.yaml', text('a', 'b')],
      ['b.yaml', text('b', 'c')],
      ['c.yaml', 'name: c\nnodes: [{ id: one, type: transform, config: { expression: "1" } }]'],
      ['d.yaml', text('d', 'e')],
      ['e.yaml', text('e', 'd')],
    ]);
    const seeds = parseSeeds({ personas: new Map(), circles: new Map(), pipelines });
    expect(seeds.pipelines.map(({ name }) => name)).toEqual(['c', 'b', 'a', 'e', 'd']);
  });

  it('names every file that is not valid and what is wrong in it', () => {
    const files = {
      personas: new Map([
        ['a.yaml', 'name: a\nrole: r'],
        ['b.yaml', 'name: [unclosed'],
      ]),
      circles: new Map([['c.yaml', 'name: c\nmembers: [{ agent: a }]\ntopic: t']]),
      pipelines: new Map([['p.yaml', 'name: p\nnodes: []']]),
    };
    expect(() => parseSeeds(files)).toThrow(
      /a\.yaml\.summary: [\s\S]*b\.yaml: [\s\S]*c\.yaml\.members: [\s\S]*p\.yaml\.nodes: /,
    );
  });
});

describe('chooseDefaultModel', () => {
  it.each([
    [{ OPENAI_API_KEY: 'a', ANTHROPIC_API_KEY: 'b' }, 'openai', 'gpt-5'],
    [{ ANTHROPIC_API_KEY: 'b', OLLAMA_BASE_URL: 'http://localhost:11434' }, 'anthropic', 'claude-sonnet-4-5'],
    [{ OLLAMA_BASE_URL: 'http://localhost:11434' }, 'ollama', 'llama3.2'],
    [
      { OPENAI_COMPATIBLE_BASE_URL: 'http://localhost:1', OPENAI_COMPATIBLE_MODEL: 'mine' },
      'openai-compatible',
      'mine',
    ],
    [{}, 'demo', 'demo'],
  ] as const)('with %j takes %s', (config, provider, model) => {
    expect(chooseDefaultModel(config)).toEqual({ provider, model });
  });
});
