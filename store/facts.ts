import type { FragmentSqlToken } from 'slonik';

import type { Fact } from '../contracts/event.ts';
import { EVENT_OUTPUT_LIMIT_BYTES } from '../contracts/event.ts';
import { storableJson } from './json.ts';
import { sql } from './pool.ts';

/**
 * Binds facts in the form that `pipeline.tell` takes: `data` is what the event says, the rest goes to the node's row only.
 * An output that is too large for an event stands beside `data`, which then says how large it is.
 */
export const factsOf = (facts: readonly Fact[]): FragmentSqlToken =>
  sql.fragment`${`[${facts.map(factText).join(',')}]`}::json`;

function factText(fact: Fact): string {
  if (fact.type === 'run.started') return storableJson({ key: fact.key, type: fact.type, data: {} });
  const { key, type, ...told } = fact;
  const error = 'error' in told ? { error: told.error } : {};
  const { input, output, ...data } = { input: undefined, output: undefined, ...told };
  const beside = { key, type, ...error, ...(input === undefined ? {} : { input }) };
  if (output === undefined) return storableJson({ ...beside, data });
  const bytes = Buffer.byteLength(storableJson(output));
  return bytes <= EVENT_OUTPUT_LIMIT_BYTES
    ? storableJson({ ...beside, data: { ...data, output } })
    : storableJson({ ...beside, output, data: { ...data, outputRef: { bytes } } });
}
