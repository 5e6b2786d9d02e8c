import { z } from 'zod';

import { type Json, JsonObject } from '../../../../../contracts/json.ts';
import type { OnError } from '../../../../../contracts/plan.ts';

const Position = z.object({ x: z.number(), y: z.number() });

/** A node as it is being written: it need not fit its kind yet. What the editor does not know stays in it. */
export const DraftNode = z.looseObject({
  id: z.string(),
  name: z.string().optional(),
  type: z.string(),
  config: JsonObject.default({}),
  onError: z.string().optional(),
  timeout: z.string().optional(),
  retry: JsonObject.optional(),
  circuitBreaker: JsonObject.optional(),
  position: Position.optional(),
});
export type DraftNode = z.infer<typeof DraftNode>;

export const DraftEdge = z.looseObject({
  from: z.string(),
  to: z.string(),
  port: z.string().optional(),
});
export type DraftEdge = z.infer<typeof DraftEdge>;

const graph = { nodes: z.array(DraftNode).default([]), edges: z.array(DraftEdge).default([]) };

/** The nodes and edges of a pipeline, or of a map inside it. */
export const DraftGraph = z.looseObject(graph);
export type DraftGraph = z.infer<typeof DraftGraph>;

/** A definition as it is being written; its fields in the order in which people read them. */
export const Draft = z.looseObject({
  name: z.string().default(''),
  description: z.string().default(''),
  inputSchema: JsonObject.optional(),
  timeout: z.string().default('1 hour'),
  ...graph,
});
export type Draft = z.infer<typeof Draft>;

/** Ids of maps, from the outermost to the one whose inside is meant; empty for the pipeline itself. */
export type Level = readonly string[];

export const NEW_DRAFT: Draft = Draft.parse({});

/** Reads what somebody wrote as YAML, or says in words why the editor cannot show it. */
export function readDraft(written: unknown): { ok: true; draft: Draft } | { ok: false; message: string } {
  const parsed = Draft.safeParse(written);
  if (parsed.success) return { ok: true, draft: parsed.data };
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? 'The definition' : issue.path.join('.');
  return { ok: false, message: `${where}: ${issue?.message ?? 'cannot be read'}` };
}

export const onErrorOf = ({ onError }: DraftNode): OnError =>
  onError === 'continue' || onError === 'route' ? onError : 'fail';

/** What a person calls a node. */
export const labelOf = ({ name, id }: DraftNode): string =>
  name === undefined || name.trim() === '' ? id : name;

/** The graph inside a map that has one of its own. */
export function insideOf(node: DraftNode | undefined): DraftGraph | undefined {
  const pipeline = node?.type === 'map' ? node.config['pipeline'] : undefined;
  if (pipeline === undefined) return undefined;
  const parsed = DraftGraph.safeParse(pipeline);
  return parsed.success ? parsed.data : undefined;
}

/** The graph at a level; the pipeline's own where a map on the way is gone. */
export function graphAt(draft: Draft, level: Level): DraftGraph {
  return graphsAlong(draft, level).at(-1) ?? draft;
}

/** The graphs on the way to a level, the pipeline's own first. */
export function graphsAlong(draft: Draft, level: Level): DraftGraph[] {
  const graphs: DraftGraph[] = [draft];
  for (const id of level) {
    const inside = insideOf(graphs.at(-1)?.nodes.find((node) => node.id === id));
    if (inside === undefined) break;
    graphs.push(inside);
  }
  return graphs;
}

/** As much of a level as there still is, after an undo for example. */
export const existingLevel = (draft: Draft, level: Level): Level =>
  level.slice(0, graphsAlong(draft, level).length - 1);

/** The draft with the graph at a level changed. */
export function withGraphAt(draft: Draft, level: Level, change: (graph: DraftGraph) => DraftGraph): Draft {
  // What `change` leaves alone is the draft's own: name, description and the rest.
  if (level.length === 0) return { ...draft, ...change(draft) };
  const deep = (graph: DraftGraph, [id, ...rest]: Level): DraftGraph => ({
    ...graph,
    nodes: graph.nodes.map((node) => {
      const inside = node.id === id ? insideOf(node) : undefined;
      if (inside === undefined) return node;
      const changed = rest.length === 0 ? change(inside) : deep(inside, rest);
      return { ...node, config: { ...node.config, pipeline: jsonOf(changed) } };
    }),
  });
  return { ...draft, ...deep(draft, level) };
}

/** A graph or node is JSON but for fields that are undefined, which this leaves out. */
export const jsonOf = (value: object): JsonObject =>
  // JSON.parse gives JSON.
  JSON.parse(JSON.stringify(value)) as Record<string, Json>;
