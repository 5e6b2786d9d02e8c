-- Circuit breakers: what all runs together know of the target of one node of a pipeline. `path` names the node within its pipeline.
-- Open since `opened_at`, closed where that is null, for the last time at `closed_at`; `trial_key` names the effect that may try, until `trial_until`.
create table pipeline.breakers (
  pipeline_id uuid not null,
  path text not null,
  failures integer not null default 0,
  opened_at timestamptz,
  recovery_ms bigint not null,
  closed_at timestamptz,
  trial_key text,
  trial_until timestamptz,
  primary key (pipeline_id, path)
);

-- They go with their pipeline; a run outlives it and may leave one behind, which nobody sees.
create function pipeline.forget_breakers() returns trigger
language plpgsql as $$
begin
  delete from pipeline.breakers b where b.pipeline_id = old.id;
  return null;
end
$$;
create trigger forget_breakers after delete on pipeline.pipelines
for each row execute function pipeline.forget_breakers();

-- Whether an effect may be done. A breaker is {pipelineId, path, failureThreshold, recoveryMs, leaseMs}. Once the recovery time is over the
-- first to ask becomes the trial, and stays it for as long as its lease: a later attempt at the same effect too. Closed is the
-- common case and takes no lock. The run is locked, no channel is.
create function pipeline.may_call(breaker json, the_key text) returns boolean
language plpgsql as $$
declare
  moment constant timestamptz := clock_timestamp();
  found_one pipeline.breakers;
begin
  perform from pipeline.breakers b
  where b.pipeline_id = (breaker ->> 'pipelineId')::uuid and b.path = breaker ->> 'path' and b.opened_at is not null;
  if not found then return true; end if;
  select * into found_one from pipeline.breakers b
  where b.pipeline_id = (breaker ->> 'pipelineId')::uuid and b.path = breaker ->> 'path' for no key update;
  if found_one.opened_at is null then return true; end if;
  if found_one.opened_at + (breaker ->> 'recoveryMs')::double precision * interval '1 millisecond' > moment then return false; end if;
  if found_one.trial_key <> the_key and found_one.trial_until > moment then return false; end if;
  update pipeline.breakers b
  set trial_key = the_key, trial_until = moment + (breaker ->> 'leaseMs')::double precision * interval '1 millisecond'
  where b.pipeline_id = found_one.pipeline_id and b.path = found_one.path;
  return true;
end
$$;

-- A success: of the trial, it closes; before anything has opened, it makes the next failure the first one. What was called before it
-- opened and answers late says nothing about how the target is now.
create function pipeline.note_success(breaker json, the_key text) returns void
language plpgsql as $$
begin
  perform from pipeline.breakers b
  where b.pipeline_id = (breaker ->> 'pipelineId')::uuid and b.path = breaker ->> 'path' and (b.failures > 0 or b.opened_at is not null);
  if not found then return; end if;
  update pipeline.breakers b set
    failures = 0,
    closed_at = case when b.opened_at is null then b.closed_at else clock_timestamp() end,
    opened_at = null, trial_key = null, trial_until = null
  where b.pipeline_id = (breaker ->> 'pipelineId')::uuid and b.path = breaker ->> 'path'
    and (b.opened_at is null or b.trial_key = the_key);
end
$$;

-- A failed attempt: any of the trial opens again, and `Unavailable` ones in a row open. Others say nothing about the
-- target, nor does an attempt that began before the breaker closed.
create function pipeline.note_failure(breaker json, the_key text, failure_type text, begun timestamptz) returns void
language plpgsql as $$
declare
  moment constant timestamptz := clock_timestamp();
begin
  update pipeline.breakers b
  set failures = b.failures + 1, opened_at = moment, recovery_ms = (breaker ->> 'recoveryMs')::bigint, trial_key = null, trial_until = null
  where b.pipeline_id = (breaker ->> 'pipelineId')::uuid and b.path = breaker ->> 'path'
    and b.opened_at is not null and b.trial_key = the_key;
  if found or failure_type <> 'Unavailable' then return; end if;
  insert into pipeline.breakers as b (pipeline_id, path, failures, opened_at, recovery_ms)
  values (
    (breaker ->> 'pipelineId')::uuid, breaker ->> 'path', 1, case when (breaker ->> 'failureThreshold')::integer <= 1 then moment end,
    (breaker ->> 'recoveryMs')::bigint
  )
  on conflict (pipeline_id, path) do update set
    failures = b.failures + 1,
    recovery_ms = excluded.recovery_ms,
    opened_at = case when b.failures + 1 >= (breaker ->> 'failureThreshold')::integer then moment end
  where b.opened_at is null and (b.closed_at is null or b.closed_at < begun);
end
$$;

drop function pipeline.claim_effect(uuid, text, text, text, text, integer, json, text[], text[], text);
drop function pipeline.record_effect(uuid, text, text, integer, json, double precision, json);
drop function pipeline.fail_effect(uuid, text, text, integer, json, boolean, json);

-- As before, and: the node's breaker learns of the success.
create function pipeline.record_effect(
  the_run uuid, the_key text, engine_run text, the_attempt integer, the_result json, the_cost double precision, facts json, breaker json)
returns boolean
language plpgsql as $$
declare
  run_status text := pipeline.lock_run(the_run);
begin
  update pipeline.effects e set status = 'done', result = the_result, ended_at = clock_timestamp()
  where e.key = the_key and e.status = 'claimed' and e.engine_run_id = engine_run and e.attempt = the_attempt;
  if not found then return false; end if;
  if breaker is not null then perform pipeline.note_success(breaker, the_key); end if;
  if the_key like '%/model.%' then update pipeline.turn_texts t set closed = true where t.turn_id = the_key; end if;
  if the_cost > 0 then update pipeline.runs r set cost_usd = r.cost_usd + the_cost where r.id = the_run; end if;
  if not pipeline.is_ended(run_status) then perform pipeline.tell_locked(the_run, run_status, facts); end if;
  return true;
end
$$;

-- As before, and: the node's breaker learns of the failure. That the circuit is open is no failed attempt.
create function pipeline.fail_effect(
  the_run uuid, the_key text, engine_run text, the_attempt integer, the_error json, is_final boolean, facts json, breaker json)
returns boolean
language plpgsql as $$
declare
  run_status text := pipeline.lock_run(the_run);
  begun timestamptz;
  was_tried constant boolean := the_error ->> 'type' <> 'circuit_open';
begin
  update pipeline.effects e set
    failures = e.failures + case when was_tried then 1 else 0 end,
    status = case when is_final then 'failed' else 'claimed' end,
    result = case when is_final then the_error end,
    ended_at = case when is_final then clock_timestamp() end
  where e.key = the_key and e.status = 'claimed' and e.engine_run_id = engine_run and e.attempt = the_attempt
  returning e.claimed_at into begun;
  if not found then return false; end if;
  if breaker is not null and was_tried then perform pipeline.note_failure(breaker, the_key, the_error ->> 'type', begun); end if;
  if is_final then update pipeline.turn_texts t set closed = true where t.turn_id = the_key; end if;
  if not pipeline.is_ended(run_status) then perform pipeline.tell_locked(the_run, run_status, facts); end if;
  return true;
end
$$;
