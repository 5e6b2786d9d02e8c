-- What is remembered, and the walls around it. Vectors are pgvector's, 0.8 or later.
create extension if not exists vector;

-- Whoever reads or writes a memory does so in this role, which owns nothing and sees, by the policies below, what the viewer sees whom
-- `memory.enter` has named. Roles belong to the whole server, so another database of it may have made it already.
do $$
begin
  create role gathering_memory nologin;
exception
  when duplicate_object or unique_violation then null;
  when insufficient_privilege then
    raise exception 'the role gathering_memory is missing and % may not create it', current_user
      using hint = format('As an administrator of the database: create role gathering_memory nologin; grant gathering_memory to %I;', current_user);
end
$$;
do $$
begin
  if not (select rolsuper from pg_roles where rolname = current_user) and not pg_has_role(current_user, 'gathering_memory', 'member') then
    execute format('grant gathering_memory to %I', current_user);
  end if;
end
$$;

-- One for each embedding model that was ever used: vectors of different ones are never compared.
create table memory.spaces (
  id smallint primary key generated always as identity,
  provider text not null,
  model text not null,
  dimensions integer not null check (dimensions between 1 and 4000),
  status text not null check (status in ('active', 'building', 'paused', 'failed', 'retired')),
  revision bigint not null default 1,
  error json,
  created_by text not null,
  created_at timestamptz not null default clock_timestamp(),
  activated_at timestamptz,
  unique (provider, model, dimensions),
  unique (id, dimensions)
);
create unique index spaces_active on memory.spaces ((true)) where status = 'active';
create unique index spaces_building on memory.spaces ((true)) where status in ('building', 'paused', 'failed');

-- `scope_id` says where it is recalled, `audience` who may see it: a circle, a person, or (nobody's) a conversation. Zeros: everywhere, everybody.
create table memory.memories (
  id uuid primary key,
  kind text not null check (kind in ('fact', 'episode', 'block')),
  scope_kind text not null check (scope_kind in ('global', 'circle', 'agent', 'conversation')),
  scope_id uuid not null,
  audience uuid not null,
  name text,
  content text not null check (content ~ '\S'),
  importance real not null default 0.5 check (importance between 0 and 1),
  tags text[] not null default '{}',
  author_kind text not null check (author_kind in ('user', 'agent', 'run', 'house')),
  author_id uuid,
  author_name text not null,
  -- The one from whose words it was taken, or who wrote it.
  person_id uuid,
  conversation_id uuid,
  -- {branch, from, until}
  messages json,
  run_id uuid,
  -- Names the effect that made it, so that it is made once.
  effect_key text unique,
  -- The first of those that took one another's place.
  chain uuid not null,
  supersedes uuid,
  superseded_by uuid,
  superseded_at timestamptz,
  supersede_reason text check (supersede_reason in ('edited', 'contradicted', 'renewed')),
  words tsvector not null generated always as (to_tsvector('english', content)) stored,
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz,
  check ((kind = 'block') = (name is not null)),
  check ((scope_kind = 'global') = (scope_id = '00000000-0000-0000-0000-000000000000'))
);
create index memories_by_scope on memory.memories (scope_id, id);
create index memories_by_audience on memory.memories (audience, id);
create index memories_by_chain on memory.memories (chain, id);
create index memories_by_conversation on memory.memories (conversation_id) where conversation_id is not null;
create index memories_by_person on memory.memories (person_id) where person_id is not null;
create index memories_by_expiry on memory.memories (expires_at) where expires_at is not null;
create unique index memories_block_names on memory.memories (scope_id, audience, name) where name is not null and superseded_by is null;

-- Documents of the knowledge base.
create table memory.knowledge_base (
  id uuid primary key,
  name text not null,
  scope_kind text not null check (scope_kind in ('global', 'circle', 'agent', 'conversation')),
  scope_id uuid not null,
  audience uuid not null,
  format text not null,
  media_type text not null,
  bytes integer not null,
  sha256 bytea not null,
  version integer not null default 1,
  status text not null default 'queued' check (status in ('queued', 'parsing', 'embedding', 'completed', 'paused', 'failed', 'canceled')),
  -- Rises with everything that its workflow has to hear of.
  revision bigint not null default 1,
  error json,
  pages integer,
  chunks integer,
  embedded integer not null default 0,
  created_by_id uuid,
  created_by text not null,
  request_id text,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp()
);
create index knowledge_base_by_scope on memory.knowledge_base (scope_id, id);
create index knowledge_base_by_audience on memory.knowledge_base (audience, id);
create unique index knowledge_base_contents on memory.knowledge_base (scope_id, audience, sha256);

-- The bytes of a document's present version, in pieces.
create table memory.document_pieces (
  document_id uuid not null references memory.knowledge_base on delete cascade,
  version integer not null,
  piece integer not null,
  content bytea not null,
  primary key (document_id, version, piece)
);

create table memory.chunks (
  id uuid primary key,
  document_id uuid not null references memory.knowledge_base on delete cascade,
  scope_id uuid not null,
  audience uuid not null,
  version integer not null,
  position integer not null,
  content text not null check (content ~ '\S'),
  page integer,
  headings text[] not null default '{}',
  -- {from, until}
  lines json,
  -- Of what is embedded: the headings and the content.
  embedded_hash bytea not null,
  words tsvector not null,
  created_at timestamptz not null default clock_timestamp()
);
create index chunks_by_document on memory.chunks (document_id, position);
create index chunks_by_scope on memory.chunks (scope_id);

-- Vectors of memories (`unit_id` of memory.memories) and of knowledge (of memory.chunks). Scope and audience stand here again, since the index
-- that finds the nearest reads nothing else.
create table memory.vectors (
  space smallint not null,
  dimensions integer not null,
  source text not null check (source in ('memory', 'knowledge')),
  unit_id uuid not null,
  scope_id uuid not null,
  audience uuid not null,
  embedding halfvec not null,
  primary key (unit_id, space),
  foreign key (space, dimensions) references memory.spaces (id, dimensions),
  check (vector_dims(embedding) = dimensions)
);
create index vectors_by_scope on memory.vectors (space, source, scope_id);

-- What was embedded before, by model and by hash of the text: no text, so no walls.
create table memory.embeddings_cache (
  provider text not null,
  model text not null,
  content_hash bytea not null,
  embedding halfvec not null,
  used_at timestamptz not null default clock_timestamp(),
  primary key (provider, model, content_hash)
);
create index embeddings_cache_by_use on memory.embeddings_cache (used_at);

-- Wake-ups of the workflows of this schema, kept until they are delivered (by signal-with-start).
create table memory.wake_ups (
  id bigint generated always as identity primary key,
  kind text not null check (kind in ('document', 'space', 'conversation')),
  subject text not null,
  revision bigint not null,
  created_at timestamptz not null default clock_timestamp(),
  unique (kind, subject)
);
create function memory.wake(the_kind text, the_subject text, the_revision bigint) returns void
language sql security definer set search_path = '' as $$
  insert into memory.wake_ups as w (kind, subject, revision) values (the_kind, the_subject, the_revision)
  on conflict (kind, subject) do update set revision = greatest(w.revision, excluded.revision)
$$;

-- The audience of what is said in a conversation: its circle, everybody where runs are read by all, or the person who talks with the agent.
create function memory.audience_of(c conversation.conversations) returns uuid
language sql immutable as $$
  select coalesce(c.circle_id, case when c.run_id is not null then '00000000-0000-0000-0000-000000000000'::uuid else coalesce(c.started_by, c.id) end)
$$;

-- What everybody may see.
create function memory.open_audiences() returns setof uuid
language sql stable as $$
  select '00000000-0000-0000-0000-000000000000'::uuid
  union all select c.id from circle.circles c where c.visibility = 'everyone' and c.deleted_at is null
$$;

create function memory.audiences_of(the_user uuid) returns setof uuid
language sql stable as $$
  select * from memory.open_audiences()
  union select the_user
  union select m.circle_id from circle.memberships m join circle.circles c on c.id = m.circle_id
    where m.user_id = the_user and c.deleted_at is null
$$;

-- Whether there is still somebody whom an audience is of. Nothing is remembered for those who are gone.
create function memory.is_anybody(the_audience uuid) returns boolean
language sql stable as $$
  select the_audience = '00000000-0000-0000-0000-000000000000'
    or exists (select from circle.circles c where c.id = the_audience and c.deleted_at is null)
    or exists (select from auth.users u where u.id = the_audience)
    or exists (select from conversation.conversations c where c.id = the_audience)
$$;

-- Opens this transaction's eyes: from here on it is in the role `gathering_memory` and sees what the viewer sees. What that is follows from who
-- it is, never from what is asked for:
--   {kind: person, id, role}: what their audiences may see, in every scope; administrators everything
--   {kind: agent, agentId, conversationId}: of its own scopes (`memoryScopes`) what everybody who reads along may see; writes to just those,
--     and nothing where they are gone
--   {kind: conversation, conversationId}: what is remembered of a conversation by the house: the same, without an agent's own scope
--   {kind: run, runId, agentId?}: what everybody may see, as everybody reads runs; of an agent: in its scopes `global` and `agent`
--   {kind: house}: everything; for work on all of it, such as embedding, retention and export
create function memory.enter(viewer json) returns void
language plpgsql as $$
declare
  everywhere constant uuid := '00000000-0000-0000-0000-000000000000';
  c conversation.conversations;
  a agent.agents;
  own uuid;
  audiences uuid[];
  scopes uuid[];
  writes uuid[];
  -- Of what is written without saying for whom; null: by its scope, see memory.audience_for.
  usual uuid;
begin
  -- What a transaction began as, it stays: nobody widens what they see in the midst of it.
  if current_user = 'gathering_memory' then raise exception 'this transaction is somebody''s already' using errcode = 'object_not_in_prerequisite_state'; end if;
  case viewer ->> 'kind'
    when 'house' then null;
    when 'person' then
      if viewer ->> 'role' is distinct from 'admin' then
        audiences := array(select * from memory.audiences_of((viewer ->> 'id')::uuid));
        -- Who only observes a circle adds nothing to what is remembered of it.
        writes := array(
          select one from unnest(audiences) one
          except select m.circle_id from circle.memberships m where m.user_id = (viewer ->> 'id')::uuid and m.role = 'observer');
      end if;
    when 'agent', 'conversation' then
      select * into c from conversation.conversations o where o.id = (viewer ->> 'conversationId')::uuid;
      if c.id is null then raise exception 'no conversation %', viewer ->> 'conversationId' using errcode = 'no_data_found'; end if;
      own := memory.audience_of(c);
      audiences := array(
        select * from memory.open_audiences()
        union select own
        union select m from memory.audiences_of(c.started_by) m where c.circle_id is null and c.run_id is null and c.started_by is not null);
      writes := case when memory.is_anybody(own) then array[own] else '{}' end;
      usual := own;
      if viewer ->> 'kind' = 'conversation' then
        -- What it learns may be for any agent that speaks in it.
        scopes := array_remove(array[everywhere, c.circle_id, c.id, c.agent_id]
          || array(select distinct t.agent_id from conversation.turns t where t.conversation_id = c.id), null);
      else
        select * into a from agent.agents g where g.id = (viewer ->> 'agentId')::uuid;
        if a.id is null then raise exception 'no agent %', viewer ->> 'agentId' using errcode = 'no_data_found'; end if;
        scopes := array_remove(array[
          case when a.memory_scopes ? 'global' then everywhere end,
          case when a.memory_scopes ? 'circle' then c.circle_id end,
          case when a.memory_scopes ? 'agent' then a.id end,
          case when a.memory_scopes ? 'conversation' then c.id end], null);
      end if;
    when 'run' then
      audiences := array(select * from memory.open_audiences());
      if viewer ->> 'agentId' is not null then
        select * into a from agent.agents g where g.id = (viewer ->> 'agentId')::uuid;
        if a.id is null then raise exception 'no agent %', viewer ->> 'agentId' using errcode = 'no_data_found'; end if;
        scopes := array_remove(array[
          case when a.memory_scopes ? 'global' then everywhere end, case when a.memory_scopes ? 'agent' then a.id end], null);
        writes := array[everywhere];
        usual := everywhere;
      end if;
    else raise exception 'no such viewer: %', viewer using errcode = 'invalid_parameter_value';
  end case;
  perform
    set_config('gathering.audiences', coalesce(array_to_string(audiences, ','), '*'), true),
    set_config('gathering.scopes', coalesce(array_to_string(scopes, ','), '*'), true),
    set_config('gathering.writes', coalesce(array_to_string(writes, ','), '*'), true),
    set_config('gathering.usual_audience', coalesce(usual::text, ''), true),
    set_config('role', 'gathering_memory', true);
end
$$;

-- What `memory.enter` has set, as the policies ask for it. Without it: nothing.
create function memory.all_of(setting text) returns boolean
language sql stable as $$ select current_setting('gathering.' || setting, true) = '*' $$;
create function memory.each_of(setting text) returns setof uuid
language sql stable as $$
  select unnest(case when current_setting('gathering.' || setting, true) in ('', '*') then null
    else string_to_array(current_setting('gathering.' || setting, true), ',')::uuid[] end)
$$;

-- The walls. Each subselect is computed once a statement.
do $$
declare
  walled text;
  sees constant text := '((select memory.all_of(''audiences'')) or audience in (select memory.each_of(''audiences'')))
    and ((select memory.all_of(''scopes'')) or scope_id in (select memory.each_of(''scopes'')))';
  writes constant text := sees || ' and ((select memory.all_of(''writes'')) or audience in (select memory.each_of(''writes'')))';
begin
  foreach walled in array array['memories', 'knowledge_base', 'chunks', 'vectors'] loop
    execute format('alter table memory.%I enable row level security', walled);
    execute format('create policy %I on memory.%I for select to gathering_memory using (%s)', walled || '_seen', walled, sees);
    execute format('create policy %I on memory.%I for insert to gathering_memory with check (%s)', walled || '_added', walled, writes);
    execute format('create policy %I on memory.%I for update to gathering_memory using (%s) with check (%s)', walled || '_changed', walled, writes, writes);
    execute format('create policy %I on memory.%I for delete to gathering_memory using (%s)', walled || '_removed', walled, writes);
  end loop;
  -- The bytes follow their document.
  alter table memory.document_pieces enable row level security;
  create policy document_pieces_seen on memory.document_pieces to gathering_memory
    using (exists (select from memory.knowledge_base k where k.id = document_id));
end
$$;
grant usage on schema memory to gathering_memory;
grant select, insert, update, delete on memory.memories, memory.knowledge_base, memory.chunks, memory.vectors, memory.document_pieces to gathering_memory;
grant select on memory.spaces to gathering_memory;
grant select, insert, update, delete on memory.embeddings_cache to gathering_memory;

-- Tells those who may see it, on the channel `memories/<audience>` (that of zeros: `memories/everyone`), once for a key.
create function memory.tell(the_audience uuid, the_key text, the_type text, the_data jsonb) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  the_channel text := 'memories/' || case the_audience when '00000000-0000-0000-0000-000000000000' then 'everyone' else the_audience::text end;
begin
  insert into event.channels (name) values (the_channel) on conflict do nothing;
  return event.publish(the_channel, the_key, the_type, the_data::json);
end
$$;

-- Names for those who see the memory anyway, whatever else they may read; null where it is gone.
create function memory.scope_name(the_kind text, the_id uuid) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select case the_kind
    when 'circle' then (select c.name from circle.circles c where c.id = the_id)
    when 'agent' then (select a.name from agent.agents a where a.id = the_id)
    when 'conversation' then (select coalesce(nullif(left(c.topic, 80), ''), c.partner_name) from conversation.conversations c where c.id = the_id)
  end
$$;
create function memory.describe_audience(the_audience uuid) returns json
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select case
    when the_audience = '00000000-0000-0000-0000-000000000000' then json_build_object('kind', 'everyone')
    when c.id is not null then json_build_object('kind', 'circle', 'id', c.id, 'name', c.name)
    when u.id is not null then json_build_object('kind', 'person', 'id', u.id, 'name', u.name)
    when o.id is not null then json_build_object('kind', 'conversation', 'id', o.id, 'name', o.partner_name)
    else json_build_object('kind', 'person', 'id', the_audience, 'name', null)
  end
  from (select) nothing
  left join circle.circles c on c.id = the_audience
  left join auth.users u on u.id = the_audience
  left join conversation.conversations o on o.id = the_audience
$$;
