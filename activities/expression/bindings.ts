import { ancestorsOf } from '../../contracts/graph/index.ts';
import type { Json } from '../../contracts/json.ts';
import type { PipelineNode } from '../../contracts/pipeline.ts';
import { nodeIn, nodeKeyOf, nodePathOf, type NodePlace } from '../../contracts/place.ts';
import type { Bindings, Computation } from '../../platform/expression/evaluation.ts';
import { createLruCache } from '../../platform/expression/lru-cache.ts';
import type { Reads } from '../../platform/expression/reads.ts';
import type { Values } from '../../store/effects.ts';
import type { RunRecord } from '../../store/run-records.ts';
import { computationOf, readsOf } from './computation.ts';
import { type Frame, frameOf } from './frame.ts';

/** What a node's expressions read, and where that is. */
export interface NodeReads {
  what: Computation | undefined;
  reads: Reads | undefined;
  /** `nodes.<id>` by id, as `<path>/<iteration>`. */
  keys: ReadonlyMap<string, string>;
  frame: Frame;
  /** Everything that must be read of the items of maps, as `<path>/<iteration>/<index>`. */
  items: readonly string[];
  /** The value of a template that has no expression in it: nothing needs to be evaluated. */
  fixed: Json | undefined;
}

export type ReadsAt = (record: RunRecord, place: NodePlace) => NodeReads;

const RUNS_KEPT = 200;

type Analysed = Pick<NodeReads, 'what' | 'reads' | 'fixed'>;

/** Works out what nodes read, and remembers it for the runs that were asked for last. */
export function createReadsAt(): ReadsAt {
  const runs = createLruCache<string, Map<string, Analysed>>(RUNS_KEPT);
  return (record, place) => {
    const path = nodePathOf(place);
    const known = runs.getOrCreate(record.id, () => new Map());
    const node = record.nodes.get(path);
    const analysed = known.get(path) ?? analyse(node);
    known.set(path, analysed);
    const { what, reads, fixed } = analysed;
    const ids = reads === undefined ? [] : reads.everyNode ? undefined : reads.nodes;
    const frame = frameOf(record, place);
    return {
      ...{ what, reads, fixed, frame },
      keys: keysOf(record, place, frame, ids),
      items: [
        ...(reads?.item === true && frame.itemKey !== undefined ? [frame.itemKey] : []),
        ...(reads?.input === true && frame.inputKey !== undefined ? [frame.inputKey] : []),
      ],
    };
  };
}

function analyse(node: PipelineNode | undefined): Analysed {
  const what = node === undefined ? undefined : computationOf(node);
  const fixed = what?.kind === 'template' && !hasExpression(what.template) ? what.template : undefined;
  return { what, reads: what === undefined ? undefined : readsOf(what), fixed };
}

const hasExpression = (template: Json): boolean => JSON.stringify(template).includes('{{');

/**
 * Where the named nodes are, or without names all that come before: in the node's own graph, else in the graphs around it that it
 * sees. Own ones hide outer ones.
 */
function keysOf(
  record: RunRecord,
  place: NodePlace,
  { scopes }: Frame,
  ids: readonly string[] | undefined,
): Map<string, string> {
  const keys = new Map<string, string>();
  let inside = place.path.at(-1) ?? '';
  for (const scope of scopes) {
    const graph = record.graphs.get(scope.path.join('.'));
    if (graph === undefined) continue;
    const found = ids?.filter((id) => graph.nodes.has(id)) ?? ancestorsOf(graph, inside);
    for (const id of found) if (!keys.has(id)) keys.set(id, nodeKeyOf(nodeIn(scope, id)));
    if (ids === undefined) for (const id of graph.nodes.keys()) if (!keys.has(id)) keys.set(id, HIDDEN);
    inside = scope.path.at(-1) ?? '';
  }
  for (const [id, key] of keys) if (key === HIDDEN) keys.delete(id);
  return keys;
}

/** An own node that does not come before still hides an outer one of the same name. */
const HIDDEN = '';

/** What the expressions of a node see; a node that has no output is absent. */
export function bindingsOf(record: RunRecord, { reads, keys, frame }: NodeReads, values: Values): Bindings {
  if (reads === undefined) return {};
  const nodes: Record<string, Json> = {};
  for (const [id, key] of keys) {
    const output = values.outputs[key];
    if (output !== undefined) nodes[id] = output;
  }
  const { itemKey, index } = frame;
  const item = reads.item && itemKey !== undefined ? values.items[itemKey] : undefined;
  return {
    nodes,
    ...(reads.input ? { input: inputOf(record, frame, values) } : {}),
    ...(reads.run ? { run: runBindingOf(record) } : {}),
    ...(item === undefined ? {} : { item }),
    ...(reads.item && index !== undefined ? { index } : {}),
  };
}

/** The input of the pipeline that a node stands in. */
export const inputOf = (record: RunRecord, { inputKey }: Frame, { items }: Pick<Values, 'items'>): Json =>
  inputKey === undefined ? record.input : (items[inputKey] ?? null);

const runBindingOf = ({ id, pipeline, createdAt }: RunRecord): Json => ({
  id,
  pipeline: { id: pipeline.id, name: pipeline.name, version: pipeline.version },
  startedAt: createdAt,
});
