import { z } from 'zod';

import { Json, JsonObject } from './json.ts';

const Source = z.string().min(1).max(10_000);

/** How the text of a field is computed: as a node of its kind would. */
const Previewed = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('value'), expression: Source }),
  z.strictObject({ kind: z.literal('boolean'), expression: Source }),
  z.strictObject({ kind: z.literal('list'), expression: Source }),
  z.strictObject({ kind: z.literal('filter'), items: Source, where: Source }),
  z.strictObject({ kind: z.literal('template'), template: Json }),
]);

/** An expression or a template, and what it is to see: sample data. Each secret that it reads is dots. */
export const PreviewExpression = z.strictObject({
  what: Previewed,
  bindings: z
    .strictObject({
      input: Json.optional(),
      nodes: JsonObject.optional(),
      run: Json.optional(),
      item: Json.optional(),
      index: z.number().int().min(0).optional(),
    })
    .prefault({}),
});
export type PreviewExpression = z.infer<typeof PreviewExpression>;

/** What it came to, or why it came to nothing; undefined is null. */
export const ExpressionPreview = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), value: Json }),
  z.object({
    ok: z.literal(false),
    failure: z.object({ type: z.enum(['InvalidInput', 'LimitExceeded']), message: z.string() }),
  }),
]);
export type ExpressionPreview = z.infer<typeof ExpressionPreview>;
