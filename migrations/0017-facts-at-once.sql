-- A segment tells a hundred nodes at once: the loop over facts took 30 ms of the embedded database for that.
alter function pipeline.tell_locked(uuid, text, json) rename to tell_in_turn;

-- Tells that nodes are completed, in two statements however many they are. False, and nothing is told, where it is not as plain as that:
-- other facts are among them, one of the nodes has ended, or something has been told before.
create function pipeline.tell_at_once(the_run uuid, facts json) returns boolean
language plpgsql as $$
declare
  the_channel constant text := 'runs/' || the_run;
  told constant timestamptz := clock_timestamp();
  is_plain boolean;
  before bigint;
begin
  with fact as materialized (
    select f.value ->> 'key' as key, f.value ->> 'type' as type, f.value -> 'data' ->> 'path' as path, f.value -> 'data' ->> 'iteration' as iteration
    from json_array_elements(facts) f
  )
  select bool_and(f.type = 'node.completed') and count(distinct (f.path, f.iteration)) = count(*) and count(distinct f.key) = count(*)
    and not exists (select from fact k join event.events e on e.channel = the_channel and e.key = k.key)
    and not exists (
      select from fact k
      join pipeline.run_nodes n on n.run_id = the_run and n.path = k.path and n.iteration = k.iteration and pipeline.is_ended(n.status))
  into is_plain
  from fact f;
  if not is_plain then return false; end if;

  update event.channels c set last_sequence = c.last_sequence + json_array_length(facts)
  where c.name = the_channel returning c.last_sequence - json_array_length(facts) into strict before;
  with fact as materialized (
    select f.ordinality as place, f.value as whole, f.value -> 'data' as data from json_array_elements(facts) with ordinality f
  ), node as (
    insert into pipeline.run_nodes as node
      (run_id, path, iteration, node_id, kind, status, attempts, started_at, ended_at, input, output, port, decided)
    select
      the_run, f.data ->> 'path', f.data ->> 'iteration', f.data ->> 'nodeId', f.data ->> 'kind', 'completed', 1, told, told,
      f.whole -> 'input', coalesce(f.data -> 'output', f.whole -> 'output'), f.data ->> 'port', before + f.place
    from fact f
    on conflict (run_id, path, iteration) do update set
      status = excluded.status,
      ended_at = excluded.ended_at,
      input = coalesce(excluded.input, node.input),
      output = excluded.output,
      error = excluded.error,
      port = excluded.port,
      decided = excluded.decided
  )
  insert into event.events (channel, sequence, key, type, data, created_at)
  select the_channel, before + f.place, f.whole ->> 'key', 'node.completed', f.data, told from fact f order by f.place;
  perform pg_notify('gathering', the_channel);
  return true;
end
$$;

-- As before, and: many nodes that are completed together are told together.
create function pipeline.tell_locked(the_run uuid, run_status text, facts json) returns void
language plpgsql as $$
declare
  others json := facts;
begin
  if json_array_length(facts) > 8 then
    if facts -> 0 ->> 'type' = 'run.started' then
      perform pipeline.tell_in_turn(the_run, run_status, json_build_array(facts -> 0));
      select json_agg(f.value order by f.ordinality) into others from json_array_elements(facts) with ordinality f where f.ordinality > 1;
    end if;
    if pipeline.tell_at_once(the_run, others) then return; end if;
  end if;
  perform pipeline.tell_in_turn(the_run, run_status, others);
end
$$;
