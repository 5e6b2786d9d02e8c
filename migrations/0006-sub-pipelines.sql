-- The other pipelines that a run was started with, by how its nodes name them: {id, name, version, definition}.
alter table pipeline.runs add column pipelines json not null default '{}';

-- Why an item cannot be run: it does not fit the input of the pipeline that it is for.
alter table pipeline.run_items add column error json;

drop function pipeline.start_map(uuid, text, text, json, json);
drop function pipeline.complete_map(uuid, text, text, text, text[], integer[], json);

-- Fixes the items of a map and tells facts. Answers with how many there are and which of them cannot be run, which the first call
-- decides. `misfits` is {<index>: <error>}.
create function pipeline.start_map(
  the_run uuid, the_path text, the_iteration text, the_items json, the_misfits json, facts json,
  out count integer, out misfits integer[])
language plpgsql as $$
declare
  run_status text := pipeline.lock_run(the_run);
begin
  if not exists (select from pipeline.run_items i where i.run_id = the_run and i.path = the_path and i.iteration = the_iteration) then
    insert into pipeline.run_items (run_id, path, iteration, index, value, error)
    select the_run, the_path, the_iteration, item.ordinality - 1, item.value, the_misfits -> (item.ordinality - 1)::text
    from json_array_elements(the_items) with ordinality item;
  end if;
  if not pipeline.is_ended(run_status) then perform pipeline.tell_locked(the_run, run_status, facts); end if;
  select count(*), coalesce(array_agg(i.index order by i.index) filter (where i.error is not null), '{}')
  into start_map.count, start_map.misfits
  from pipeline.run_items i
  where i.run_id = the_run and i.path = the_path and i.iteration = the_iteration;
end
$$;

-- Completes a map: its output has, in the order of the items, the outputs of the sinks that ran by id, null for a failed item.
-- A node of kind `pipeline` has one item, whose output is its own.
create function pipeline.complete_map(
  the_run uuid, the_path text, the_iteration text, the_node text, the_kind text, sinks text[], failed integer[], facts json)
returns void
language plpgsql as $$
declare
  prefix text := case when strpos(the_path, '.') = 0 then '' else the_iteration || '.' end;
  the_output json;
  described json;
begin
  perform pipeline.tell(the_run, facts);
  select coalesce(json_agg(case when left_out.index is null then coalesce(items.output, '{}') end order by i.index), '[]')
  into the_output
  from pipeline.run_items i
  left join unnest(failed) left_out (index) on left_out.index = i.index
  left join lateral (
    select json_object_agg(n.node_id, coalesce(n.output, 'null') order by array_position(sinks, n.node_id)) as output
    from unnest(sinks) sink
    join pipeline.run_nodes n on n.run_id = the_run and n.path = the_path || '.' || sink and n.iteration = prefix || i.index
      and n.status in ('completed', 'failed')
  ) items on true
  where i.run_id = the_run and i.path = the_path and i.iteration = the_iteration;
  if the_kind = 'pipeline' then the_output := the_output -> 0; end if;
  described := case when octet_length(the_output::text) > 65536
    then json_build_object('nodeId', the_node, 'path', the_path, 'iteration', the_iteration, 'kind', the_kind, 'port', 'default',
      'outputRef', json_build_object('bytes', octet_length(the_output::text)))
    else json_build_object('nodeId', the_node, 'path', the_path, 'iteration', the_iteration, 'kind', the_kind, 'port', 'default',
      'output', the_output) end;
  perform pipeline.tell(the_run, json_build_array(json_build_object(
    'key', the_run || '/' || the_path || '/' || the_iteration || '/completed', 'type', 'node.completed',
    'data', described, 'output', the_output)));
end
$$;
