import { z } from 'zod';

/** Opaque, time-ordered (UUID version 7, lower-case). Made by `store`, never by a workflow. */
export const Id = z.uuid();
export type Id = z.infer<typeof Id>;

/** Workflow ids are made here only; a workflow id plus its conflict policy is what makes a start exactly-once. */
export const workflowIdOf = {
  pipelineRun: (runId: Id): string => `pipeline-run:${runId}`,
};

/** Where a node stands: the ids of the nodes that enclose it, itself last; one item index for each enclosing `map`. */
export interface NodePlace {
  path: readonly string[];
  indexes: readonly number[];
}

/** `each.digest` for the node `digest` inside the map `each`; `digest` at the top. */
export const nodePathOf = (place: NodePlace): string => place.path.join('.');

/** `3` for the fourth item, `3.0` one map deeper, `0` at the top. */
export const iterationOf = (place: NodePlace): string => (place.indexes.length === 0 ? '0' : place.indexes.join('.'));

/** The key that names an effect, not its attempt: stable over retries, continue-as-new and reset. */
export const effectKeyOf = (runId: Id, place: NodePlace): string => `${runId}/${nodePathOf(place)}/${iterationOf(place)}`;

export const channelOf = {
  run: (runId: Id): string => `runs/${runId}`,
};
