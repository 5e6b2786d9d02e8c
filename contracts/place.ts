/** Names of places in a run. Free of zod, since every workflow loads it. */

/** Where a node stands: the ids of the nodes that enclose it, itself last; one item index for each enclosing `map`. */
export interface NodePlace {
  path: readonly string[];
  indexes: readonly number[];
}

/** The place of a run's outermost graph; the place of an item of a map is the map's own with the item's index added. */
export const TOP: NodePlace = { path: [], indexes: [] };

/** `each.digest` for the node `digest` inside the map `each`; `digest` at the top. */
export const nodePathOf = (place: NodePlace): string => place.path.join('.');

/** `3` for the fourth item, `3.0` one map deeper, `0` at the top. */
export const iterationOf = (place: NodePlace): string =>
  place.indexes.length === 0 ? '0' : place.indexes.join('.');

/** `<path>/<iteration>`: the node within its run. */
export const nodeKeyOf = (place: NodePlace): string => `${nodePathOf(place)}/${iterationOf(place)}`;

/** The key that names an effect, not its attempt: stable over retries, continue-as-new and reset. */
export const effectKeyOf = (runId: string, place: NodePlace): string => `${runId}/${nodeKeyOf(place)}`;

/** The node `id` of the graph that stands at `scope`. */
export const nodeIn = (scope: NodePlace, id: string): NodePlace => ({
  path: [...scope.path, id],
  indexes: scope.indexes,
});

/** The graph of one item of the map that stands at `map`. */
export const itemOf = (map: NodePlace, index: number): NodePlace => ({
  path: map.path,
  indexes: [...map.indexes, index],
});

/** `<path>/<iteration>/<index>`: the item that a place stands in, of its innermost map; undefined at the top. */
export function itemKeyOf({ path, indexes }: NodePlace): string | undefined {
  const index = indexes.at(-1);
  if (index === undefined) return undefined;
  const map = { path: path.slice(0, indexes.length), indexes: indexes.slice(0, -1) };
  return `${nodeKeyOf(map)}/${index}`;
}

/** The graphs that a place stands in, its own first, the outermost last; each as the place of its scope. */
export function scopesOf({ indexes, path }: NodePlace): NodePlace[] {
  return Array.from({ length: indexes.length + 1 }, (_, up) => {
    const depth = indexes.length - up;
    return { path: path.slice(0, depth), indexes: indexes.slice(0, depth) };
  });
}

/** Workflow ids are made here only; a workflow id plus its conflict policy is what makes a start exactly-once. */
export const workflowIdOf = {
  pipelineRun: (runId: string): string => `pipeline-run:${runId}`,
  conversation: (conversationId: string): string => `conversation:${conversationId}`,
  document: (documentId: string): string => `document:${documentId}`,
  /** Of the workflow that fills a space of embeddings. */
  embeddings: (spaceId: string): string => `embeddings:${spaceId}`,
  /** Of the workflow that takes from a conversation what is worth remembering. */
  remember: (conversationId: string): string => `remember:${conversationId}`,
  /** Of the items of a big map from one index on. */
  mapItems: (runId: string, map: NodePlace, from: number): string =>
    `pipeline-run:${runId}/${nodeKeyOf(map)}/${from}`,
};

export const channelOf = {
  run: (runId: string): string => `runs/${runId}`,
  conversation: (conversationId: string): string => `conversations/${conversationId}`,
  circle: (circleId: string): string => `circles/${circleId}`,
  agent: (agentId: string): string => `agents/${agentId}`,
  /** What is remembered and known for an audience; the zeros are everybody's. */
  memories: (audience: string): string =>
    `memories/${audience === '00000000-0000-0000-0000-000000000000' ? 'everyone' : audience}`,
  activity: 'activity',
};

/** What a turn is called everywhere outside of its conversation. */
export const turnIdOf = (conversationId: string, number: number): string => `${conversationId}/${number}`;

/** The key of an effect of a turn, such as `model.0` or `tool.0.1`. */
export const turnEffectKeyOf = (conversationId: string, number: number, suffix: string): string =>
  `${turnIdOf(conversationId, number)}/${suffix}`;
