-- Tells facts about a run: each one, once, in order, together with the rows that it changes.
-- A fact whose key is known already changes nothing. A node that has ended never changes.
create function pipeline.tell(the_run uuid, facts jsonb) returns void
language plpgsql as $$
declare
  the_channel text := 'runs/' || the_run;
  next_sequence bigint;
  first_sequence bigint;
  fact jsonb;
  told timestamptz := clock_timestamp();
  fact_type text;
begin
  if jsonb_array_length(facts) = 0 then return; end if;
  select last_sequence into next_sequence from event.channels where name = the_channel for update;
  if next_sequence is null then raise exception 'no channel %', the_channel using errcode = 'no_data_found'; end if;
  first_sequence := next_sequence;
  for fact in select value from jsonb_array_elements(facts) loop
    fact_type := fact ->> 'type';
    insert into event.events (channel, sequence, key, type, data, created_at)
    values (
      the_channel, next_sequence + 1, fact ->> 'key', fact_type,
      (fact - 'key' - 'type') || jsonb_build_object('timestamp', to_char(told at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')),
      told
    )
    on conflict (channel, key) do nothing;
    if not found then continue; end if;
    next_sequence := next_sequence + 1;
    if fact_type = 'run.started' then
      update pipeline.runs set status = 'running', started_at = told where id = the_run and status = 'queued';
    elsif fact_type like 'node.%' then
      insert into pipeline.run_nodes as node (run_id, path, iteration, node_id, kind, status, attempts, started_at, ended_at, output, error)
      values (
        the_run, fact ->> 'path', fact ->> 'iteration', fact ->> 'nodeId', fact ->> 'kind',
        case when fact_type in ('node.started', 'node.retrying') then 'running' else substr(fact_type, 6) end,
        case when fact_type in ('node.skipped', 'node.canceled') then 0 else coalesce((fact ->> 'attempt')::integer, 1) end,
        case when fact_type in ('node.skipped', 'node.canceled') then null else told end,
        case when fact_type in ('node.started', 'node.retrying') then null else told end,
        fact -> 'output', fact -> 'error'
      )
      on conflict (run_id, path, iteration) do update set
        status = excluded.status,
        attempts = greatest(node.attempts, excluded.attempts),
        started_at = coalesce(node.started_at, excluded.started_at),
        ended_at = excluded.ended_at,
        output = excluded.output,
        error = excluded.error
      where node.status not in ('completed', 'failed', 'skipped', 'canceled');
    end if;
  end loop;
  if next_sequence > first_sequence then
    update event.channels set last_sequence = next_sequence where name = the_channel;
    perform pg_notify('gathering', the_channel);
  end if;
end
$$;

-- Claims an effect for one attempt. Answers with the recorded result when it is done already, and with
-- 'superseded' when a later attempt of the same engine run holds it.
create function pipeline.claim_effect(the_run uuid, the_key text, engine_run text, the_attempt integer, facts jsonb)
returns table (outcome text, result jsonb, claims integer)
language plpgsql as $$
declare
  effect pipeline.effects;
begin
  insert into pipeline.effects as e (key, run_id, engine_run_id, attempt)
  values (the_key, the_run, engine_run, the_attempt)
  on conflict (key) do update
    set engine_run_id = excluded.engine_run_id, attempt = excluded.attempt, claims = e.claims + 1, claimed_at = clock_timestamp()
    where e.status = 'claimed' and (e.engine_run_id <> excluded.engine_run_id or e.attempt < excluded.attempt)
  returning * into effect;
  if effect.key is null then
    select * into effect from pipeline.effects as e where e.key = the_key;
    if effect.status = 'done' then
      perform pipeline.tell(the_run, facts);
      return query select 'done'::text, effect.result, effect.claims;
    else
      return query select 'superseded'::text, null::jsonb, effect.claims;
    end if;
    return;
  end if;
  perform pipeline.tell(the_run, facts);
  if effect.claims > 1 then
    update pipeline.run_nodes as n set attempts = effect.claims
    where n.run_id = the_run and the_key = the_run || '/' || n.path || '/' || n.iteration and n.status = 'running';
  end if;
  return query select 'claimed'::text, null::jsonb, effect.claims;
end
$$;

-- Records what an effect gave, with the facts that follow from it. False when another attempt holds the claim.
create function pipeline.record_effect(the_run uuid, the_key text, engine_run text, the_attempt integer, the_result jsonb, facts jsonb)
returns boolean
language plpgsql as $$
begin
  update pipeline.effects as e set status = 'done', result = the_result, done_at = clock_timestamp()
  where e.key = the_key and e.status = 'claimed' and e.engine_run_id = engine_run and e.attempt = the_attempt;
  if not found then return false; end if;
  perform pipeline.tell(the_run, facts);
  return true;
end
$$;

-- Ends a run once. Answers with the status that it has in the end, which is another one if it had ended before.
create function pipeline.close_run(the_run uuid, the_status text, the_output jsonb, the_error jsonb, the_cost double precision, facts jsonb)
returns text
language plpgsql as $$
declare
  final_status text;
begin
  perform pipeline.tell(the_run, facts);
  update pipeline.runs set status = the_status, output = the_output, error = the_error, cost_usd = the_cost,
    started_at = coalesce(started_at, clock_timestamp()), ended_at = clock_timestamp()
  where id = the_run and status not in ('completed', 'failed', 'canceled', 'timed_out');
  if found then
    perform pipeline.tell(the_run, jsonb_build_array(jsonb_strip_nulls(jsonb_build_object(
      'type', 'run.' || the_status, 'key', the_run || '/run.ended', 'output', the_output, 'error', the_error))));
  end if;
  select status into final_status from pipeline.runs where id = the_run;
  return final_status;
end
$$;
