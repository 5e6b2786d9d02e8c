-- Adds one event to a channel, once: false when the channel knows the key already. The channel's row is locked until the
-- transaction ends, which is what makes its sequence gapless and its order the order of commits.
create function event.publish(the_channel text, the_key text, the_type text, the_data json) returns boolean
language plpgsql as $$
declare
  the_sequence bigint;
begin
  select last_sequence + 1 into the_sequence from event.channels where name = the_channel for update;
  if not found then raise exception 'no channel %', the_channel using errcode = 'no_data_found'; end if;
  insert into event.events (channel, sequence, key, type, data, created_at)
  values (the_channel, the_sequence, the_key, the_type, the_data, clock_timestamp())
  on conflict (channel, key) do nothing;
  if not found then return false; end if;
  update event.channels set last_sequence = the_sequence where name = the_channel;
  perform pg_notify('gathering', the_channel);
  return true;
end
$$;

-- Tells the channel `activity` of a run's present status. Takes that channel's lock, so it comes last in its transaction.
create function pipeline.publish_activity(the_run uuid) returns void
language sql as $$
  select event.publish('activity', r.id || '/run.' || r.status, 'run.' || case r.status when 'running' then 'started' else r.status end,
    json_build_object('runId', r.id, 'pipelineId', r.pipeline_id, 'pipelineName', r.pipeline_name, 'status', r.status))
  from pipeline.runs r where r.id = the_run
$$;

-- Makes this transaction the only one that writes about the run; answers with the run's status.
create function pipeline.lock_run(the_run uuid) returns text
language plpgsql as $$
declare
  the_status text;
begin
  select status into the_status from pipeline.runs where id = the_run for no key update;
  if the_status is null then raise exception 'no run %', the_run using errcode = 'no_data_found'; end if;
  return the_status;
end
$$;

create function pipeline.is_ended(the_status text) returns boolean
language sql immutable as $$ select the_status in ('completed', 'failed', 'canceled', 'timed_out', 'skipped') $$;

-- Tells facts about a run that is locked and has not ended: each one, once, in order, together with the rows that it changes. A
-- fact is {key, type, data, input?, output?, error?}; `data` is what the event says, with the output unless that is too large and
-- stands beside it. Nothing is told of a node that has ended; one that is given up is canceled if it had begun, else skipped.
create function pipeline.tell_locked(the_run uuid, run_status text, facts json) returns void
language plpgsql as $$
declare
  the_channel text := 'runs/' || the_run;
  reserved bigint;
  next_sequence bigint;
  told timestamptz := clock_timestamp();
  fact json;
  described json;
  fact_type text;
  is_end boolean;
  has_run boolean;
begin
  if json_array_length(facts) = 0 then return; end if;
  update event.channels set last_sequence = last_sequence + json_array_length(facts)
  where name = the_channel returning last_sequence into strict reserved;
  next_sequence := reserved - json_array_length(facts);
  for fact in select value from json_array_elements(facts) loop
    fact_type := fact ->> 'type';
    described := fact -> 'data';
    if fact_type in ('node.skipped', 'node.canceled') then
      -- Whether a node that was given up had begun is known here best.
      perform from pipeline.run_nodes n
      where n.run_id = the_run and n.path = described ->> 'path' and n.iteration = described ->> 'iteration';
      fact_type := case when found then 'node.canceled' else 'node.skipped' end;
    end if;
    if fact_type like 'node.%' then
      is_end := fact_type not in ('node.started', 'node.retrying');
      has_run := fact_type not in ('node.skipped', 'node.canceled');
      insert into pipeline.run_nodes as node (run_id, path, iteration, node_id, kind, status, attempts, started_at, ended_at, input, output, error)
      values (
        the_run, described ->> 'path', described ->> 'iteration', described ->> 'nodeId', described ->> 'kind',
        case when is_end then substr(fact_type, 6) else 'running' end,
        case when has_run then 1 else 0 end, case when has_run then told end, case when is_end then told end,
        fact -> 'input', coalesce(described -> 'output', fact -> 'output'), fact -> 'error'
      )
      on conflict (run_id, path, iteration) do update set
        status = excluded.status,
        ended_at = excluded.ended_at,
        input = coalesce(excluded.input, node.input),
        output = excluded.output,
        error = excluded.error
      where not pipeline.is_ended(node.status);
      if not found then continue; end if;
    end if;
    insert into event.events (channel, sequence, key, type, data, created_at)
    values (the_channel, next_sequence + 1, fact ->> 'key', fact_type, described, told)
    on conflict (channel, key) do nothing;
    if found then next_sequence := next_sequence + 1; end if;
    if fact_type = 'run.started' and run_status = 'queued' then
      update pipeline.runs set status = 'running', started_at = told where id = the_run;
      perform pipeline.publish_activity(the_run);
    end if;
  end loop;
  if next_sequence < reserved then
    update event.channels set last_sequence = next_sequence where name = the_channel;
  end if;
  perform pg_notify('gathering', the_channel);
end
$$;

-- Tells facts about a run, unless it has ended.
create function pipeline.tell(the_run uuid, facts json) returns void
language plpgsql as $$
declare
  run_status text := pipeline.lock_run(the_run);
begin
  if not pipeline.is_ended(run_status) then perform pipeline.tell_locked(the_run, run_status, facts); end if;
end
$$;

-- What expressions see: outputs by `<path>/<iteration>`, items of maps by `<path>/<iteration>/<index>`.
create function pipeline.read_values(the_run uuid, node_keys text[], item_keys text[], out outputs json, out items json)
language sql stable as $$
  select
    (select coalesce(json_object_agg(k, coalesce(n.output, 'null')), '{}')
     from unnest(node_keys) k
     join pipeline.run_nodes n on n.run_id = the_run and n.path = split_part(k, '/', 1) and n.iteration = split_part(k, '/', 2)
       and n.status in ('completed', 'failed')),
    (select coalesce(json_object_agg(k, i.value), '{}')
     from unnest(item_keys) k
     join pipeline.run_items i on i.run_id = the_run and i.path = split_part(k, '/', 1) and i.iteration = split_part(k, '/', 2)
       and i.index = split_part(k, '/', 3)::integer)
$$;

-- Claims an effect of a node for one attempt, tells facts, and hands out what the effect needs. Its key is
-- `<run>/<path>/<iteration>`, with `/<suffix>` for one of the steps of an agent's turn. The outcome is
--   claimed     it is this attempt's to do
--   done        it was done; `result` is what was recorded
--   failed      it failed for good; `result` is the error
--   superseded  a later attempt has it
--   ended       the run or the node has ended: nothing may be done
-- `turn` holds the results of the node's other effects whose suffix begins with `turn_prefix`, by suffix.
create function pipeline.claim_effect(
  the_run uuid, the_path text, the_iteration text, the_suffix text, engine_run text, the_attempt integer,
  facts json, node_keys text[], item_keys text[], turn_prefix text,
  out outcome text, out result json, out claims integer, out failures integer, out outputs json, out items json, out turn json)
language plpgsql as $$
declare
  node_key text := the_run || '/' || the_path || '/' || the_iteration;
  the_key text := node_key || case when the_suffix = '' then '' else '/' || the_suffix end;
  run_status text := pipeline.lock_run(the_run);
  is_new boolean;
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
  perform from pipeline.run_nodes n
  where n.run_id = the_run and n.path = the_path and n.iteration = the_iteration and pipeline.is_ended(n.status);
  if found then
    if is_new then delete from pipeline.effects e where e.key = the_key; end if;
    outcome := 'ended';
    return;
  end if;
  if not is_new then
    update pipeline.effects e
    set engine_run_id = engine_run, attempt = the_attempt, claims = e.claims + 1, claimed_at = clock_timestamp()
    where e.key = the_key
    returning e.claims, e.failures into claims, failures;
  end if;
  perform pipeline.tell_locked(the_run, run_status, facts);
  if claims > 1 then
    update pipeline.run_nodes n set attempts = n.attempts + 1
    where n.run_id = the_run and n.path = the_path and n.iteration = the_iteration;
    update pipeline.turn_texts t set attempt = claim_effect.claims, text = '' where t.turn_id = the_key;
  end if;
  outcome := 'claimed';
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

-- Records what an effect gave, what it cost and the facts that follow from it. False when this attempt does not hold the claim.
create function pipeline.record_effect(
  the_run uuid, the_key text, engine_run text, the_attempt integer, the_result json, the_cost double precision, facts json)
returns boolean
language plpgsql as $$
declare
  run_status text := pipeline.lock_run(the_run);
begin
  update pipeline.effects e set status = 'done', result = the_result, ended_at = clock_timestamp()
  where e.key = the_key and e.status = 'claimed' and e.engine_run_id = engine_run and e.attempt = the_attempt;
  if not found then return false; end if;
  if the_key like '%/model.%' then update pipeline.turn_texts t set closed = true where t.turn_id = the_key; end if;
  if the_cost > 0 then update pipeline.runs r set cost_usd = r.cost_usd + the_cost where r.id = the_run; end if;
  if not pipeline.is_ended(run_status) then perform pipeline.tell_locked(the_run, run_status, facts); end if;
  return true;
end
$$;

-- Counts a failed attempt; with `is_final`, the effect has failed for good. False when this attempt does not hold the claim.
create function pipeline.fail_effect(
  the_run uuid, the_key text, engine_run text, the_attempt integer, the_error json, is_final boolean, facts json)
returns boolean
language plpgsql as $$
declare
  run_status text := pipeline.lock_run(the_run);
begin
  update pipeline.effects e set
    failures = e.failures + 1,
    status = case when is_final then 'failed' else 'claimed' end,
    result = case when is_final then the_error end,
    ended_at = case when is_final then clock_timestamp() end
  where e.key = the_key and e.status = 'claimed' and e.engine_run_id = engine_run and e.attempt = the_attempt;
  if not found then return false; end if;
  if is_final then update pipeline.turn_texts t set closed = true where t.turn_id = the_key; end if;
  if not pipeline.is_ended(run_status) then perform pipeline.tell_locked(the_run, run_status, facts); end if;
  return true;
end
$$;

-- Adds to the text that a model call is writing. False when this attempt (the `claims` of its claim) may write no more.
create function pipeline.append_text(
  the_turn text, the_run uuid, the_node text, the_path text, the_iteration text, the_attempt integer, delta text)
returns boolean
language plpgsql as $$
begin
  perform from pipeline.effects e where e.key = the_turn and e.status = 'claimed' and e.claims = the_attempt;
  if not found then return false; end if;
  insert into pipeline.turn_texts as t (turn_id, run_id, channel, node_id, path, iteration, attempt, text)
  values (the_turn, the_run, 'runs/' || the_run, the_node, the_path, the_iteration, the_attempt, delta)
  on conflict (turn_id) do update
    set text = case when t.attempt = excluded.attempt then t.text || delta else delta end, attempt = excluded.attempt
    where t.attempt <= excluded.attempt and not t.closed;
  if not found then return false; end if;
  perform pg_notify('gathering_text', 'runs/' || the_run);
  return true;
end
$$;

-- Tells how the pure nodes of a segment came out, once: answers with what was told first, for this key.
create function pipeline.tell_segment(the_run uuid, the_key text, the_result json, facts json) returns json
language plpgsql as $$
declare
  run_status text := pipeline.lock_run(the_run);
  told json;
begin
  select s.result into told from pipeline.segments s where s.run_id = the_run and s.key = the_key;
  if found then return told; end if;
  insert into pipeline.segments (run_id, key, result) values (the_run, the_key, the_result);
  if not pipeline.is_ended(run_status) then perform pipeline.tell_locked(the_run, run_status, facts); end if;
  return the_result;
end
$$;

-- Fixes the items of a map and tells facts. Answers with how many there are, which the first call decides.
create function pipeline.start_map(the_run uuid, the_path text, the_iteration text, items json, facts json) returns integer
language plpgsql as $$
declare
  run_status text := pipeline.lock_run(the_run);
begin
  if not exists (select from pipeline.run_items i where i.run_id = the_run and i.path = the_path and i.iteration = the_iteration) then
    insert into pipeline.run_items (run_id, path, iteration, index, value)
    select the_run, the_path, the_iteration, item.ordinality - 1, item.value
    from json_array_elements(items) with ordinality item;
  end if;
  if not pipeline.is_ended(run_status) then perform pipeline.tell_locked(the_run, run_status, facts); end if;
  return (select count(*) from pipeline.run_items i where i.run_id = the_run and i.path = the_path and i.iteration = the_iteration);
end
$$;

-- Completes a map: its output has, in the order of the items, the outputs of the sinks that ran by id, null for a failed item.
create function pipeline.complete_map(
  the_run uuid, the_path text, the_iteration text, the_node text, sinks text[], failed integer[], facts json)
returns void
language plpgsql as $$
declare
  prefix text := case when strpos(the_path, '.') = 0 then '' else the_iteration || '.' end;
  the_output json;
  described json;
begin
  perform pipeline.tell(the_run, facts);
  select coalesce(json_agg(case when not i.index = any (failed) then (
      select coalesce(json_object_agg(n.node_id, coalesce(n.output, 'null') order by array_position(sinks, n.node_id)), '{}')
      from unnest(sinks) sink
      join pipeline.run_nodes n on n.run_id = the_run and n.path = the_path || '.' || sink and n.iteration = prefix || i.index
        and n.status in ('completed', 'failed')
    ) end order by i.index), '[]')
  into the_output
  from pipeline.run_items i
  where i.run_id = the_run and i.path = the_path and i.iteration = the_iteration;
  described := case when octet_length(the_output::text) > 65536
    then json_build_object('nodeId', the_node, 'path', the_path, 'iteration', the_iteration, 'kind', 'map', 'port', 'default',
      'outputRef', json_build_object('bytes', octet_length(the_output::text)))
    else json_build_object('nodeId', the_node, 'path', the_path, 'iteration', the_iteration, 'kind', 'map', 'port', 'default',
      'output', the_output) end;
  perform pipeline.tell(the_run, json_build_array(json_build_object(
    'key', the_run || '/' || the_path || '/' || the_iteration || '/completed', 'type', 'node.completed',
    'data', described, 'output', the_output)));
end
$$;

-- Ends a run once. Answers with the status that it has in the end, which is another one if it had ended before.
create function pipeline.close_run(the_run uuid, the_status text, sinks text[], the_error json, facts json) returns text
language plpgsql as $$
declare
  final_status text;
  the_output json;
begin
  final_status := pipeline.lock_run(the_run);
  if pipeline.is_ended(final_status) then return final_status; end if;
  perform pipeline.tell_locked(the_run, final_status, facts);
  if the_status = 'completed' then
    select coalesce(json_object_agg(n.node_id, coalesce(n.output, 'null') order by array_position(sinks, n.node_id)), '{}')
    into the_output
    from pipeline.run_nodes n
    where n.run_id = the_run and n.path = any (sinks) and n.iteration = '0' and n.status in ('completed', 'failed');
  end if;
  perform event.publish('runs/' || the_run, the_run || '/run.ended', 'run.' || the_status, case
    when the_error is not null then json_build_object('status', the_status, 'error', the_error)
    when the_output is null then json_build_object('status', the_status)
    when octet_length(the_output::text) > 65536
      then json_build_object('status', the_status, 'outputRef', json_build_object('bytes', octet_length(the_output::text)))
    else json_build_object('status', the_status, 'output', the_output) end);
  update pipeline.runs set status = the_status, output = the_output, error = the_error,
    started_at = coalesce(started_at, clock_timestamp()), ended_at = clock_timestamp()
  where id = the_run;
  update pipeline.turn_texts t set closed = true where t.channel = 'runs/' || the_run and not t.closed;
  perform pipeline.publish_activity(the_run);
  return the_status;
end
$$;
