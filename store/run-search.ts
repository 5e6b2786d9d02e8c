import type { FragmentSqlToken } from 'slonik';

import type { Id } from '../contracts/ids.ts';
import type { RunSearch } from '../contracts/run-search.ts';
import { sql } from './pool.ts';

/** What narrows a list of runs, and where and how far it goes on. */
export interface RunSelection extends RunSearch {
  before: Id;
  limit: number;
  /** Leaves out those that were restarted. */
  notRestarted?: boolean;
}

/** So many of the newest runs are looked through before the index of words is: a common word is found there at once. */
const LOOKED_THROUGH = 2_000;

/**
 * The ids of the runs that fit, newest first. Each way to find something by text is a list of its own that ends at the limit: of
 * several ways at once, Postgres would try all on every run.
 */
export function runIdsOf(selection: RunSelection): FragmentSqlToken {
  const { q = '', limit } = selection;
  const fitting = conditionsOf(selection);
  const list = (way: FragmentSqlToken): FragmentSqlToken => sql.fragment`(
    select r.id from pipeline.runs r where ${sql.join([...fitting, way], sql.fragment` and `)}
    order by r.id desc limit ${limit}
  )`;
  if (q === '') return list(sql.fragment`true`);
  const words = sql.fragment`pipeline.words_asked(${q})`;
  const more = sql.fragment`
    (select count(*) = ${LOOKED_THROUGH} and count(*) filter (where fits) < ${limit} from newest)`;
  const ways = [
    sql.fragment`${more} and r.ended_at is not null and r.words @@ ${words}`,
    sql.fragment`${more} and r.ended_at is null and r.words @@ ${words}`,
    ...idsBeginningWith(q),
  ];
  // Name by name, for the index on names gives each one's newest runs at once.
  const named = sql.fragment`(
    select one.id from unnest(pipeline.names_holding(${q})) name cross join lateral ${list(sql.fragment`r.pipeline_name = name`)} one
  )`;
  return sql.fragment`
    with newest as materialized (
      select r.id, coalesce(r.words @@ ${words}, false) as fits from pipeline.runs r
      where ${sql.join(fitting, sql.fragment` and `)} order by r.id desc limit ${LOOKED_THROUGH}
    )
    select id from (${sql.join(
      [sql.fragment`(select id from newest where fits limit ${limit})`, named, ...ways.map(list)],
      sql.fragment` union `,
    )}) found`;
}

function conditionsOf(selection: RunSelection): FragmentSqlToken[] {
  const { before, status, pipelineId, version, from, to } = selection;
  const { tag, minCost, maxCost, trigger, forkedFrom, notRestarted = false } = selection;
  return [
    sql.fragment`r.id < ${before}::uuid`,
    ...(status === undefined ? [] : [sql.fragment`r.status = any(${sql.array([...status], 'text')})`]),
    ...(pipelineId === undefined ? [] : [sql.fragment`r.pipeline_id = ${pipelineId}`]),
    ...(version === undefined ? [] : [sql.fragment`r.pipeline_version = ${version}`]),
    ...(from === undefined ? [] : [sql.fragment`r.created_at >= ${from}::timestamptz`]),
    ...(to === undefined ? [] : [sql.fragment`r.created_at < ${to}::timestamptz`]),
    ...(tag === undefined ? [] : [sql.fragment`r.tags <> '{}' and r.tags @> ${sql.array([tag], 'text')}`]),
    ...(minCost === undefined ? [] : [sql.fragment`r.cost_usd >= ${minCost}`]),
    ...(maxCost === undefined ? [] : [sql.fragment`r.cost_usd <= ${maxCost}`]),
    ...(trigger === undefined ? [] : [sql.fragment`r.trigger = ${trigger}`]),
    ...(forkedFrom === undefined ? [] : [sql.fragment`r.forked_from = ${forkedFrom}`]),
    ...(notRestarted
      ? [
          sql.fragment`not exists (select from pipeline.runs f where f.forked_from = r.id and f.trigger = 'restart')`,
        ]
      : []),
  ];
}

const LOWEST_ID = '00000000-0000-0000-0000-000000000000';
const DIGIT = /[0-9a-f]/g;

/** The range of the ids that begin with a text; none where no id can. */
function idsBeginningWith(text: string): FragmentSqlToken[] {
  const beginning = text.toLowerCase();
  if (beginning.replaceAll(DIGIT, '0') !== LOWEST_ID.slice(0, beginning.length)) return [];
  const rest = LOWEST_ID.slice(beginning.length);
  const [lowest, highest] = [beginning + rest, beginning + rest.replaceAll('0', 'f')];
  return [sql.fragment`r.id between ${lowest}::uuid and ${highest}::uuid`];
}
