import { z } from 'zod';

import type { Json } from '../contracts/json.ts';
import type { PipelineDefinition } from '../contracts/pipeline.ts';

/** A value of users or models in a `json` column: any JSON, so there is nothing to check, and it may be large. */
export const StoredJson = z.custom<Json>();

/** A definition was parsed when it was stored and does not change, so reading it is not parsing it again. */
export const StoredDefinition = z.custom<PipelineDefinition>(
  (value) => typeof value === 'object' && value !== null,
);

/** A nullable column of a field that is absent in the contract when it has no value. */
export const optional = <Schema extends z.ZodType>(schema: Schema) =>
  schema.nullish().transform((value) => value ?? undefined);

/** How Postgres writes an instant as the contracts do, where a row is built in SQL. */
export const ISO_FORMAT = 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"';
