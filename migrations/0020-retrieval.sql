-- Finding what is remembered and known, by meaning and by words. docs/retrieval.md tells how and why.

-- Words of a text, and the parts of its identifiers: `runItems`, `run_items` and `docs/retrieval.md` are found by any of theirs.
create function memory.words_of(content text) returns tsvector
language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
  select to_tsvector('pg_catalog.english', content) || to_tsvector('pg_catalog.english', coalesce((
    select string_agg(
      regexp_replace(regexp_replace(part[1], '([a-z0-9])([A-Z])', '\1 \2', 'g'), '[^[:alnum:]]+', ' ', 'g'), ' ')
    from regexp_matches(content, '[[:alnum:]]+(?:[._/:-][[:alnum:]]+)+|[a-z]+[A-Z][[:alnum:]]*', 'g') part), ''))
$$;

alter table memory.memories drop column words;
alter table memory.memories add column words tsvector not null generated always as (memory.words_of(content)) stored;

-- Of a chunk: what stands in its document's name and in its headings counts more.
create function memory.note_words() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  new.words := setweight(memory.words_of(concat_ws(' ',
      (select k.name from memory.knowledge_base k where k.id = new.document_id), array_to_string(new.headings, ' '))), 'B')
    || memory.words_of(new.content);
  return new;
end
$$;
-- Of another version the name may be another one.
create trigger note_words before insert or update of content, headings, words, version on memory.chunks
for each row execute function memory.note_words();
-- Words stay in their row, where ranking reads them without a detour.
alter table memory.chunks set (toast_tuple_target = 8160);
alter table memory.memories set (toast_tuple_target = 8160);

create index vectors_by_walls on memory.vectors (space, source, audience, scope_id);
create index memories_by_walls on memory.memories (audience, scope_id) where superseded_by is null;
create index chunks_by_walls on memory.chunks (audience, scope_id);
create index memories_by_words on memory.memories using gin (words) with (gin_pending_list_limit = 1024) where superseded_by is null;
create index chunks_by_words on memory.chunks using gin (words) with (gin_pending_list_limit = 1024);
create index memories_by_tags on memory.memories using gin (tags) where superseded_by is null and tags <> '{}';
create index memories_by_kind on memory.memories (kind) where superseded_by is null;

-- What the viewer's walls let through, as a condition on `u` whose values a plan can be made for. Without a viewer: nothing.
create function memory.seen() returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(string_agg(
    format('u.%I = any(%L::uuid[])', columns.name, array(select memory.each_of(columns.setting))), ' and ' order by columns.name), 'true')
  from (values ('audience', 'audiences'), ('scope_id', 'scopes')) columns (name, setting)
  where memory.all_of(columns.setting) is not true
$$;

-- Any, or all, of several words or phrases; null where none of them says anything.
create function memory.phrases(given json, joined_by text) returns tsquery
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select string_agg('(' || phrase::text || ')', joined_by)::tsquery
  from json_array_elements_text(given) said, phraseto_tsquery('english', said) phrase where numnode(phrase) > 0
$$;

-- What makes a memory or a chunk `u` fit what is asked for: {scopeId?, kinds?, tags?, documentId?, excluded?: words}.
create function memory.fits(source text, asked json) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select concat_ws(' and ',
    case source
      when 'memory' then 'u.superseded_by is null and (u.expires_at is null or u.expires_at > now())'
      -- Of a document that is read anew, the version before serves until that is done.
      else 'exists (select from memory.knowledge_base k where k.id = u.document_id and (u.version = k.version) = (k.chunks is not null))'
    end,
    case when asked ->> 'scopeId' is not null then format('u.scope_id = %L::uuid', asked ->> 'scopeId') end,
    case when asked -> 'kinds' is not null then
      format('u.kind = any(%L::text[])', array(select json_array_elements_text(asked -> 'kinds'))) end,
    case when asked -> 'tags' is not null then
      format('u.tags <> ''{}'' and u.tags @> %L::text[]', array(select json_array_elements_text(asked -> 'tags'))) end,
    case when asked ->> 'documentId' is not null then format('u.document_id = %L::uuid', asked ->> 'documentId') end,
    case when memory.phrases(asked -> 'excluded', ' | ') is not null then
      format('not u.words @@ %L::tsquery', memory.phrases(asked -> 'excluded', ' | ')) end)
$$;

-- Ids of what fits, so many at most. Its owner sees over the walls, so they stand in the condition; whoever calls it joins under them again.
create function memory.fitting(source text, asked json, at_most integer) returns uuid[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan to off set jit to off as $$
declare
  ids uuid[];
begin
  execute format('select array(select u.id from memory.%I u where %s and %s limit %s)',
    case source when 'memory' then 'memories' else 'chunks' end, memory.seen(), memory.fits(source, asked), at_most) into ids;
  return ids;
end
$$;

-- Whether at most so many vectors are before the viewer, told by an index alone. As its owner reads over the walls, they stand in the condition.
create function memory.are_few(the_space smallint, source text, asked json, few integer) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan to off set jit to off as $$
declare
  counted boolean;
begin
  execute format('select count(*) <= %s from (select from memory.vectors u where u.space = %s and u.source = %L and %s limit %s) first_ones',
    few, the_space, source,
    concat_ws(' and ', memory.seen(), case when asked ->> 'scopeId' is not null then format('u.scope_id = %L::uuid', asked ->> 'scopeId') end), few + 1)
    into counted;
  return counted;
end
$$;

-- The nearest to a question by cosine, as many as `depth`, in no order. Where at most `few` fit, all of them are compared: exact, and faster than
-- to look for them in an index of all. Else that index gives the nearest one after the other until enough of them fit, up to 20 fewer, as each
-- costs there; where it gives up before that, all are compared. Runs as the viewer: the walls hold whatever stands here.
create function memory.nearest(the_space smallint, source text, question text, asked json, depth integer, few integer)
returns table (id uuid, similarity double precision)
language plpgsql
set enable_hashjoin to off set enable_mergejoin to off set enable_sort to off set enable_seqscan to off set jit to off as $$
declare
  is_narrowed constant boolean := asked -> 'kinds' is not null or asked -> 'tags' is not null or asked -> 'documentId' is not null;
  units constant text := case source when 'memory' then 'memories' else 'chunks' end;
  -- Scope and audience stand with the vectors too.
  mine constant text := replace(memory.seen()
    || case when asked ->> 'scopeId' is not null then format(' and u.scope_id = %L::uuid', asked ->> 'scopeId') else '' end, 'u.', 'v.');
  ours constant text := format('v.space = %s and v.source = %L and %s', the_space, source, mine);
  living constant text := format('exists (select from memory.%I u where u.id = x.unit_id and %s)', units, memory.fits(source, asked));
  the_dimensions integer;
  enough constant integer := least(depth, greatest(30, depth - 20));
  compared text[];
  ids uuid[];
  similarities double precision[];
begin
  select s.dimensions into strict the_dimensions from memory.spaces s where s.id = the_space;
  compared := array[
    format('select x.unit_id, 1 - x.distance from (
       select v.unit_id, v.embedding operator(public.<=>) %L::public.halfvec as distance from memory.vectors v where %s and ', question, ours),
    -- Ordered again outside, for the join could go round the other way.
    format(' order by 2) x where %s order by x.distance limit %s', living, depth)];
  if is_narrowed then
    ids := memory.fitting(source, asked, few + 1);
    if cardinality(ids) <= few then
      return query execute compared[1] || format('v.unit_id = any(%L::uuid[])', ids) || compared[2];
      return;
    end if;
  elsif memory.are_few(the_space, source, asked, few) then
    return query execute compared[1] || 'true' || compared[2];
    return;
  end if;
  perform
    set_config('hnsw.iterative_scan', 'relaxed_order', true), set_config('hnsw.max_scan_tuples', '20000', true),
    set_config('hnsw.ef_search', least(1000, greatest(150, 2 * enough))::text, true);
  execute format(
    'select array_agg(near.unit_id), array_agg(1 - near.distance) from (
       select x.unit_id, x.distance from (
         select v.unit_id, v.embedding::public.halfvec(%s) operator(public.<=>) %L::public.halfvec(%s) as distance
         from memory.vectors v where %s order by 2
       ) x where %s order by x.distance limit %s) near', the_dimensions, question, the_dimensions, ours, living, enough) into ids, similarities;
  if coalesce(cardinality(ids), 0) < enough then
    return query execute compared[1] || 'true' || compared[2];
    return;
  end if;
  return query select * from unnest(ids, similarities);
end
$$;

-- How often words occur, as far as statistics tell: of those that are in more than one of twenty.
create function memory.frequent_words(source text) returns table (word text, share real)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select frequent.word, frequent.share
  from pg_stats s, unnest(s.most_common_elems::text::text[], s.most_common_elem_freqs) frequent (word, share)
  where s.schemaname = 'memory' and s.tablename = case source when 'memory' then 'memories' else 'chunks' end and s.attname = 'words'
    and frequent.word is not null and frequent.share > 0.05
$$;

create function memory.word_query(word text) returns tsquery
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select ('''' || replace(replace(word, '\', '\\'), '''', '''''') || '''')::tsquery
$$;

-- What a word tells that occurs in `found` of `total`: the idf of BM25 (Robertson, Zaragoza: The Probabilistic Relevance Framework, 2009).
create function memory.idf(found real, total real) returns real
language sql immutable set search_path = pg_catalog, pg_temp as $$ select ln(1 + (greatest(total, found) - found + 0.5) / (found + 0.5))::real $$;

-- How many fit, counted to `at_most`: by the walls and the scope alone where nothing else is asked for, as an index tells that.
create function memory.count_fitting(source text, asked json, at_most integer) returns integer
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan to off set jit to off as $$
declare
  counted integer;
begin
  if asked -> 'kinds' is not null or asked -> 'tags' is not null or asked -> 'documentId' is not null then
    return cardinality(memory.fitting(source, asked, at_most));
  end if;
  execute format('select count(*) from (select from memory.%I u where %s limit %s) first_ones',
    case source when 'memory' then 'memories' else 'chunks' end,
    concat_ws(' and ', memory.seen(), case source when 'memory' then 'u.superseded_by is null' end,
      case when asked ->> 'scopeId' is not null then format('u.scope_id = %L::uuid', asked ->> 'scopeId') end), at_most) into counted;
  return counted;
end
$$;

-- The best by words, any of which may be missing; phrases may not. Where at most `few` fit, these are looked through. Else the rows are that
-- each rarer word is in, at most half of `few` of each, and some that frequent words are in; of these the ones whose words tell most. So the work
-- has a bound, however frequent words are. What is left is ranked by what each of all words tells (damped, as measured), how often it occurs, and how long the text is.
-- An index on words is of no use under row-level security, as `@@` might leak; so its owner reads and the walls stand in the condition. Gives ids
-- only: whoever calls it joins them under the walls again.
create function memory.best_by_words(source text, question text, asked json, depth integer, few integer)
returns table (id uuid, score real)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
set enable_seqscan to off set jit to off set max_parallel_workers_per_gather to 0 as $$
declare
  units constant text := case source when 'memory' then 'memories' else 'chunks' end;
  phrases constant tsquery := memory.phrases(asked -> 'phrases', ' & ');
  fitting constant text := concat_ws(' and ', memory.seen(), memory.fits(source, asked),
    case when phrases is not null then format('u.words @@ %L::tsquery', phrases) end);
  words text[];
  shares real[];
  any_word tsquery;
  total real;
  found real[];
  ids uuid[];
begin
  select array_agg(w.lexeme order by w.share nulls first), array_agg(w.share order by w.share nulls first) into words, shares
  from (
    select l.lexeme, f.share from unnest(memory.words_of(question)) l left join memory.frequent_words(source) f on f.word = l.lexeme
    order by f.share nulls first, l.positions[1] limit 24
  ) w;
  if words is null then return; end if;
  select string_agg(memory.word_query(w.word)::text, ' | ')::tsquery into any_word from unnest(words) w (word);
  total := memory.count_fitting(source, asked, few + 1);
  if total > few then
    select greatest(c.reltuples, total) into total from pg_class c where c.oid = format('memory.%I', units)::regclass;
    execute format(
      'with hits as materialized (%s), counted as (
         select l.place, case when l.share is not null then l.share * $1 else count(h.id) end::real as found
         from unnest($2, $3) with ordinality l (word, share, place) left join hits h on h.place = l.place
         group by l.place, l.share
       ), told as (select c.place, c.found, memory.idf(c.found, $1) as idf from counted c)
       select
         array(select t.found from told t order by t.place),
         array(
           select h.id from hits h left join told t on t.place = h.place group by h.id
           order by sum(case h.place when 0 then (select sum(a.idf) from told a) else coalesce(t.idf, 0) end) desc, h.id desc limit $4)',
      concat_ws(' union all ',
        (
          select string_agg(format('(select u.id, %s as place from memory.%I u where %s and u.words @@ %L::tsquery limit %s)',
            l.place, units, fitting, l.query, few / 2), ' union all ')
          from (
            select w.place, memory.word_query(w.word) as query from unnest(words, shares) with ordinality w (word, share, place)
            where w.share is null
            union all
            -- All of the rarer ones.
            select 0, (
              select string_agg(memory.word_query(w.word)::text, ' & ')::tsquery from unnest(words, shares) w (word, share) where w.share is null
            )
            where cardinality(array_positions(shares, null)) > 1
          ) l
        ),
        -- The function behind `@@`: an index would first gather all rows that a frequent word is in.
        format('(select u.id, -1 as place from (select u.id, u.words from memory.%I u where %s limit %s) u where ts_match_vq(u.words, %L::tsquery) limit %s)',
          units, fitting, 2 * few, any_word, case when array_position(shares, null) is null then few else 2 * depth end)
      )) into found, ids using total, words, shares, case when array_position(shares, null) is null then few else greatest(200, 2 * depth) end;
  end if;
  return query execute format(
    'with mine as materialized (
       select u.id, u.words, length(u.words) as length from memory.%I u where %s and %s and u.words @@ %L::tsquery
     ), each_word as materialized (
       select memory.word_query(w.word) as query, w.found from unnest($2, $3) w (word, found)
     ), told as materialized (
       select w.query, memory.idf(coalesce(w.found, (select count(*) from mine m where m.words @@ w.query))::real, $1) as idf from each_word w
     )
     select m.id, (
       (select sum(sqrt(t.idf) * ts_rank(''{0.6, 0.6, 1, 1}'', m.words, t.query)) from told t)
       / (0.7 + 0.3 * m.length / (select avg(a.length)::real from mine a)))::real as score
     from mine m order by score desc, m.id desc limit $4',
    units, case when ids is null then 'true' else format('u.id = any(%L::uuid[])', ids) end, fitting, any_word)
    using total, words, found, depth;
end
$$;
