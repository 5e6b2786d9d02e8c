-- Who may see what is written without saying for whom: the audience of the conversation that it is written in; of a person or a run, whom its
-- scope is for.
create function memory.audience_for(the_kind text, the_id uuid) returns uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(nullif(current_setting('gathering.usual_audience', true), '')::uuid, case the_kind
    when 'circle' then the_id
    when 'conversation' then (select memory.audience_of(c) from conversation.conversations c where c.id = the_id)
  end, '00000000-0000-0000-0000-000000000000')
$$;

-- Whether this viewer may change and forget what an audience may see.
create function memory.may_write(the_audience uuid) returns boolean
language sql stable as $$
  select memory.all_of('writes') or the_audience in (select memory.each_of('writes'))
$$;

-- Every change of memories is told to those who may see them, whatever made it: ids and scope, never content; of many at once, a hundred ids.
create function memory.tell_memories() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'UPDATE' then
    -- Nobody searches for what was superseded.
    delete from memory.vectors v using told n, before o
    where o.id = n.id and o.superseded_by is null and n.superseded_by is not null and v.unit_id = n.id;
    perform memory.tell(t.audience, 'superseded/' || t.ids[1], 'memory.superseded', t.data)
    from (
      select n.audience, array_agg(n.id order by n.id) as ids, jsonb_build_object('kind', n.kind,
        'scope', memory.scope_of(n.scope_kind, n.scope_id), 'ids', (array_agg(n.id order by n.id))[1:100], 'count', count(*)) as data
      from told n join before o on o.id = n.id where o.superseded_by is null and n.superseded_by is not null
      group by n.audience, n.kind, n.scope_kind, n.scope_id order by n.audience) t;
    return null;
  end if;
  if tg_op = 'DELETE' then
    delete from memory.vectors v using told n where v.unit_id = n.id;
  end if;
  perform memory.tell(t.audience, tg_argv[0] || '/' || t.ids[1], 'memory.' || tg_argv[0], t.data)
  from (
    select n.audience, array_agg(n.id order by n.id) as ids, jsonb_build_object('kind', n.kind,
      'scope', memory.scope_of(n.scope_kind, n.scope_id), 'ids', (array_agg(n.id order by n.id))[1:100], 'count', count(*)) as data
    from told n group by n.audience, n.kind, n.scope_kind, n.scope_id order by n.audience) t;
  return null;
end
$$;

create function memory.scope_of(the_kind text, the_id uuid) returns json
language sql immutable as $$
  select case the_kind when 'global' then json_build_object('kind', 'global') else json_build_object('kind', the_kind, 'id', the_id) end
$$;
create trigger tell_remembered after insert on memory.memories referencing new table as told
for each statement execute function memory.tell_memories('remembered');
create trigger tell_superseded after update on memory.memories referencing old table as before new table as told
for each statement execute function memory.tell_memories();
create trigger tell_forgotten after delete on memory.memories referencing old table as told
for each statement execute function memory.tell_memories('forgotten');

create function memory.drop_vectors() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  delete from memory.vectors v using gone where v.unit_id = gone.id;
  return null;
end
$$;
create trigger drop_vectors after delete on memory.chunks referencing old table as gone
for each statement execute function memory.drop_vectors();

-- Whoever follows what a circle remembers hears, in its place among the events, that they may not be one of those any more.
create function memory.tell_walls() returns trigger
language plpgsql as $$
declare
  the_circle uuid := case tg_table_name when 'memberships' then to_jsonb(old) ->> 'circle_id' else to_jsonb(old) ->> 'id' end;
begin
  perform memory.tell(the_circle, 'walls/' || gen_random_uuid(), 'walls.changed', '{}');
  return null;
end
$$;
create trigger tell_walls after delete on circle.memberships
for each row when (old.user_id is not null) execute function memory.tell_walls();
create trigger tell_walls after update of visibility, deleted_at on circle.circles
for each row when (old.visibility <> new.visibility or old.deleted_at is distinct from new.deleted_at) execute function memory.tell_walls();

-- What was remembered of something, or for nobody else to see, goes with it. Rows are locked before anything is told of them, as whoever else
-- writes one does: else the two could wait for each other.
create function memory.forget_place(the_id uuid) returns void
language sql as $$
  select from memory.knowledge_base where scope_id = the_id or audience = the_id order by id for update;
  select from memory.memories where scope_id = the_id or audience = the_id order by id for update;
  delete from memory.memories where scope_id = the_id or audience = the_id;
  delete from memory.knowledge_base where scope_id = the_id or audience = the_id;
$$;
-- Keeps there, until this transaction has ended, what something is to be remembered of and for: whoever deletes one of those waits, and forgets
-- what was remembered meanwhile. Comes first in its transaction, since deleting locks in that order too.
create function memory.hold_place(the_kind text, the_scope uuid, the_audience uuid) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  everywhere constant uuid := '00000000-0000-0000-0000-000000000000';
  held uuid[] := array[everywhere];
begin
  held := held || array(select u.id from auth.users u where u.id = the_audience for key share);
  held := held || array(select a.id from agent.agents a where the_kind = 'agent' and a.id = the_scope for key share);
  -- Deleting a circle changes no key of it.
  held := held || array(
    select c.id from circle.circles c where c.id in (the_scope, the_audience) and c.deleted_at is null order by c.id for share);
  held := held || array(
    select c.id from conversation.conversations c where c.id in (the_scope, the_audience) order by c.id for key share);
  if the_scope <> all (held) then raise exception 'the % is gone', the_kind using errcode = 'no_data_found'; end if;
  if the_audience <> all (held) then raise exception 'whoever may see it is gone' using errcode = 'no_data_found'; end if;
end
$$;

create function memory.forget_places() returns trigger
language plpgsql as $$
begin
  perform memory.forget_place(g.id) from gone g order by g.id;
  return null;
end
$$;
create function memory.forget_circle() returns trigger
language plpgsql as $$
begin
  perform memory.forget_place(new.id);
  return null;
end
$$;
create trigger forget_places after delete on agent.agents referencing old table as gone
for each statement execute function memory.forget_places();
create trigger forget_places after delete on auth.users referencing old table as gone
for each statement execute function memory.forget_places();
create trigger forget_places after delete on conversation.conversations referencing old table as gone
for each statement execute function memory.forget_places();
create trigger forget_circle after update of deleted_at on circle.circles
for each row when (old.deleted_at is null and new.deleted_at is not null) execute function memory.forget_circle();

-- How long, and how much, each kind of scope keeps.
create table memory.retention (
  scope_kind text primary key check (scope_kind in ('global', 'circle', 'agent', 'conversation')),
  max_age_days integer,
  max_items integer not null,
  updated_by text,
  updated_at timestamptz not null default clock_timestamp()
);
insert into memory.retention (scope_kind, max_age_days, max_items)
values ('global', null, 100000), ('circle', null, 20000), ('agent', null, 20000), ('conversation', 365, 1000);
grant select on memory.retention to gathering_memory;
