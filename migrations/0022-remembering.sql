-- Agents that remember: what their answers cite, and what is taken from their conversations.

-- What `[n]` in the text of an agent stands for: [{number, chunkId, documentId, documentName, page, headings}].
alter table conversation.messages add column citations jsonb;

-- As before, and: with what the message cites.
create or replace function conversation.append_message(m conversation.messages, the_branch integer) returns conversation.messages
language plpgsql as $$
begin
  update conversation.branches b set last_sequence = b.last_sequence + 1
  where b.conversation_id = m.conversation_id and b.branch = the_branch
  returning b.last_sequence into strict m.sequence;
  m.branch := the_branch;
  m.created_at := clock_timestamp();
  insert into conversation.messages select m.*;
  perform conversation.tell(m.conversation_id, 'message/' || m.id, 'message', jsonb_build_object(
    'agent_id', case when m.author_kind = 'agent' then m.author_id end, 'content', m.content,
    'messageId', m.id, 'branch', m.branch, 'sequence', m.sequence,
    'author', jsonb_build_object('kind', m.author_kind, 'id', m.author_id, 'name', m.author_name),
    'status', m.status, 'mentions', to_jsonb(m.mentions))
    || case when m.turn is null then '{}' else jsonb_build_object('turnId', m.conversation_id || '/' || m.turn) end
    || case when m.client_message_id is null then '{}' else jsonb_build_object('clientMessageId', m.client_message_id) end
    || case when m.citations is null then '{}' else jsonb_build_object('citations', m.citations) end
    || case when m.error is null then '{}' else jsonb_build_object('error', m.error) end);
  return m;
end
$$;

-- As before, and: `the_said` may hold the `citations` of the message.
create or replace function conversation.finish_turn(
  t conversation.turns, the_status text, the_message uuid, the_content text, the_said json, the_error json)
returns void
language plpgsql as $$
declare
  facts jsonb := coalesce(the_said::jsonb, '{"mentions": [], "texts": []}') - 'citations';
  m conversation.messages;
  a pipeline.approvals;
begin
  m.id := the_message;
  m.conversation_id := t.conversation_id;
  m.author_kind := 'agent';
  m.author_id := t.agent_id;
  m.author_name := t.agent_name;
  m.content := the_content;
  m.status := the_status;
  m.error := the_error;
  m.turn := t.number;
  m.steers := false;
  m.citations := nullif((the_said -> 'citations')::jsonb, '[]');
  m.mentions := array(select jsonb_array_elements_text(facts -> 'mentions')::uuid);
  update conversation.turns o set status = the_status, said = facts::json, error = the_error, ended_at = clock_timestamp()
  where o.conversation_id = t.conversation_id and o.number = t.number
  returning * into t;
  update pipeline.turn_texts x set closed = true
  where x.channel = 'conversations/' || t.conversation_id and not x.closed and starts_with(x.turn_id, t.conversation_id || '/' || t.number || '/');
  update conversation.tool_calls k set status = 'failed', result = coalesce(k.result, 'The turn has ended.'), ended_at = clock_timestamp()
  where k.conversation_id = t.conversation_id and k.turn = t.number and k.ended_at is null;
  m := conversation.append_message(m, t.branch);
  update conversation.exchanges e set
    turns = e.turns + 1, tokens = e.tokens + t.tokens, cost_usd = e.cost_usd + t.cost_usd,
    completed = case when the_status <> 'completed' then e.completed
      else e.completed || jsonb_build_object(t.purpose, coalesce((e.completed ->> t.purpose)::integer, 0) + 1) end
  where e.conversation_id = t.conversation_id and e.branch = t.branch and e.opened_at = t.opened_at;
  if not found then
    insert into conversation.exchanges select * from conversation.exchange_of(t.conversation_id, t.branch, t.opened_at);
  end if;
  update conversation.conversations c set revision = c.revision + 1, updated_at = clock_timestamp() where c.id = t.conversation_id;
  perform conversation.tell(t.conversation_id, 'turn/' || t.number || '/ended', 'turn.' || the_status,
    conversation.describe_turn(t) || jsonb_build_object('messageId', m.id, 'sequence', m.sequence, 'said', facts - 'texts' - 'mentions')
    || case when the_error is null then '{}' else jsonb_build_object('error', the_error) end);
  perform conversation.refresh_status(t.conversation_id);
  for a in
    update pipeline.approvals o set status = 'canceled', decided_at = clock_timestamp()
    where o.conversation_id = t.conversation_id and o.turn = t.number and o.status = 'pending' and o.call like 'tool.%'
    returning *
  loop
    perform pipeline.tell_approval(a, 'approval.canceled', '', '{}');
  end loop;
end
$$;

-- As before, and: whose call it is.
create or replace function conversation.read_call(the_conversation uuid, the_turn integer, the_call text) returns jsonb
language sql stable as $$
  select called.value::jsonb - 'id' || jsonb_build_object(
    'agentId', t.agent_id,
    'asks', coalesce(e.result::jsonb -> 'asks' ? the_call, false)
      and not exists (
        select from conversation.tool_grants g
        where g.conversation_id = the_conversation and g.agent_id = t.agent_id and g.tool = called.value ->> 'name'),
    'isApproved', coalesce(a.status = 'approved', false),
    'edit', (select d.edit from pipeline.decisions d where d.approval_id = a.id and d.decision = 'approve' order by d.decided_at desc limit 1))
  from conversation.turns t
  join conversation.effects e on e.key = the_conversation || '/' || the_turn || '/model.' || split_part(the_call, '.', 2)
  cross join lateral (select e.result -> 'toolCalls' -> split_part(the_call, '.', 3)::integer as value) called
  left join pipeline.approvals a on a.conversation_id = the_conversation and a.turn = the_turn and a.call = the_call
  where t.conversation_id = the_conversation and t.number = the_turn
$$;

-- Where the passages of a search begin to count that is made in a turn: after those of the searches before it, which have at most `a_search` each.
create function conversation.first_passage(the_conversation uuid, the_turn integer, the_call text, a_search integer) returns integer
language sql stable as $$
  select 1 + a_search * count(*)::integer
  from conversation.tool_calls k
  join conversation.tool_calls o on o.conversation_id = k.conversation_id and o.turn = k.turn and o.name = k.name
    and (o.started_at, o.call) < (k.started_at, k.call)
  where k.conversation_id = the_conversation and k.turn = the_turn and k.call = the_call
$$;

-- Of a conversation, what was taken from the messages of a branch up to one of them: its facts, or the whole told short. Texts do not stay here.
create table memory.extractions (
  key text collate "C" primary key,
  conversation_id uuid not null references conversation.conversations on delete cascade,
  kind text not null check (kind in ('facts', 'episode')),
  branch integer not null,
  until integer not null,
  -- `made`: a model has written what is to be kept; `done`: it is kept. `skipped`: a budget had too little left.
  status text not null default 'claimed' check (status in ('claimed', 'made', 'done', 'failed', 'skipped')),
  engine_run_id text not null,
  attempt integer not null,
  claims integer not null default 1,
  failures integer not null default 0,
  -- What the model has written, until it is kept.
  made json,
  claimed_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz,
  check ((made is not null) = (status = 'made'))
);
create index extractions_by_place on memory.extractions (conversation_id, branch, kind, until);

-- Up to which message of what a branch shows there is nothing to take any more.
create function memory.taken_until(the_conversation uuid, the_branch integer, the_kind text) returns integer
language sql stable as $$
  select coalesce(max(x.until), 0)
  from conversation.branch_parts p
  join memory.extractions x on x.conversation_id = p.conversation_id and x.branch = p.part and (p.until is null or x.until <= p.until)
  where p.conversation_id = the_conversation and p.branch = the_branch and x.kind = the_kind and x.ended_at is not null
$$;

-- What is taken from a conversation by; null where it is gone. `isGone`: they are for whom it would be remembered. `rememberers`: agents that
-- have spoken in it and remember, who spoke last first.
create function memory.read_remembering(the_conversation uuid) returns json
language sql stable as $$
  select json_build_object(
    'isEnded', c.status = 'ended', 'isGone', not memory.is_anybody(memory.audience_of(c)), 'circleId', c.circle_id, 'topic', c.topic,
    'branch', c.branch, 'last', b.last_sequence,
    'factsUntil', memory.taken_until(c.id, c.branch, 'facts'), 'episodeUntil', memory.taken_until(c.id, c.branch, 'episode'),
    'begun', (
      select json_build_object('kind', x.kind, 'branch', x.branch, 'until', x.until, 'after', memory.taken_until(c.id, x.branch, x.kind))
      from memory.extractions x where x.conversation_id = c.id and x.ended_at is null order by x.claimed_at limit 1),
    'rememberers', (
      select coalesce(json_agg(json_build_object('id', a.id, 'name', a.name, 'provider', a.provider, 'model', a.model, 'memoryScopes', a.memory_scopes)
        order by t.last desc), '[]')
      from (select o.agent_id, max(o.number) as last from conversation.turns o where o.conversation_id = c.id group by o.agent_id) t
      join agent.agents a on a.id = t.agent_id
      where jsonb_array_length(a.memory_scopes) > 0))
  from conversation.conversations c
  join conversation.branches b on b.conversation_id = c.id and b.branch = c.branch
  where c.id = the_conversation
$$;

-- Claims an extraction for one attempt: `claimed` (`made` is what a model has written for it already), `done` however it ended, `superseded`.
create function memory.claim_extraction(
  x memory.extractions, out outcome text, out claims integer, out failures integer, out made json)
language plpgsql as $$
declare
  known memory.extractions;
begin
  perform conversation.lock_conversation(x.conversation_id);
  select * into known from memory.extractions e where e.key = x.key;
  if known.ended_at is not null then outcome := 'done'; return; end if;
  if known.engine_run_id = x.engine_run_id and known.attempt >= x.attempt then outcome := 'superseded'; return; end if;
  insert into memory.extractions as e (key, conversation_id, kind, branch, until, engine_run_id, attempt)
  values (x.key, x.conversation_id, x.kind, x.branch, x.until, x.engine_run_id, x.attempt)
  on conflict (key) do update set
    engine_run_id = excluded.engine_run_id, attempt = excluded.attempt, claims = e.claims + 1, claimed_at = clock_timestamp()
  returning e.claims, e.failures, e.made into claims, failures, made;
  outcome := 'claimed';
end
$$;

-- Goes on with an extraction that an attempt holds: to `made`, with what the model has written; to its end, of which the conversation is told
-- (`told`); or, without a status, to one more failure. False when the attempt does not hold it any more.
create function memory.advance_extraction(
  the_key text, engine_run text, the_attempt integer, the_status text, the_made json, told json) returns boolean
language plpgsql as $$
declare
  x memory.extractions;
begin
  select * into x from memory.extractions e where e.key = the_key;
  if not found then return false; end if;
  perform conversation.lock_conversation(x.conversation_id);
  update memory.extractions e set
    status = coalesce(the_status, e.status), made = case when the_status is null then e.made else the_made end,
    failures = e.failures + case when the_status is null or the_status = 'failed' then 1 else 0 end,
    ended_at = case when the_status in ('done', 'failed', 'skipped') then clock_timestamp() end
  where e.key = the_key and e.ended_at is null and e.engine_run_id = engine_run and e.attempt = the_attempt;
  if not found then return false; end if;
  if told is not null then
    perform conversation.tell(x.conversation_id, 'memory/' || x.kind || '/' || x.branch || '.' || x.until, told ->> 'type',
      jsonb_build_object('kind', x.kind, 'branch', x.branch, 'until', x.until) || (told -> 'data')::jsonb);
  end if;
  return true;
end
$$;

-- Keeps an extraction under way until this transaction has ended; fails where it has ended.
create function memory.hold_extraction(the_key text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform from memory.extractions x where x.key = the_key and x.ended_at is null for share;
  if not found then raise exception 'nothing is taken for % any more', the_key using errcode = 'no_data_found'; end if;
end
$$;

-- What was said in a conversation until now is not remembered any more, nor what is just being taken from it; by whom may write what is.
create function memory.pass_over(the_conversation uuid) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  c conversation.conversations;
begin
  select * into c from conversation.conversations o where o.id = the_conversation for no key update;
  if c.id is null or not memory.may_write(memory.audience_of(c)) then return; end if;
  update memory.extractions x set status = 'skipped', made = null, ended_at = clock_timestamp()
  where x.conversation_id = c.id and x.ended_at is null;
  insert into memory.extractions (key, conversation_id, kind, branch, until, status, engine_run_id, attempt, ended_at)
  select format('%s/remember/%s.%s.%s', c.id, k.kind, b.branch, b.last_sequence), c.id, k.kind, b.branch, b.last_sequence, 'skipped', '', 0, clock_timestamp()
  from conversation.branches b cross join (values ('facts'), ('episode')) k (kind)
  where b.conversation_id = c.id and b.last_sequence > 0
  on conflict (key) do nothing;
end
$$;

-- Whoever comes to rest has said something that may be worth remembering, where an agent has spoken that remembers.
create function memory.wake_to_remember() returns trigger
language plpgsql as $$
begin
  if exists (
    select from conversation.turns t join agent.agents a on a.id = t.agent_id
    where t.conversation_id = new.id and jsonb_array_length(a.memory_scopes) > 0)
  then perform memory.wake('conversation', new.id::text, new.revision); end if;
  return null;
end
$$;
create trigger wake_to_remember after update of status on conversation.conversations
for each row when (old.status is distinct from new.status and new.status in ('idle', 'ended')) execute function memory.wake_to_remember();
