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
        definition json, agents json, workflow_input json, request_id text, started_by text, claim json
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
        id, pipeline_id, pipeline_name, pipeline_version, trigger, input, definition, agents, workflow_input, request_id, started_by
      )
      select
        a.id, a.pipeline_id, a.pipeline_name, a.pipeline_version, a.trigger, a.input, a.definition, a.agents, a.workflow_input,
        a.request_id, a.started_by
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
      select a.channel, 1, id || '/run.queued', 'run.queued', '{}'::json, accepted.created_at
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
