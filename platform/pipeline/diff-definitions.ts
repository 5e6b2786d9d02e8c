import { isDeepStrictEqual } from 'node:util';

import { isJsonObject, type Json } from '../../contracts/json.ts';
import type { PipelineDefinition, PipelineEdge } from '../../contracts/pipeline.ts';
import type { Change, PipelineDiff } from '../../contracts/pipeline-diff.ts';
import { DEFAULT_PORT } from '../../contracts/plan.ts';
import { dotted } from './dotted-path.ts';

/** Says what is between two definitions: what was added, what was removed, and of what stayed which values are other ones. */
export function diffDefinitions(
  before: PipelineDefinition,
  after: PipelineDefinition,
): Omit<PipelineDiff, 'before' | 'after'> {
  const { nodes: nodesBefore, edges: edgesBefore, ...settingsBefore } = before;
  const { nodes: nodesAfter, edges: edgesAfter, ...settingsAfter } = after;
  const settings = changesBetween(settingsBefore, settingsAfter);
  const nodes = elementsBetween(nodesBefore, nodesAfter, ({ id }) => id);
  const edges = elementsBetween(edgesBefore, edgesAfter, edgeKeyOf);
  return {
    identical: settings.length === 0 && isEmpty(nodes) && isEmpty(edges),
    settings,
    nodes: { ...nodes, changed: nodes.changed.map(({ element, changes }) => ({ id: element.id, changes })) },
    edges: {
      ...edges,
      changed: edges.changed.map(({ element: { from, to, port = DEFAULT_PORT }, changes }) => ({
        ...{ from, to, port, changes },
      })),
    },
  };
}

const edgeKeyOf = ({ from, port = DEFAULT_PORT, to }: PipelineEdge): string =>
  JSON.stringify([from, port, to]);

interface Elements<Element> {
  added: Element[];
  removed: Element[];
  changed: { element: Element; changes: Change[] }[];
}

const isEmpty = ({ added, removed, changed }: Elements<object>): boolean =>
  added.length + removed.length + changed.length === 0;

/** Each in the order of its own definition. */
function elementsBetween<Element extends object>(
  before: readonly Element[],
  after: readonly Element[],
  keyOf: (element: Element) => string,
): Elements<Element> {
  const earlier = new Map(before.map((element) => [keyOf(element), element]));
  const later = new Map(after.map((element) => [keyOf(element), element]));
  return {
    added: [...later].flatMap(([key, element]) => (earlier.has(key) ? [] : [element])),
    removed: [...earlier].flatMap(([key, element]) => (later.has(key) ? [] : [element])),
    changed: [...later].flatMap(([key, element]) => {
      const known = earlier.get(key);
      const changes = known === undefined ? [] : changesBetween(known, element);
      return changes.length === 0 ? [] : [{ element, changes }];
    }),
  };
}

const changesBetween = (before: object, after: object): Change[] =>
  // Definitions are JSON; their types do not say so.
  valueChanges(before as Json, after as Json, '');

/** A list whose elements have ids is compared by them, any other one as a whole. */
function valueChanges(before: Json | undefined, after: Json | undefined, path: string): Change[] {
  if (isDeepStrictEqual(before, after)) return [];
  const [earlier, later] = [fieldsOf(before), fieldsOf(after)];
  if (earlier === undefined || later === undefined) {
    return [
      {
        path,
        ...(before === undefined ? {} : { before }),
        ...(after === undefined ? {} : { after }),
      },
    ];
  }
  const names = new Set([...earlier.keys(), ...later.keys()]);
  return [...names].flatMap((name) => valueChanges(earlier.get(name), later.get(name), dotted(path, name)));
}

function fieldsOf(value: Json | undefined): Map<string, Json> | undefined {
  if (isJsonObject(value)) return new Map(Object.entries(value));
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const ids = value.flatMap((element) =>
    isJsonObject(element) && typeof element['id'] === 'string' ? [element['id']] : [],
  );
  if (new Set(ids).size < value.length) return undefined;
  return new Map(value.map((element, index) => [ids[index] ?? '', element]));
}
