import { z } from 'zod';

import { JsonObject } from '../json.ts';

/** A pipeline by its id or its unique name, and one of its published versions; without that, the latest one at the start of the run. */
export const pipelineReference = {
  pipelineId: z.string().min(1).max(80).describe('Name or id of a pipeline'),
  version: z.number().int().min(1).max(2_147_483_647).optional(),
};

/** Runs another pipeline as a part of this run; its output is that pipeline's. */
export const PipelineNodeConfig = z.strictObject({
  ...pipelineReference,
  input: JsonObject.default({}).describe('Its input; may hold {{ expressions }}'),
});
export type PipelineNodeConfig = z.infer<typeof PipelineNodeConfig>;

/** How nodes name another pipeline. */
export interface PipelineReference {
  /** Id or unique name. */
  pipelineId: string;
  version?: number | undefined;
}

/** `digest`, or `digest@3` for a version of it: what a run keeps the pipelines under that it was started with. */
export const referenceKeyOf = ({ pipelineId, version }: PipelineReference): string =>
  version === undefined ? pipelineId : `${pipelineId}@${version}`;
