import { z } from 'zod';

/** Where old definitions begin; its output is the input of the run. Its config says nothing that this engine reads. */
export const TriggerNodeConfig = z.looseObject({});

/** Where old definitions fork; its output is that of the node before it, of several an object by their ids, of none the input. */
export const ParallelNodeConfig = z.looseObject({});
