-- By which port the run went on at a node that has ended, and the sequence of the event that told so: the order of decisions.
alter table pipeline.run_nodes add column port text, add column decided bigint;

-- Signals to workflows, written in the transaction that makes them necessary and kept until they are delivered.
create table pipeline.signals (
  id bigint generated always as identity primary key,
  run_id uuid not null references pipeline.runs on delete cascade,
  workflow_id text not null,
  name text not null,
  argument json not null,
  created_at timestamptz not null default clock_timestamp()
);

-- As before, and: a node may wait (for a person or a time); its row keeps the port and the place in the order of decisions.
create or replace function pipeline.tell_locked(the_run uuid, run_status text, facts json) returns void
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
      is_end := fact_type not in ('node.started', 'node.waiting', 'node.retrying');
      has_run := fact_type not in ('node.skipped', 'node.canceled');
      insert into pipeline.run_nodes as node
        (run_id, path, iteration, node_id, kind, status, attempts, started_at, ended_at, input, output, error, port, decided)
      values (
        the_run, described ->> 'path', described ->> 'iteration', described ->> 'nodeId', described ->> 'kind',
        case when is_end then substr(fact_type, 6) when fact_type = 'node.waiting' then 'waiting' else 'running' end,
        case when has_run then 1 else 0 end, case when has_run then told end, case when is_end then told end,
        fact -> 'input', coalesce(described -> 'output', fact -> 'output'), fact -> 'error',
        described ->> 'port', case when is_end then next_sequence + 1 end
      )
      on conflict (run_id, path, iteration) do update set
        status = excluded.status,
        ended_at = excluded.ended_at,
        input = coalesce(excluded.input, node.input),
        output = excluded.output,
        error = excluded.error,
        port = excluded.port,
        decided = excluded.decided
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
