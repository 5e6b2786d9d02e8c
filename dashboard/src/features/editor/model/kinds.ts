import type { JsonObject } from '../../../../../contracts/json.ts';
import type { NodeKindDescription } from '../../../../../contracts/pipeline.ts';
import { DEFAULT_PORT, ERROR_PORT } from '../../../../../contracts/plan.ts';
import { type DraftNode, onErrorOf } from './draft.ts';

export interface KindGroup {
  title: string;
  kinds: readonly string[];
}

/** How the palette puts kinds together; one that is in none of these stands under "More". */
const GROUPS: readonly KindGroup[] = [
  { title: 'Do', kinds: ['agent', 'circle', 'action', 'human', 'pipeline'] },
  { title: 'Shape data', kinds: ['transform', 'filter', 'map'] },
  { title: 'Steer', kinds: ['condition', 'merge', 'delay'] },
];

/** Kinds that only old definitions use. */
const OLD_KINDS = new Set(['trigger', 'parallel']);

export function groupKinds(
  kinds: readonly NodeKindDescription[],
): { title: string; kinds: NodeKindDescription[] }[] {
  const placed = new Set(GROUPS.flatMap((group) => group.kinds));
  const more = kinds.filter(({ name }) => !placed.has(name) && !OLD_KINDS.has(name)).map(({ name }) => name);
  const old = kinds.filter(({ name }) => OLD_KINDS.has(name)).map(({ name }) => name);
  return [...GROUPS, { title: 'More', kinds: more }, { title: 'Of old pipelines', kinds: old }]
    .map(({ title, kinds: names }) => ({
      title,
      kinds: names.flatMap((name) => kinds.find((kind) => kind.name === name) ?? []),
    }))
    .filter((group) => group.kinds.length > 0);
}

/** What a new node of a kind begins with: enough to see what belongs where. */
const FIRST_CONFIG: Readonly<Record<string, JsonObject>> = {
  agent: { agent: '', prompt: '' },
  circle: { circle: '', topic: '' },
  action: { action: 'call_api', method: 'GET', url: '' },
  condition: { expression: '' },
  transform: { expression: '' },
  filter: { items: '', where: '' },
  merge: { mode: 'all' },
  map: { items: '', pipeline: { nodes: [], edges: [] } },
  delay: { duration: '1 minute' },
  human: { title: '' },
  pipeline: { pipelineId: '', input: {} },
};

export const firstConfigOf = (kind: string): JsonObject => FIRST_CONFIG[kind] ?? {};

/** The ports that edges can leave a node by; of a kind that came after this dashboard, those that the API tells. */
export function portsOfNode(node: DraftNode, kinds: readonly NodeKindDescription[]): readonly string[] {
  const told = kinds.find(({ name }) => name === node.type)?.ports ?? [DEFAULT_PORT];
  return onErrorOf(node) === 'route' ? [...told, ERROR_PORT] : told;
}

/** Whether a kind acts on the world, so that trying again, a time limit and a circuit breaker mean something for it. */
export const hasEffect = (kind: string): boolean => !PURE.has(kind);
const PURE = new Set(['condition', 'transform', 'filter', 'merge', 'trigger', 'parallel', 'delay', 'human']);
/** Made of steps that are tried again, each by itself. */
const COMPOSED = new Set(['map', 'pipeline', 'circle']);

/** Whether it can be tried again by itself. */
export const hasRetry = (kind: string): boolean => hasEffect(kind) && !COMPOSED.has(kind);
