-- What people find runs by, and where a fork began: with no node at the beginning. Runs that one request restarted share its id.
alter table pipeline.runs
  add column tags text[] not null default '{}',
  add column forked_from uuid,
  add column forked_node text,
  add column restart_id uuid;
create index runs_by_fork on pipeline.runs (forked_from, id) where forked_from is not null;
create unique index runs_restarted_once on pipeline.runs (forked_from) where trigger = 'restart';
create index runs_by_restart on pipeline.runs (restart_id) where restart_id is not null;

-- Null: it ran here. `recorded`: it ran in the run that this one was forked from. `overridden`: so, but its output was given by hand.
alter table pipeline.run_nodes add column taken_over text check (taken_over in ('recorded', 'overridden'));

-- Accepts runs, all in one transaction: their rows, their channels, `run.queued` on those and on `activity`, and the records of
-- their idempotency keys. Answers with the ids of those that were accepted: not with one whose key was taken before. Each of `the_runs` has the
-- columns of `pipeline.runs` by their names, its channel, and a `claim` if it came with a key.
-- Keys are taken in order, and the lock of `activity` last, so that two transactions never wait for each other.
create function pipeline.accept_runs(the_runs json) returns setof uuid
language plpgsql as $$
begin
  perform pg_notify('gathering', 'activity');
  return query
    with asked as materialized (
      select * from json_to_recordset(the_runs) as asked (
        id uuid, channel text, pipeline_id uuid, pipeline_name text, pipeline_version integer, trigger text, input json,
        definition json, agents json, pipelines json, workflow_input json, request_id text, started_by text, tags text[],
        forked_from uuid, forked_node text, restart_id uuid, queued json, claim json
      )
    ), claimed as (
      insert into public.idempotency_keys (principal, route, key, body_hash, status, resource_id)
      select
        a.claim ->> 'principal', a.claim ->> 'route', a.claim ->> 'key', a.claim ->> 'bodyHash', (a.claim ->> 'status')::integer, a.id
      from asked a where a.claim is not null
      order by 1, 2, 3
      on conflict do nothing
      returning resource_id
    ), accepted as (
      insert into pipeline.runs as run (
        id, pipeline_id, pipeline_name, pipeline_version, trigger, input, definition, agents, pipelines, workflow_input, request_id,
        started_by, tags, forked_from, forked_node, restart_id
      )
      select
        a.id, a.pipeline_id, a.pipeline_name, a.pipeline_version, a.trigger, a.input, a.definition, a.agents,
        coalesce(a.pipelines, '{}'), a.workflow_input, a.request_id, a.started_by, coalesce(a.tags, '{}'), a.forked_from,
        a.forked_node, a.restart_id
      from asked a where a.claim is null or a.id in (select resource_id from claimed)
      returning run.id, run.pipeline_id, run.pipeline_name, run.created_at
    ), channels as (
      insert into event.channels (name, last_sequence)
      select a.channel, 1 from accepted join asked a using (id)
    ), activity as (
      update event.channels set last_sequence = last_sequence + (select count(*) from accepted)
      where name = 'activity' and exists (select from accepted)
      returning last_sequence - (select count(*) from accepted) as before
    ), told as (
      insert into event.events (channel, sequence, key, type, data, created_at)
      select a.channel, 1, id || '/run.queued', 'run.queued', coalesce(a.queued, '{}'), accepted.created_at
      from accepted join asked a using (id)
      union all
      select
        'activity', activity.before + row_number() over (order by id), id || '/run.queued', 'run.queued',
        json_build_object('runId', id, 'pipelineId', pipeline_id, 'pipelineName', pipeline_name, 'status', 'queued'), created_at
      from accepted, activity
    )
    select accepted.id from accepted;
end
$$;

create function pipeline.taken_nodes(taken json)
returns table (id text, kind text, status text, port text, output json, overridden boolean, place bigint)
language sql immutable as $$
  select t.value ->> 'id', t.value ->> 'kind', t.value ->> 'status', t.value ->> 'port', t.value -> 'output',
    coalesce((t.value ->> 'overridden')::boolean, false), t.ordinality
  from json_array_elements(taken) with ordinality t
$$;

-- Accepts a run that is a fork, with the nodes that it takes over as if they had run in it: their rows, what is inside of them, and
-- the items of maps. `taken` is, in the order of decisions, {id, kind, status, port, output?, overridden}; the places that they get in
-- the order of decisions are before everything that will be told of the run itself. The outcome is
--   accepted
--   replayed   the key of its claim was taken before
--   restarted  it restarts a run that was restarted before
--   absent     there is no such run to fork
create function pipeline.fork_run(the_run json, taken json) returns text
language plpgsql as $$
declare
  the_id uuid := (the_run ->> 'id')::uuid;
  the_source uuid := (the_run ->> 'forked_from')::uuid;
begin
  -- Nobody deletes it meanwhile, and nobody else restarts it.
  perform from pipeline.runs r where r.id = the_source for no key update;
  if not found then return 'absent'; end if;
  if the_run ->> 'trigger' = 'restart' and exists (
    select from pipeline.runs r where r.forked_from = the_source and r.trigger = 'restart'
  ) then return 'restarted'; end if;
  perform from pipeline.accept_runs(json_build_array(the_run));
  if not found then return 'replayed'; end if;
  insert into pipeline.run_nodes (
    run_id, path, iteration, node_id, kind, status, attempts, started_at, ended_at, input, output, error, port, decided, taken_over
  )
  select
    the_id, t.id, '0', t.id, t.kind, t.status, coalesce(n.attempts, 0), n.started_at, coalesce(n.ended_at, clock_timestamp()),
    n.input, case when t.overridden then t.output else n.output end, case when not t.overridden then n.error end, t.port,
    t.place - json_array_length(taken), case when t.overridden then 'overridden' else 'recorded' end
  from pipeline.taken_nodes(taken) t
  left join pipeline.run_nodes n
    on n.run_id = the_source and n.path = t.id and n.iteration = '0' and (t.overridden or n.status = t.status);

  insert into pipeline.run_nodes (
    run_id, path, iteration, node_id, kind, status, attempts, started_at, ended_at, input, output, error, port, decided, taken_over
  )
  select
    the_id, n.path, n.iteration, n.node_id, n.kind, n.status, n.attempts, n.started_at, n.ended_at, n.input, n.output, n.error,
    n.port, n.decided, 'recorded'
  from pipeline.taken_nodes(taken) t
  join pipeline.run_nodes n on n.run_id = the_source and starts_with(n.path, t.id || '.')
  where not t.overridden and t.status <> 'skipped' and t.kind in ('map', 'pipeline');

  insert into pipeline.run_items (run_id, path, iteration, index, value, error)
  select the_id, i.path, i.iteration, i.index, i.value, i.error
  from pipeline.taken_nodes(taken) t
  join pipeline.run_items i on i.run_id = the_source and (i.path = t.id or starts_with(i.path, t.id || '.'))
  where not t.overridden and t.status <> 'skipped' and t.kind in ('map', 'pipeline');
  return 'accepted';
end
$$;

-- The words of a run, of the first 8,000 characters each of its input and its output. What JSON writes for a line break is no word.
create function pipeline.words_in(name text, input json, output json, error json) returns tsvector
language sql immutable as $$
  select to_tsvector('simple', regexp_replace(
    concat_ws(' ', name, left(input::text, 8000), left(output::text, 8000), left(error ->> 'message', 2000)),
    '\\(u[0-9a-fA-F]{4}|.)', ' ', 'g'))
$$;

-- All the words of a question, or those that begin like them; null where it has none.
create function pipeline.words_asked(question text) returns tsquery
language sql immutable as $$
  select string_agg('''' || replace(replace(lexeme, '\', '\\'), '''', '''''') || ''':*', ' & ')::tsquery
  from unnest(to_tsvector('simple', question))
$$;

alter table pipeline.runs
  add column words tsvector generated always as (pipeline.words_in(pipeline_name, input, output, error)) stored;
-- A run that goes on changes often: it is found without an index, among the few that do.
create index runs_by_words on pipeline.runs using gin (words) with (gin_pending_list_limit = 1024) where ended_at is not null;
create index runs_going_on on pipeline.runs (id) where ended_at is null;
create index runs_by_tag on pipeline.runs using gin (tags) where tags <> '{}';
create index runs_by_name on pipeline.runs (pipeline_name, id);
-- The names of pipelines that there are runs of and that hold a text, in whatever case. Steps from name to name, not from run to run.
create function pipeline.names_holding(part text) returns text[]
language sql stable as $$
  with recursive names as (
    select min(pipeline_name) as name from pipeline.runs
    union all
    select (select min(r.pipeline_name) from pipeline.runs r where r.pipeline_name > names.name) from names where names.name is not null
  )
  select coalesce(array_agg(name), '{}') from names where strpos(lower(name), lower(part)) > 0
$$;
-- All that runs are sifted by, so that a search looks at this index only.
create index runs_sifted on pipeline.runs (id desc)
  include (status, pipeline_id, pipeline_version, trigger, cost_usd, created_at);
create index runs_by_end on pipeline.runs (ended_at) where ended_at is not null;

-- Deletes runs that ended before an instant, the oldest first, with all that is known of them; of several processes, one at a time
-- does so. Answers with their ids.
create function pipeline.delete_old_runs(before timestamptz, most integer) returns setof uuid
language plpgsql as $$
begin
  if not pg_try_advisory_xact_lock(7116020310) then return; end if;
  return query
    with old as (
      select id from pipeline.runs where ended_at is not null and ended_at < before order by ended_at limit most for update skip locked
    ), gone as (
      delete from pipeline.runs r using old where r.id = old.id returning r.id
    ), channels as (
      delete from event.channels where name in (select 'runs/' || id from gone)
    )
    select id from gone;
end
$$;
