import { z } from 'zod';

import { type Approval, Decision } from '../contracts/approval.ts';
import type { Json } from '../contracts/json.ts';
import { sql } from './pool.ts';
import { ISO_FORMAT, optional, StoredJson } from './stored.ts';

const DecisionRow = Decision.extend({
  comment: optional(z.string()),
  edit: StoredJson,
  answer: optional(StoredJson),
  edited: z.boolean(),
}).transform(({ edited, edit, ...decision }) => (edited ? { ...decision, edit } : decision));

/** What `details` selects. */
export const detailShape = {
  instructions: optional(z.string()),
  value: StoredJson,
  hasValue: z.boolean(),
  // Checked when the definition was stored.
  form: optional(z.custom<NonNullable<Approval['form']>>()),
  decisions: z.array(DecisionRow),
};

/** JSON's null is a value, SQL's null is none, and both arrive as null. */
export function presentValue<Row extends { value: Json; hasValue: boolean }>({
  hasValue,
  value,
  ...row
}: Row) {
  return hasValue ? { ...row, value } : row;
}

/** Of `pipeline.approvals a`: what is shown, the value as it was edited last, and what people decided. */
export const details = sql.fragment`
  a.instructions, a.form, (a.value is not null) as "hasValue",
  coalesce((
    select d.edit from pipeline.decisions d where d.approval_id = a.id and d.edit is not null order by d.decided_at desc limit 1
  ), a.value) as value,
  (
    select coalesce(json_agg(json_build_object(
      'by', d.email, 'decision', d.decision, 'comment', d.comment, 'edit', d.edit, 'edited', d.edit is not null, 'answer', d.answer,
      'at', to_char(d.decided_at at time zone 'utc', ${ISO_FORMAT}::text)
    ) order by d.decided_at), '[]') from pipeline.decisions d where d.approval_id = a.id
  ) as decisions`;
