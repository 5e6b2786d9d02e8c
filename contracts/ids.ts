import { z } from 'zod';

export {
  channelOf,
  effectKeyOf,
  iterationOf,
  nodeKeyOf,
  nodePathOf,
  type NodePlace,
  workflowIdOf,
} from './place.ts';

/** Opaque, time-ordered (UUID version 7, lower-case). Made by `store`, never by a workflow. */
export const Id = z.uuid();
export type Id = z.infer<typeof Id>;
