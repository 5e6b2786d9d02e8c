-- Pausing and canceling. `control_revision` counts pauses and resumptions: of two that a workflow hears of, the one with the higher revision
-- is the later one. A cancellation is due until nothing of the run's workflow can be left.
alter table pipeline.runs
  add column control_revision integer not null default 0,
  add column cancel_requested_at timestamptz,
  add column cancel_due boolean not null default false;
create index runs_cancel_due on pipeline.runs (cancel_requested_at) where cancel_due;

-- Whether a run's workflow has told or done anything: before that there may be none.
create function pipeline.has_begun(the_run uuid) returns boolean
language sql stable as $$
  select exists (select from event.events e where e.channel = 'runs/' || the_run and e.key = the_run || '/run.started')
    or exists (select from pipeline.run_nodes n where n.run_id = the_run and n.started_at is not null)
$$;

-- Pauses or resumes a run, tells of it and leaves the signal `setPaused` for its workflow. Answers with the status of the run, which stays what
-- it is where the run has ended or nothing is to be changed.
create function pipeline.set_paused(the_run uuid, the_workflow text, is_paused boolean) returns text
language plpgsql as $$
declare
  the_status text := pipeline.lock_run(the_run);
  the_type constant text := case when is_paused then 'run.paused' else 'run.resumed' end;
  the_key text;
  revision integer;
begin
  if pipeline.is_ended(the_status) or is_paused = (the_status = 'paused') then return the_status; end if;
  the_status := case when is_paused then 'paused' when pipeline.has_begun(the_run) then 'running' else 'queued' end;
  update pipeline.runs r set
    status = the_status,
    control_revision = r.control_revision + 1,
    started_at = case when the_status = 'running' then coalesce(r.started_at, clock_timestamp()) else r.started_at end
  where r.id = the_run
  returning r.control_revision into revision;
  insert into pipeline.signals (run_id, workflow_id, name, argument)
  values (the_run, the_workflow, 'setPaused', json_build_object('revision', revision, 'paused', is_paused));
  the_key := the_run || '/' || the_type || '/' || revision;
  perform event.publish('runs/' || the_run, the_key, the_type, json_build_object('status', the_status));
  perform event.publish('activity', the_key, the_type,
    json_build_object('runId', r.id, 'pipelineId', r.pipeline_id, 'pipelineName', r.pipeline_name, 'status', the_status))
  from pipeline.runs r where r.id = the_run;
  return the_status;
end
$$;

-- Ends a run as canceled without its workflow: what has begun is canceled, what has not is skipped. Answers with the status that it
-- has in the end, which is another one if it had ended before.
create function pipeline.end_canceled(the_run uuid) returns text
language plpgsql as $$
declare
  given_up json;
begin
  perform pipeline.lock_run(the_run);
  select coalesce(json_agg(json_build_object(
    'key', the_run || '/' || n.path || '/' || n.iteration || '/node.canceled', 'type', 'node.canceled',
    'data', json_build_object('nodeId', n.node_id, 'path', n.path, 'iteration', n.iteration, 'kind', n.kind)
  ) order by n.begun nulls last, n.place, n.path, n.iteration), '[]')
  into given_up
  from (
    select b.node_id, b.path, b.iteration, b.kind, b.started_at as begun, 0 as place
    from pipeline.run_nodes b where b.run_id = the_run and not pipeline.is_ended(b.status)
    union all
    select d.value ->> 'id', d.value ->> 'id', '0', d.value ->> 'type', null, d.ordinality
    from pipeline.runs r, json_array_elements(r.definition -> 'nodes') with ordinality d
    where r.id = the_run and not exists (
      select from pipeline.run_nodes k where k.run_id = the_run and k.path = d.value ->> 'id' and k.iteration = '0')
  ) n;
  return pipeline.close_run(the_run, 'canceled', array[]::text[], null, given_up);
end
$$;

-- Stores that a run is to be canceled; one that has not begun ends at once. Answers with its status.
create function pipeline.request_cancel(the_run uuid) returns text
language plpgsql as $$
declare
  the_status text := pipeline.lock_run(the_run);
begin
  if pipeline.is_ended(the_status) then return the_status; end if;
  update pipeline.runs r set cancel_requested_at = coalesce(r.cancel_requested_at, clock_timestamp()), cancel_due = true
  where r.id = the_run;
  if pipeline.has_begun(the_run) then return the_status; end if;
  return pipeline.end_canceled(the_run);
end
$$;

-- As before, and: the breaker of the node, if it has one, is asked, and while its run is paused, no node begins. Two more outcomes:
--   circuit_open  the target must not be called; the claim is this attempt's, which is no attempt of the node's
--   paused        the node has not begun, and must not; `result` holds the revision that says so
-- Locks are taken in the order run, breaker, channels.
create function pipeline.claim_effect(
  the_run uuid, the_path text, the_iteration text, the_suffix text, engine_run text, the_attempt integer,
  facts json, node_keys text[], item_keys text[], turn_prefix text, breaker json,
  out outcome text, out result json, out claims integer, out failures integer, out outputs json, out items json, out turn json)
language plpgsql as $$
declare
  node_key text := the_run || '/' || the_path || '/' || the_iteration;
  the_key text := node_key || case when the_suffix = '' then '' else '/' || the_suffix end;
  run_status text := pipeline.lock_run(the_run);
  is_new boolean;
  node_status text;
  effect pipeline.effects;
begin
  if pipeline.is_ended(run_status) then outcome := 'ended'; return; end if;
  insert into pipeline.effects as e (key, run_id, engine_run_id, attempt)
  values (the_key, the_run, engine_run, the_attempt)
  on conflict do nothing
  returning e.claims, e.failures into claims, failures;
  is_new := found;
  if not is_new then
    select * into effect from pipeline.effects e where e.key = the_key;
    if effect.status in ('done', 'failed') then
      perform pipeline.tell_locked(the_run, run_status, facts);
      outcome := effect.status; result := effect.result; claims := effect.claims; failures := effect.failures;
      return;
    end if;
    if effect.engine_run_id = engine_run and effect.attempt >= the_attempt then outcome := 'superseded'; return; end if;
  end if;
  select n.status into node_status from pipeline.run_nodes n
  where n.run_id = the_run and n.path = the_path and n.iteration = the_iteration;
  if pipeline.is_ended(node_status) then
    if is_new then delete from pipeline.effects e where e.key = the_key; end if;
    outcome := 'ended';
    return;
  end if;
  if run_status = 'paused' and node_status is null then
    if is_new then delete from pipeline.effects e where e.key = the_key; end if;
    perform pipeline.tell_locked(the_run, run_status, (
      select coalesce(json_agg(f.value order by f.ordinality), '[]') from json_array_elements(facts) with ordinality f
      where not (f.value ->> 'type' = 'node.started' and f.value -> 'data' ->> 'path' = the_path and f.value -> 'data' ->> 'iteration' = the_iteration)
    ));
    outcome := 'paused';
    select json_build_object('revision', r.control_revision) into result from pipeline.runs r where r.id = the_run;
    return;
  end if;
  outcome := case when breaker is null or pipeline.may_call(breaker, the_key) then 'claimed' else 'circuit_open' end;
  if not is_new then
    update pipeline.effects e
    set engine_run_id = engine_run, attempt = the_attempt, claims = e.claims + 1, claimed_at = clock_timestamp()
    where e.key = the_key
    returning e.claims, e.failures into claims, failures;
  end if;
  perform pipeline.tell_locked(the_run, run_status, facts);
  if outcome = 'circuit_open' then
    if node_status is null then
      update pipeline.run_nodes n set attempts = 0
      where n.run_id = the_run and n.path = the_path and n.iteration = the_iteration;
    end if;
    return;
  end if;
  if claims > 1 then
    update pipeline.run_nodes n set attempts = n.attempts + 1
    where n.run_id = the_run and n.path = the_path and n.iteration = the_iteration;
    update pipeline.turn_texts t set attempt = claim_effect.claims, text = '' where t.turn_id = the_key;
  end if;
  if cardinality(node_keys) + cardinality(item_keys) > 0 then
    select v.outputs, v.items into outputs, items from pipeline.read_values(the_run, node_keys, item_keys) v;
  end if;
  if turn_prefix is not null then
    select coalesce(json_object_agg(substr(e.key, length(node_key) + 2), e.result), '{}') into turn from pipeline.effects e
    where e.key >= node_key || '/' || turn_prefix and e.key < node_key || '0' and starts_with(e.key, node_key || '/' || turn_prefix)
      and e.status = 'done';
  end if;
end
$$;
