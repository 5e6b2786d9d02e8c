import { z } from 'zod';

/** Any JSON value. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export const Json: z.ZodType<Json> = z.json() as z.ZodType<Json>;

/** A JSON object, such as the `input` of a run. */
export const JsonObject = z.record(z.string(), Json);
export type JsonObject = z.infer<typeof JsonObject>;

/** A JSON Schema document (draft 2020-12 or draft-07); checked by the schema compiler, not here. */
export const JsonSchema = z.record(z.string(), Json);
export type JsonSchema = z.infer<typeof JsonSchema>;

/** A value above this many bytes of JSON is kept in Postgres and passed by reference. */
export const INLINE_VALUE_LIMIT_BYTES = 64 * 1024;

/** A reference to a large value: content-addressed within its run, so that writing it twice is writing it once. */
export const ValueRef = z.object({ $ref: z.string(), bytes: z.number().int() });
export type ValueRef = z.infer<typeof ValueRef>;

/** A value in the engine's hands: inline, or by reference when it is large. */
export const Value = z.union([z.object({ inline: Json }), ValueRef]);
export type Value = { inline: Json } | ValueRef;

export const isValueRef = (value: Value): value is ValueRef => '$ref' in value;

/** Shape test for "an object, not an array, not null". */
export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
