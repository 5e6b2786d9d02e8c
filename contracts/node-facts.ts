import type { NodeFact } from './event.ts';
import type { NodeKind } from './pipeline.ts';
import { effectKeyOf, iterationOf, nodePathOf, type NodePlace } from './place.ts';

/** What every fact about one node says. */
export interface FactSubject {
  runId: string;
  place: NodePlace;
  kind: NodeKind;
}

type Told<Type extends NodeFact['type']> = Extract<NodeFact, { type: Type }>;
type Particulars<Type extends NodeFact['type']> = Omit<
  Told<Type>,
  'type' | 'key' | 'nodeId' | 'path' | 'iteration' | 'kind'
>;

/**
 * A fact under the key that makes telling it again harmless.
 * @param repetition tells facts of one type apart that happen to a node more than once
 */
export function nodeFact<Type extends NodeFact['type']>(
  { runId, place, kind }: FactSubject,
  type: Type,
  particulars: Particulars<Type>,
  repetition = '',
): Told<Type> {
  const fact = {
    type,
    key: `${effectKeyOf(runId, place)}/${type}${repetition}`,
    nodeId: place.path.at(-1) ?? '',
    path: nodePathOf(place),
    iteration: iterationOf(place),
    kind,
    ...particulars,
  };
  // The compiler does not see through the generic spread; each field comes from the type it belongs to.
  return fact as unknown as Told<Type>;
}
