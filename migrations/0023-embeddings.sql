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
      'create index if not exists %I on memory.vectors using hnsw ((embedding::halfvec(%s)) halfvec_cosine_ops) where space = %s and source = %L',
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
