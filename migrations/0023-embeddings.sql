-- Spaces of embedding models. One is searched by; a second one may be filled beside it.

-- The nearest of a space are found through an index of its own for each source, since an index has one length of vectors, and memories and
-- knowledge are searched apart. Made while the space is empty, so that nobody waits for it.
create function memory.index_space(the_space smallint) returns void
language plpgsql as $$
declare
  the_dimensions integer;
  the_source text;
begin
  select s.dimensions into strict the_dimensions from memory.spaces s where s.id = the_space;
  foreach the_source in array array['memory', 'knowledge'] loop
    execute format(
      'create index if not exists %I on memory.vectors using hnsw ((embedding::halfvec(%s)) halfvec_cosine_ops)
       with (ef_construction = 128) where space = %s and source = %L',
      format('vectors_nearest_%s_%s', the_space, the_source), the_dimensions, the_space, the_source);
  end loop;
end
$$;

create function memory.drop_space_indexes(the_space smallint) returns void
language plpgsql as $$
begin
  execute format('drop index if exists memory.%I, memory.%I',
    format('vectors_nearest_%s_memory', the_space), format('vectors_nearest_%s_knowledge', the_space));
end
$$;

-- The active space; where there is none yet, that of the given model. Two that ask at once make one.
create function memory.active_space(the_provider text, the_model text, the_dimensions integer) returns memory.spaces
language plpgsql as $$
declare
  s memory.spaces;
begin
  select * into s from memory.spaces where status = 'active';
  if found then return s; end if;
  perform pg_advisory_xact_lock(hashtext('memory.spaces'));
  select * into s from memory.spaces where status = 'active';
  if found then return s; end if;
  insert into memory.spaces (provider, model, dimensions, status, created_by, activated_at)
  values (the_provider, the_model, the_dimensions, 'active', 'house', clock_timestamp()) returning * into s;
  perform memory.index_space(s.id);
  return s;
end
$$;

-- Tells every space that is searched by or filled, but one, that there may be something that it lacks. Its revision rises with each, so that a
-- wake-up that is delivered meanwhile is not taken for this one.
create function memory.wake_spaces(but smallint default null) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  with told as (
    update memory.spaces set revision = revision + 1
    where status in ('active', 'building') and id is distinct from but returning id, revision)
  select memory.wake('space', told.id::text, told.revision) from told
$$;

-- What has a vector in a space that is complete. Of a document that is being read, those parts only that had one in some space before: the rest
-- are its own workflow's.
create view memory.embeddable with (security_invoker = true) as
  select 'memory' as source, m.id, '{}'::text[] as headings, m.content
  from memory.memories m
  where m.superseded_by is null and (m.expires_at is null or m.expires_at > now())
  union all
  select 'knowledge', c.id, c.headings, c.content
  from memory.chunks c
  where exists (select from memory.knowledge_base k where k.id = c.document_id and k.status = 'completed')
    or exists (select from memory.vectors v where v.unit_id = c.id);
grant select on memory.embeddable to gathering_memory;

-- Searches by a space from here on, if it lacks nothing. Both are told: the old one is emptied, the new one looks for what was stored meanwhile.
create function memory.switch_space(the_space smallint) returns boolean
language plpgsql as $$
begin
  perform pg_advisory_xact_lock(hashtext('memory.spaces'));
  perform from memory.spaces where id = the_space and status = 'building' for no key update;
  if not found then return false; end if;
  if exists (
    select from memory.embeddable e
    where not exists (select from memory.vectors v where v.unit_id = e.id and v.space = the_space)
  ) then return false; end if;
  update memory.spaces set status = 'retired', revision = revision + 1, error = null where status = 'active';
  update memory.spaces set status = 'active', revision = revision + 1, error = null, activated_at = clock_timestamp() where id = the_space;
  perform memory.wake('space', id::text, revision) from memory.spaces where id = the_space or status = 'retired';
  return true;
end
$$;

-- Deletes vectors of a retired space, its indexes first. Answers with whether there may be more.
create function memory.empty_space(the_space smallint, at_most integer) returns boolean
language plpgsql as $$
declare
  deleted integer;
begin
  perform pg_advisory_xact_lock(hashtext('memory.spaces'));
  perform from memory.spaces where id = the_space and status = 'retired' for no key update;
  if not found then return false; end if;
  perform memory.drop_space_indexes(the_space);
  delete from memory.vectors v using (select unit_id from memory.vectors where space = the_space limit at_most) old
  where v.space = the_space and v.unit_id = old.unit_id;
  get diagnostics deleted = row_count;
  return deleted = at_most;
end
$$;
