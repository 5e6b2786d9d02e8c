import type { PreviewExpression } from '../../../../../contracts/expression-preview.ts';
import { isJsonObject, type Json, type JsonObject } from '../../../../../contracts/json.ts';
import { type Draft, type DraftNode, insideOf, type Level } from './draft.ts';
import { sampleOf } from './sample-values.ts';
import { graphOf, type ScopeGraph, scopeOf } from './scope.ts';

export type Bindings = PreviewExpression['bindings'];
/** Null where it comes to nothing. */
export type Evaluate = (asked: PreviewExpression) => Promise<Json>;

export interface SampleSource {
  input: JsonObject;
  /** Outputs that a run left behind, by path. */
  recorded: ReadonlyMap<string, Json>;
}

/** At most so many expressions of other nodes are computed to show one; the rest is made up. */
const MOST_EVALUATIONS = 60;

/**
 * What the expressions of a node would see: an input, the outputs of the nodes before it, and inside a map its first item. What no
 * run has recorded is computed where it is an expression, and made up where it would take an agent, a call or a person.
 */
export async function sampleBindings(
  draft: Draft,
  level: Level,
  nodeId: string,
  { input, recorded, evaluate }: SampleSource & { evaluate: Evaluate },
): Promise<Bindings> {
  const run = { id: 'sample', pipelineName: draft.name };
  let bindings: Bindings = { input, nodes: {}, run };
  let left = MOST_EVALUATIONS;
  const compute = async (what: PreviewExpression['what'], seen: Bindings): Promise<Json> =>
    left-- > 0 ? evaluate({ what, bindings: seen }) : null;
  for (const scope of scopeOf(draft, level, nodeId)) {
    if (scope.map !== undefined) {
      const items = await compute({ kind: 'list', expression: textOf(scope.map, 'items') }, bindings);
      const item = Array.isArray(items) && items.length > 0 ? (items[0] ?? null) : 'Sample item';
      bindings = { ...bindings, item, index: 0 };
    }
    for (const node of scope.upstream) {
      const known = recorded.get(scope.prefix + node.id);
      const output = known ?? (await outputOf(node, scope, bindings, compute));
      bindings = { ...bindings, nodes: { ...bindings.nodes, [node.id]: output } };
    }
  }
  return bindings;
}

type Compute = (what: PreviewExpression['what'], bindings: Bindings) => Promise<Json>;

async function outputOf(
  node: DraftNode,
  scope: ScopeGraph,
  bindings: Bindings,
  compute: Compute,
): Promise<Json> {
  switch (node.type) {
    case 'transform':
      return compute({ kind: 'value', expression: textOf(node, 'expression') }, bindings);
    case 'condition':
      return compute({ kind: 'boolean', expression: textOf(node, 'expression') }, bindings);
    case 'filter':
      return compute(
        { kind: 'filter', items: textOf(node, 'items'), where: textOf(node, 'where') },
        bindings,
      );
    case 'merge':
    case 'parallel':
      return mergedOf(node, scope, bindings);
    case 'trigger':
      return bindings.input ?? {};
    case 'map':
      return [madeUpInside(node)];
    default:
      return madeUp(node);
  }
}

const textOf = (node: DraftNode, field: string): string => {
  const text = node.config[field];
  return typeof text === 'string' && text !== '' ? text : 'null';
};

function mergedOf(node: DraftNode, { graph }: ScopeGraph, { nodes = {} }: Bindings): JsonObject {
  const before = graphOf(graph)
    .incomingOf(node.id)
    .map(({ from }) => from);
  return Object.fromEntries(before.flatMap((id) => (nodes[id] === undefined ? [] : [[id, nodes[id]]])));
}

/** An item's output: those of the sinks of the graph inside. */
function madeUpInside(map: DraftNode): JsonObject {
  const inside = insideOf(map);
  if (inside === undefined) return {};
  const { sinks } = graphOf(inside);
  return Object.fromEntries(
    inside.nodes.filter(({ id }) => sinks.includes(id)).map((node) => [node.id, madeUp(node)]),
  );
}

/** The form of an output, with made-up content. */
export function madeUp({ type, config }: DraftNode): Json {
  switch (type) {
    case 'agent': {
      const { outputSchema } = config;
      const data = isJsonObject(outputSchema) ? { data: sampleOf(outputSchema, 'answer') } : {};
      return {
        text: 'A sample answer of the agent.',
        ...data,
        usage: { inputTokens: 120, outputTokens: 40 },
      };
    }
    case 'circle':
      return {
        conversationId: '01970000-0000-7000-8000-000000000002',
        text: 'What the circle came to.',
        messages: [
          { author: 'ada', content: 'A sample thought.' },
          { author: 'ben', content: 'What the circle came to.' },
        ],
        turns: 2,
        usage: { inputTokens: 240, outputTokens: 80 },
      };
    case 'action':
      return madeUpAction(config);
    case 'human': {
      const { form, value } = config;
      return {
        decision: 'approved',
        by: 'ada@example.org',
        comment: 'A sample comment',
        ...(isJsonObject(form) && { answer: sampleOf(form, 'answer') }),
        ...(value !== undefined && { value }),
      };
    }
    case 'delay':
      return { until: '2026-05-04T10:00:00.000Z' };
    case 'map':
      return [];
    default:
      return {};
  }
}

function madeUpAction(config: JsonObject): Json {
  switch (config['action']) {
    case 'write_file':
      return { path: typeof config['path'] === 'string' ? config['path'] : 'file.txt', bytes: 120 };
    case 'execute_pipeline':
      return { runId: '01970000-0000-7000-8000-000000000001' };
    case 'call_tool':
      return {};
    case 'remember':
      return { memoryId: '01970000-0000-7000-8000-000000000002' };
    case 'recall':
      return { items: [{ content: 'What is remembered of it.', score: 0.5 }] };
    default:
      return { status: 200, headers: { 'content-type': 'application/json' }, body: {} };
  }
}
