import { z } from 'zod';

/** Opaque, time-ordered (UUID version 7, lower-case). Made by `store`, never by a workflow. */
export const Id = z.uuid();
export type Id = z.infer<typeof Id>;
