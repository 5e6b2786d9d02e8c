import type { ModelPort } from '../activities/model/index.ts';
import { GatheringFailure } from '../contracts/failure.ts';
import { createGraph, failedOutcome, mergedBranches, startProgress } from '../contracts/graph/index.ts';
import { isJsonObject, type Json, JsonObject } from '../contracts/json.ts';
import type { PipelineDefinition, PipelineNode } from '../contracts/pipeline.ts';
import type { Computation } from '../platform/expression/evaluation.ts';
import { type Isolate, valueOf } from '../platform/expression/isolate.ts';

export interface RehearsalTools {
  isolate: Isolate;
  model: ModelPort;
  /** What `call_api` answers with; it may throw a GatheringFailure. */
  callApi?: (config: JsonObject) => Json;
}

export interface Rehearsal {
  output: JsonObject;
  /** Output of each node that was decided at the top, by its id; skipped ones are absent. */
  nodes: JsonObject;
  /** Content of each file that was written, by its path. */
  files: Map<string, string>;
  /** Rendered prompts, in the order in which they were asked. */
  prompts: string[];
}

interface Scope {
  tools: RehearsalTools;
  input: JsonObject;
  bindings: { item?: Json; index?: number };
  outer: JsonObject;
  files: Map<string, string>;
  prompts: string[];
}

type SubGraph = Pick<PipelineDefinition, 'nodes' | 'edges'>;

/** Plays a pipeline through without an engine, by the same rules of flow, with the demo provider for its agents. For tests only. */
export async function rehearse(
  definition: PipelineDefinition,
  input: JsonObject,
  tools: RehearsalTools,
): Promise<Rehearsal> {
  const scope: Scope = { tools, input, bindings: {}, outer: {}, files: new Map(), prompts: [] };
  const { nodes, output } = await play(definition, scope);
  return { nodes, output, files: scope.files, prompts: scope.prompts };
}

async function play(definition: SubGraph, scope: Scope): Promise<{ nodes: JsonObject; output: JsonObject }> {
  const graph = createGraph(
    definition.nodes.map((node) =>
      node.type === 'merge' ? { id: node.id, merge: mergePlan(node) } : { id: node.id },
    ),
    definition.edges.map(({ from, to, port }) => (port === undefined ? { from, to } : { from, to, port })),
  );
  const progress = startProgress(graph);
  const nodes: JsonObject = {};
  for (;;) {
    const node = definition.nodes.find(({ id }) => progress.ready.has(id));
    if (node === undefined) break;
    try {
      const branches = node.type === 'merge' ? mergedBranches(graph, progress, node.id) : [];
      const output = await run(node, { ...scope.outer, ...nodes }, { scope, branches });
      nodes[node.id] = output;
      progress.decide({
        id: node.id,
        status: 'completed',
        port: node.type === 'condition' ? (output === true ? 'true' : 'false') : 'default',
      });
    } catch (error) {
      if (!(error instanceof GatheringFailure) || node.onError !== 'route') throw error;
      nodes[node.id] = { type: error.type, message: error.message };
      progress.decide(failedOutcome(node.id, node.type, node.onError));
    }
  }
  const ends = graph.sinks.filter((id) => nodes[id] !== undefined);
  return { nodes, output: Object.fromEntries(ends.map((id) => [id, nodes[id] ?? null])) };
}

const mergePlan = ({ config }: Extract<PipelineNode, { type: 'merge' }>) => ({
  mode: config.mode,
  ...(config.count === undefined ? {} : { count: config.count }),
});

async function run(
  node: PipelineNode,
  nodes: JsonObject,
  { scope, branches }: { scope: Scope; branches: readonly string[] },
): Promise<Json> {
  const evaluate = async (what: Computation): Promise<Json> => {
    const { input, bindings, tools } = scope;
    const task = { key: node.id, now: '2026-01-01T00:00:00Z', bindings: { input, nodes, ...bindings }, what };
    const [result] = await tools.isolate.evaluate([task]);
    if (result === undefined) throw new Error('The isolate gave no result');
    try {
      return valueOf(result);
    } catch (cause) {
      throw new Error(`${node.id}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    }
  };
  switch (node.type) {
    case 'transform':
      return evaluate({ kind: 'value', expression: node.config.expression });
    case 'condition':
      return evaluate({ kind: 'boolean', expression: node.config.expression });
    case 'filter':
      return evaluate({ kind: 'filter', ...node.config });
    case 'merge':
      return Object.fromEntries(branches.map((id) => [id, nodes[id] ?? null]));
    case 'map': {
      const items = await evaluate({ kind: 'list', expression: node.config.items });
      const outputs: Json[] = [];
      for (const [index, item] of (Array.isArray(items) ? items : []).entries()) {
        outputs.push(
          (
            await play(node.config.pipeline ?? NO_GRAPH, {
              ...scope,
              bindings: { item, index },
              outer: nodes,
            })
          ).output,
        );
      }
      return outputs;
    }
    case 'agent':
      return ask(node, await evaluate({ kind: 'template', template: node.config.prompt }), scope);
    case 'action':
      // A configuration is JSON; its type says more than JSON's, an absent body for example.
      return act(await evaluate({ kind: 'template', template: JsonObject.parse(node.config) }), scope);
    case 'delay':
    case 'human':
    case 'pipeline':
    case 'trigger':
    case 'parallel':
      throw new Error(`${node.id}: a rehearsal has no ${node.type}`);
  }
}

const NO_GRAPH = { nodes: [], edges: [] };

async function ask(
  node: Extract<PipelineNode, { type: 'agent' }>,
  prompt: Json,
  scope: Scope,
): Promise<Json> {
  const content = typeof prompt === 'string' ? prompt : JSON.stringify(prompt);
  scope.prompts.push(content);
  const { outputSchema } = node.config;
  const { text, data, usage } = await scope.tools.model.call(
    {
      provider: 'demo',
      model: 'demo',
      messages: [{ role: 'user', content }],
      tools: [],
      ...(outputSchema === undefined ? {} : { outputSchema }),
    },
    { signal: new AbortController().signal, onText: () => undefined, onProgress: () => undefined },
  );
  return { text, ...(data === undefined ? {} : { data }), usage };
}

function act(config: Json, { tools, files }: Scope): Json {
  if (!isJsonObject(config)) throw new Error('An action needs a configuration');
  const { action, path, content } = config;
  if (action === 'call_api') return tools.callApi?.(config) ?? null;
  if (typeof path !== 'string' || typeof content !== 'string')
    throw new Error('write_file needs path and content');
  files.set(path, content);
  return { path, bytes: Buffer.byteLength(content) };
}
