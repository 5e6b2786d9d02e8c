-- Turns: the protocol of their effects, how they end, and the state that the next ones are decided by. Each function is one statement of an
-- activity and takes the conversation's lock first.

alter table conversation.effects
  -- Of a model call: the last sequence of the turn's branch when it was claimed, up to which it has read what steers.
  add column read_until integer,
  -- What its failed attempts took.
  add column failed_ms integer not null default 0;

create index messages_that_steer on conversation.messages (conversation_id, branch, sequence) where steers;
create index turns_by_exchange on conversation.turns (conversation_id, opened_at, number);

-- Sums over the ended turns of an exchange as a branch shows it, from the first one that ends there.
create table conversation.exchanges (
  conversation_id uuid not null references conversation.conversations on delete cascade,
  branch integer not null,
  opened_at integer not null,
  turns integer not null,
  tokens bigint not null,
  cost_usd numeric(20, 10) not null,
  -- Completed turns by purpose.
  completed jsonb not null,
  primary key (conversation_id, branch, opened_at)
);

-- The sums of an exchange, counted where nobody has yet.
create function conversation.exchange_of(the_conversation uuid, the_branch integer, opened integer) returns conversation.exchanges
language plpgsql stable as $$
declare
  e conversation.exchanges;
begin
  select * into e from conversation.exchanges x
  where x.conversation_id = the_conversation and x.branch = the_branch and x.opened_at = opened;
  if found then return e; end if;
  select the_conversation, the_branch, opened, coalesce(sum(u.turns), 0), coalesce(sum(u.tokens), 0), coalesce(sum(u.cost_usd), 0),
    coalesce(jsonb_object_agg(u.purpose, u.completed) filter (where u.completed > 0), '{}')
  into e
  from (
    select t.purpose, count(*) as turns, sum(t.tokens) as tokens, sum(t.cost_usd) as cost_usd,
      count(*) filter (where t.status = 'completed') as completed
    from conversation.turns t
    join conversation.messages m on m.conversation_id = t.conversation_id and m.turn = t.number
    join conversation.branch_parts p on p.conversation_id = m.conversation_id and p.part = m.branch and (p.until is null or m.sequence <= p.until)
    where t.conversation_id = the_conversation and t.opened_at = opened and t.ended_at is not null and p.branch = the_branch
    group by t.purpose
  ) u;
  return e;
end
$$;

-- As what an agent may speak in a conversation; null: it may not.
create function conversation.role_of(c conversation.conversations, the_agent uuid) returns text
language sql stable as $$
  select case
    when c.circle_id is null then (select 'member' from agent.agents a where a.id = the_agent and a.id = c.agent_id)
    else (
      select m.role from circle.memberships m
      where m.circle_id = c.circle_id and m.agent_id = the_agent and m.role <> 'observer')
  end
$$;

-- The turn that a person wants anew; null also where its agent may not speak any more.
create function conversation.wanted_anew(c conversation.conversations) returns jsonb
language sql stable as $$
  select case when conversation.role_of(c, (c.regenerate ->> 'agentId')::uuid) is not null then c.regenerate end
$$;

-- Agents that may speak, in the order of joining.
create function conversation.speakers(c conversation.conversations)
returns table (agent agent.agents, role text, place bigint)
language sql stable as $$
  select a, m.role, m.position
  from circle.memberships m join agent.agents a on a.id = m.agent_id
  where m.circle_id = c.circle_id and m.role <> 'observer'
  union all
  select a, 'member', 0 from agent.agents a where c.circle_id is null and a.id = c.agent_id
$$;

-- The last turns of an exchange that a branch shows, as facts, oldest first; of the last ones that there are on all branches.
create function conversation.recent_turns(the_conversation uuid, the_branch integer, opened integer, at_most integer) returns jsonb
language sql stable as $$
  with last_turns as materialized (
    select t.number, t.agent_id, t.purpose, t.status, t.said from conversation.turns t
    where t.conversation_id = the_conversation and t.opened_at = opened and t.ended_at is not null
    order by t.number desc limit at_most * 10
  ), shown as materialized (
    select t.*, m.sequence
    from last_turns t
    cross join lateral (
      select o.sequence, o.branch from conversation.messages o where o.conversation_id = the_conversation and o.turn = t.number
    ) m
    join conversation.branch_parts p on p.conversation_id = the_conversation and p.branch = the_branch and p.part = m.branch
      and (p.until is null or m.sequence <= p.until)
    order by t.number desc limit at_most
  )
  select coalesce(jsonb_agg(s.said::jsonb || jsonb_build_object(
    'number', s.number, 'agentId', s.agent_id, 'purpose', s.purpose, 'status', s.status) order by s.sequence), '[]')
  from shown s
$$;

-- Who spoke last before an exchange: also a turn of the one before that ended after this one was opened.
create function conversation.last_speaker(the_conversation uuid, the_branch integer, opened integer) returns uuid
language sql stable as $$
  select last.author_id
  from conversation.branch_parts p
  cross join lateral (
    (select m.sequence, m.author_id from conversation.messages m
     where m.conversation_id = p.conversation_id and m.branch = p.part and (p.until is null or m.sequence <= p.until)
       and m.author_kind = 'agent' and m.sequence < opened
     order by m.sequence desc limit 1)
    union all
    (select early.sequence, early.author_id
     from (
       select m.sequence, m.author_id, m.turn from conversation.messages m
       where m.conversation_id = p.conversation_id and m.branch = p.part and (p.until is null or m.sequence <= p.until)
         and m.sequence > opened
       order by m.sequence limit 20
     ) early
     join conversation.turns t on t.conversation_id = p.conversation_id and t.number = early.turn and t.opened_at <> opened)
  ) last
  where p.conversation_id = the_conversation and p.branch = the_branch
  order by last.sequence desc limit 1
$$;

-- Whom people mention in what opened an exchange and in what they had said before it that no turn of an earlier one has read: the last 200
-- such messages. A turn has read what people said up to the opening of its exchange.
create function conversation.mentions_of(the_conversation uuid, the_branch integer, opened integer) returns jsonb
language sql stable as $$
  with parts as materialized (
    select p.part, p.until from conversation.branch_parts p where p.conversation_id = the_conversation and p.branch = the_branch
  ), known as materialized (
    select coalesce(max(t.opened_at), 0) as until
    from parts p
    cross join lateral (
      (select m.turn from conversation.messages m
       where m.conversation_id = the_conversation and m.branch = p.part and (p.until is null or m.sequence <= p.until)
         and m.author_kind = 'agent' and m.sequence < opened
       order by m.sequence desc limit 20)
      union all
      (select m.turn from conversation.messages m
       where m.conversation_id = the_conversation and m.branch = p.part and (p.until is null or m.sequence <= p.until)
         and m.author_kind = 'agent' and m.sequence > opened
       order by m.sequence limit 20)
    ) near
    join conversation.turns t on t.conversation_id = the_conversation and t.number = near.turn
    where t.opened_at < opened
  ), unread as materialized (
    select m.sequence, m.mentions
    from parts p
    cross join known k
    cross join lateral (
      select o.sequence, o.mentions from conversation.messages o
      where o.conversation_id = the_conversation and o.branch = p.part and o.author_kind = 'user'
        and (p.until is null or o.sequence <= p.until) and o.sequence > k.until and o.sequence <= opened
      order by o.sequence desc limit 200
    ) m
    order by m.sequence desc limit 200
  )
  select coalesce(jsonb_agg(f.agent order by f.place), '[]')
  from (
    select named.agent, min(array[u.sequence, named.place::integer]) as place
    from unread u cross join lateral unnest(u.mentions) with ordinality named (agent, place)
    group by named.agent
  ) f
$$;

-- The last message that a branch shows.
create function conversation.last_message(the_conversation uuid, the_branch integer) returns conversation.messages
language sql stable as $$
  select last.*
  from conversation.branch_parts p
  cross join lateral (
    select m.* from conversation.messages m
    where m.conversation_id = p.conversation_id and m.branch = p.part and (p.until is null or m.sequence <= p.until)
    order by m.sequence desc limit 1
  ) last
  where p.conversation_id = the_conversation and p.branch = the_branch
  order by last.sequence desc limit 1
$$;

create function conversation.ms_of(the_instant timestamptz) returns bigint
language sql immutable as $$ select floor(extract(epoch from the_instant) * 1000)::bigint $$;

-- What turns are decided by: `ConversationState` without `relevance`, and what that is worked out from where the mode asks for it.
create function conversation.read_state(the_conversation uuid, recent_turns integer, out state json, out topic text, out said text, out profiles json)
language plpgsql stable as $$
declare
  c conversation.conversations;
  opening conversation.messages;
  last conversation.messages;
  e conversation.exchanges;
  opened integer;
  anew jsonb;
begin
  select * into c from conversation.conversations o where o.id = the_conversation;
  if not found then raise exception 'no conversation %', the_conversation using errcode = 'no_data_found'; end if;
  opened := conversation.opened_at(c.id, c.branch);
  anew := conversation.wanted_anew(c);
  e := conversation.exchange_of(c.id, c.branch, opened);
  last := conversation.last_message(c.id, c.branch);
  select m.* into opening from conversation.messages m
  join conversation.branch_parts p on p.conversation_id = m.conversation_id and p.part = m.branch and (p.until is null or m.sequence <= p.until)
  where p.conversation_id = c.id and p.branch = c.branch and m.sequence = opened;
  state := jsonb_build_object(
    'revision', c.revision,
    'control', case when c.status in ('paused', 'ended') then c.status else 'open' end,
    'mode', c.mode,
    'settings', c.settings,
    'speakers', (
      select coalesce(jsonb_agg(jsonb_build_object('id', (s.agent).id, 'name', (s.agent).name, 'role', s.role, 'limits', (s.agent).limits)
        order by s.place), '[]')
      from conversation.speakers(c) s),
    'nextTurn', c.next_turn,
    'exchange', jsonb_build_object(
      'openedAt', opened,
      'mentions', conversation.mentions_of(c.id, c.branch, opened),
      'turns', e.turns, 'completed', e.completed, 'tokens', e.tokens, 'costUsd', e.cost_usd,
      'startedAtMs', conversation.ms_of(coalesce(opening.created_at, c.created_at)),
      'recent', conversation.recent_turns(c.id, c.branch, opened, recent_turns)),
    'lastSpeaker', conversation.last_speaker(c.id, c.branch, opened),
    'regenerate', anew,
    'openTurns', (
      select coalesce(jsonb_agg(jsonb_build_object('number', t.number, 'agentId', t.agent_id, 'purpose', t.purpose, 'reason', t.reason,
        'stopRequested', t.stop_requested_at is not null) order by t.number), '[]')
      from conversation.turns t where t.conversation_id = c.id and t.ended_at is null),
    'lastMessageAtMs', conversation.ms_of(coalesce(last.created_at, c.created_at)),
    'settled', anew is null and c.settled_at_sequence is not distinct from opened)::json;
  topic := c.topic;
  if c.mode = 'free_form' then
    said := coalesce(last.content, c.topic);
    profiles := (
      select json_object_agg((s.agent).id, concat_ws(' ', (s.agent).name, (s.agent).role, left((s.agent).instructions, 4000)))
      from conversation.speakers(c) s);
  end if;
end
$$;

-- Ends a turn that has not ended: its message, whoever wrote it, its numbers, and everybody is told. The conversation is locked. `the_said` are
-- the facts that decisions are made by.
create function conversation.finish_turn(
  t conversation.turns, the_status text, the_message uuid, the_content text, the_said json, the_error json)
returns void
language plpgsql as $$
declare
  facts jsonb := coalesce(the_said::jsonb, '{"mentions": [], "texts": []}');
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

-- What every event about a turn says; `usage` adds up its model calls.
create function conversation.describe_turn(t conversation.turns) returns jsonb
language sql stable as $$
  select jsonb_build_object(
    'turnId', t.conversation_id || '/' || t.number, 'number', t.number, 'branch', t.branch, 'agentId', t.agent_id, 'agentName', t.agent_name,
    'purpose', t.purpose, 'reason', t.reason,
    'usage', (
      select jsonb_build_object(
        'inputTokens', coalesce(sum((e.result -> 'usage' ->> 'inputTokens')::bigint), 0),
        'outputTokens', coalesce(sum((e.result -> 'usage' ->> 'outputTokens')::bigint), 0),
        'cachedInputTokens', coalesce(sum((e.result -> 'usage' ->> 'cachedInputTokens')::bigint), 0),
        'reasoningTokens', coalesce(sum((e.result -> 'usage' ->> 'reasoningTokens')::bigint), 0),
        'costUsd', coalesce(sum((e.result -> 'usage' ->> 'costUsd')::numeric), 0))
      from conversation.effects e
      where e.conversation_id = t.conversation_id and e.turn = t.number and e.status = 'done' and e.key like '%/model.%'))
$$;

-- What a turn that does not end by itself leaves as its text: what was being written, else what it said last between its tool calls.
create function conversation.partial_text(t conversation.turns) returns text
language sql stable as $$
  select coalesce((
    select said.text
    from (
      select substr(e.key, strpos(e.key, '/model.') + 7)::integer as step,
        case when e.status = 'done' then e.result ->> 'text' else x.text end as text
      from conversation.effects e left join pipeline.turn_texts x on x.turn_id = e.key
      where e.conversation_id = t.conversation_id and e.turn = t.number and e.key like '%/model.%'
    ) said
    where said.text <> ''
    order by said.step desc limit 1
  ), '')
$$;

-- Ends a turn that was given up, with the text that it has; nothing where it has ended or never began.
create function conversation.end_turn(the_conversation uuid, the_turn integer, the_status text, the_message uuid, the_error json) returns void
language plpgsql as $$
declare
  t conversation.turns;
begin
  perform conversation.lock_conversation(the_conversation);
  select * into t from conversation.turns o where o.conversation_id = the_conversation and o.number = the_turn and o.ended_at is null;
  if found then perform conversation.finish_turn(t, the_status, the_message, conversation.partial_text(t), null, the_error); end if;
end
$$;

-- Up to which message a turn that begins may read: ideas do not read those that are had at the same time.
create function conversation.readable_until(c conversation.conversations, the_purpose text) returns integer
language sql stable as $$
  select case when the_purpose = 'idea' then (
    select coalesce(max(m.sequence), 0) from (
      select o.sequence, o.turn from conversation.branch_messages o
      where o.conversation_id = c.id and o.shown_in = c.branch order by o.sequence desc limit 200
    ) m
    left join conversation.turns t on t.conversation_id = c.id and t.number = m.turn
    where t.purpose is distinct from 'idea')
  else (select b.last_sequence from conversation.branches b where b.conversation_id = c.id and b.branch = c.branch) end
$$;

-- Begins a turn. The conversation is locked.
create function conversation.begin_turn(c conversation.conversations, the_turn integer, asked json) returns conversation.turns
language plpgsql as $$
declare
  t conversation.turns;
begin
  insert into conversation.turns (conversation_id, number, branch, opened_at, began_after, agent_id, agent_name, purpose, reason)
  select c.id, the_turn, c.branch, conversation.opened_at(c.id, c.branch), conversation.readable_until(c, asked ->> 'purpose'),
    a.id, a.name, asked ->> 'purpose', asked ->> 'reason'
  from agent.agents a where a.id = (asked ->> 'agentId')::uuid
  returning * into strict t;
  update conversation.conversations o set
    next_turn = greatest(o.next_turn, the_turn + 1), status = 'running', status_reason = null, regenerate = null,
    revision = o.revision + 1, updated_at = clock_timestamp()
  where o.id = c.id;
  perform conversation.tell(c.id, 'turn/' || t.number || '/started', 'turn.started', conversation.describe_turn(t) - 'usage');
  return t;
end
$$;

-- Claims an effect of a turn for one attempt. With `asked` {agentId, purpose, reason}, the claim begins the turn. The outcome is
--   claimed     it is this attempt's to do
--   done        it was done; `result` is what was recorded
--   superseded  a later attempt has it
--   ended       the turn has ended; `result` is {status}
--   stopped     the turn is to be stopped: a person has asked for it, its agent is gone, or the conversation has ended
--   not_begun   the turn may not begin: paused, ended, interrupted, the number or the word is another agent's, or the agent is no member
--   paused      the turn goes on once the conversation does
create function conversation.claim_turn_effect(
  the_conversation uuid, the_turn integer, the_suffix text, engine_run text, the_attempt integer, asked json,
  out outcome text, out result json, out claims integer, out failures integer, out failed_ms integer)
language plpgsql as $$
declare
  the_key text := the_conversation || '/' || the_turn || '/' || the_suffix;
  c conversation.conversations := conversation.lock_conversation(the_conversation);
  t conversation.turns;
  effect conversation.effects;
  is_known boolean;
  last_sequence integer;
begin
  select * into t from conversation.turns o where o.conversation_id = the_conversation and o.number = the_turn;
  if not found then
    if asked is null or c.status in ('paused', 'ended') or conversation.role_of(c, (asked ->> 'agentId')::uuid) is null
      or conversation.wanted_anew(c) ->> 'agentId' <> asked ->> 'agentId'
      or (conversation.wanted_anew(c) is null and c.settled_at_sequence is not distinct from conversation.opened_at(c.id, c.branch))
    then outcome := 'not_begun'; return; end if;
    t := conversation.begin_turn(c, the_turn, asked);
  elsif t.agent_id <> (asked ->> 'agentId')::uuid then
    outcome := 'not_begun';
    return;
  end if;
  select * into effect from conversation.effects e where e.key = the_key;
  is_known := found;
  if t.ended_at is not null then
    outcome := 'ended'; result := json_build_object('status', t.status);
    return;
  end if;
  if effect.status = 'done' then outcome := 'done'; result := effect.result; return; end if;
  if effect.engine_run_id = engine_run and effect.attempt >= the_attempt then outcome := 'superseded'; return; end if;
  if t.stop_requested_at is not null or c.status = 'ended' or conversation.role_of(c, t.agent_id) is null then
    outcome := 'stopped';
    return;
  end if;
  if c.status = 'paused' and (not is_known or effect.engine_run_id = '') then outcome := 'paused'; return; end if;
  select b.last_sequence into last_sequence from conversation.branches b where b.conversation_id = t.conversation_id and b.branch = t.branch;
  insert into conversation.effects as e (key, conversation_id, turn, engine_run_id, attempt, read_until)
  values (the_key, the_conversation, the_turn, engine_run, the_attempt, last_sequence)
  on conflict (key) do update set
    engine_run_id = engine_run, attempt = the_attempt, claims = e.claims + 1, claimed_at = clock_timestamp(), read_until = last_sequence
  returning e.claims, e.failures, e.failed_ms into claims, failures, failed_ms;
  if the_suffix like 'model.%' then
    -- What steers a turn is answered by it, and with it all that people had said before.
    update conversation.turns o set opened_at = s.sequence
    from (
      select max(m.sequence) as sequence from conversation.messages m
      where m.conversation_id = t.conversation_id and m.branch = t.branch and m.sequence > t.began_after and m.steers
    ) s
    where o.conversation_id = t.conversation_id and o.number = t.number and s.sequence > o.opened_at;
  end if;
  if effect.engine_run_id <> '' then
    update conversation.turns o set attempts = o.attempts + 1 where o.conversation_id = t.conversation_id and o.number = t.number;
    update pipeline.turn_texts x set attempt = claim_turn_effect.claims, text = '' where x.turn_id = the_key;
    perform pg_notify('gathering_text', 'conversations/' || the_conversation);
  end if;
  outcome := 'claimed';
end
$$;

-- Records what an effect of a turn gave. With `ending` {messageId, content, said}, it also completes the turn. False when this attempt does not
-- hold the claim any more, or the turn has ended.
create function conversation.record_turn_effect(
  the_conversation uuid, the_turn integer, the_suffix text, engine_run text, the_attempt integer, the_result json, ending json)
returns boolean
language plpgsql as $$
declare
  the_key text := the_conversation || '/' || the_turn || '/' || the_suffix;
  t conversation.turns;
begin
  perform conversation.lock_conversation(the_conversation);
  select * into t from conversation.turns o where o.conversation_id = the_conversation and o.number = the_turn and o.ended_at is null;
  if not found then return false; end if;
  update conversation.effects e set status = 'done', result = the_result, ended_at = clock_timestamp()
  where e.key = the_key and e.status = 'claimed' and e.engine_run_id = engine_run and e.attempt = the_attempt;
  if not found then return false; end if;
  if the_suffix like 'model.%' then
    update pipeline.turn_texts x set closed = true where x.turn_id = the_key;
  end if;
  if ending is not null then
    perform conversation.finish_turn(t, 'completed', (ending ->> 'messageId')::uuid, ending ->> 'content', ending -> 'said', null);
  end if;
  return true;
end
$$;

-- Counts a failed attempt; without a delay there will be no other, and the turn fails with the text that it has. False when this attempt does not
-- hold the claim any more, or the turn has ended.
create function conversation.fail_turn_effect(
  the_conversation uuid, the_turn integer, the_suffix text, engine_run text, the_attempt integer, the_error json, delay_ms integer, the_message uuid)
returns boolean
language plpgsql as $$
declare
  the_key text := the_conversation || '/' || the_turn || '/' || the_suffix;
  t conversation.turns;
  failed integer;
begin
  perform conversation.lock_conversation(the_conversation);
  select * into t from conversation.turns o where o.conversation_id = the_conversation and o.number = the_turn and o.ended_at is null;
  if not found then return false; end if;
  update conversation.effects e set
    failures = e.failures + 1,
    failed_ms = e.failed_ms + (extract(epoch from clock_timestamp() - e.claimed_at) * 1000)::integer + coalesce(delay_ms, 0),
    status = case when delay_ms is null then 'failed' else 'claimed' end,
    result = case when delay_ms is null then the_error end,
    ended_at = case when delay_ms is null then clock_timestamp() end
  where e.key = the_key and e.status = 'claimed' and e.engine_run_id = engine_run and e.attempt = the_attempt
  returning e.failures into failed;
  if not found then return false; end if;
  if delay_ms is null then
    perform conversation.finish_turn(t, 'failed', the_message, conversation.partial_text(t), null, the_error);
  else
    perform conversation.tell(the_conversation, 'turn/' || the_turn || '/' || the_suffix || '/retrying/' || failed, 'turn.retrying',
      conversation.describe_turn(t) - 'usage' || jsonb_build_object('attempt', failed, 'delayMs', delay_ms, 'error', the_error));
  end if;
  return true;
end
$$;

-- Gives back the claim of an effect that was not begun, as if it had not been made: whoever asks next has it, under the same number.
create function conversation.release_turn_effect(the_conversation uuid, the_key text, engine_run text, the_attempt integer) returns void
language plpgsql as $$
begin
  perform conversation.lock_conversation(the_conversation);
  delete from conversation.effects e
  where e.key = the_key and e.status = 'claimed' and e.engine_run_id = engine_run and e.attempt = the_attempt and e.claims = 1;
  update conversation.effects e set engine_run_id = '', attempt = 0, claims = e.claims - 1
  where e.key = the_key and e.status = 'claimed' and e.engine_run_id = engine_run and e.attempt = the_attempt;
end
$$;

-- Adds to the text that a model call of a turn is writing. False when this attempt (the `claims` of its claim) may write no more.
create function conversation.append_turn_text(
  the_conversation uuid, the_turn integer, the_suffix text, the_agent uuid, the_claims integer, delta text)
returns boolean
language plpgsql as $$
declare
  the_key text := the_conversation || '/' || the_turn || '/' || the_suffix;
begin
  perform from conversation.effects e where e.key = the_key and e.status = 'claimed' and e.claims = the_claims;
  if not found then return false; end if;
  insert into pipeline.turn_texts as t (turn_id, conversation_id, agent_id, channel, attempt, text)
  values (the_key, the_conversation, the_agent, 'conversations/' || the_conversation, the_claims, delta)
  on conflict (turn_id) do update
    set text = case when t.attempt = excluded.attempt then t.text || delta else delta end, attempt = excluded.attempt
    where t.attempt <= excluded.attempt and not t.closed;
  if not found then return false; end if;
  perform pg_notify('gathering_text', 'conversations/' || the_conversation);
  return true;
end
$$;

-- Writes that an exchange (`settle`) or the conversation (`end`) is over, unless the state was another one by then: `the_step` is the `NextStep`
-- that was decided at `the_revision`.
create function conversation.settle(the_conversation uuid, the_revision bigint, the_step json) returns void
language plpgsql as $$
declare
  c conversation.conversations := conversation.lock_conversation(the_conversation);
  the_kind text := the_step ->> 'kind';
  described jsonb := jsonb_strip_nulls(jsonb_build_object('reason', the_step ->> 'reason', 'termination', the_step ->> 'termination'));
begin
  if c.revision <> the_revision or c.status = 'ended' or (c.status = 'paused' and the_kind = 'settle')
    or exists (select from conversation.turns t where t.conversation_id = c.id and t.ended_at is null)
  then return; end if;
  update conversation.conversations o set
    status = case the_kind when 'end' then 'ended' else 'idle' end,
    status_reason = the_step ->> 'reason',
    settled_at_sequence = conversation.opened_at(c.id, c.branch),
    ended_at = case the_kind when 'end' then clock_timestamp() end,
    regenerate = null, revision = o.revision + 1, updated_at = clock_timestamp()
  where o.id = c.id;
  if the_kind = 'end' then
    perform conversation.tell(c.id, 'ended', 'conversation.ended', described);
    perform pipeline.cancel_conversation_approvals(c.id);
  else
    perform conversation.tell(c.id, 'idle/' || c.revision || '/settled', 'conversation.idle', described);
  end if;
end
$$;

-- The summary that reaches furthest of those that a branch can use: of itself or of one that it comes from, up to a message that it shows.
create function conversation.summary_of(the_conversation uuid, the_branch integer, at_most integer) returns conversation.summaries
language sql stable as $$
  select s.*
  from conversation.branch_parts p
  join conversation.summaries s on s.conversation_id = p.conversation_id and s.branch = p.part and (p.until is null or s.until <= p.until)
  where p.conversation_id = the_conversation and p.branch = the_branch and s.until <= at_most
  order by s.until desc limit 1
$$;

-- What a step of a turn is written by, apart from the messages of the conversation; null where its agent is gone.
create function conversation.read_scene(the_conversation uuid, the_turn integer) returns json
language sql stable as $$
  select json_build_object(
    'topic', c.topic, 'mode', c.mode, 'settings', c.settings,
    'circle', (select json_build_object('id', o.id, 'name', o.name, 'description', o.description) from circle.circles o where o.id = c.circle_id),
    'turn', json_build_object('number', t.number, 'branch', t.branch, 'openedAt', t.opened_at, 'beganAfter', t.began_after,
      'purpose', t.purpose, 'reason', t.reason),
    'role', conversation.role_of(c, a.id),
    'agent', json_build_object('id', a.id, 'name', a.name, 'role', a.role, 'provider', a.provider, 'model', a.model, 'personality', a.personality,
      'instructions', a.instructions, 'tools', a.tools, 'approveTools', a.approve_tools, 'memoryScopes', a.memory_scopes,
      'limits', a.limits),
    'members', (
      select coalesce(json_agg(json_build_object('id', m.id, 'kind', m.kind, 'name', m.name, 'role', m.role, 'agentRole', m.agent_role)
        order by m.place), '[]')
      from (
        select (s.agent).id, 'agent' as kind, (s.agent).name, s.role, (s.agent).role as agent_role, s.place from conversation.speakers(c) s
        union all
        select u.id, 'user', u.name, r.role, null, r.position
        from circle.memberships r join auth.users u on u.id = r.user_id where r.circle_id = c.circle_id
        union all
        select u.id, 'user', u.name, 'member', null, 1 from auth.users u where c.circle_id is null and u.id = c.started_by
      ) m),
    'effects', (
      select coalesce(json_object_agg(substr(e.key, length(c.id || '/' || t.number) + 2),
        json_build_object('result', e.result, 'readUntil', e.read_until, 'isDone', e.status = 'done')), '{}')
      from conversation.effects e where e.conversation_id = c.id and e.turn = t.number),
    'steering', (
      select coalesce(json_agg(json_build_object('sequence', m.sequence, 'author', m.author_name, 'content', m.content, 'steers', m.steers)
        order by m.sequence), '[]')
      from conversation.messages m
      where m.conversation_id = c.id and m.branch = t.branch and m.sequence > t.began_after and m.author_kind = 'user'
        and m.sequence <= (
          select max(s.sequence) from conversation.messages s
          where s.conversation_id = c.id and s.branch = t.branch and s.sequence > t.began_after and s.steers)),
    'summary', (
      select json_build_object('text', s.text, 'until', s.until) from conversation.summary_of(c.id, t.branch, t.began_after) s where s.until is not null),
    'granted', (
      select coalesce(json_agg(g.tool), '[]') from conversation.tool_grants g where g.conversation_id = c.id and g.agent_id = a.id))
  from conversation.conversations c
  join conversation.turns t on t.conversation_id = c.id and t.number = the_turn
  join agent.agents a on a.id = t.agent_id
  where c.id = the_conversation
$$;

-- The newest messages that a branch shows between two places, newest first: as many as have `at_most` characters together, and one more.
create function conversation.read_transcript(the_conversation uuid, the_branch integer, after integer, until integer, at_most bigint)
returns table (sequence integer, author_kind text, author_id uuid, author_name text, author_role text, content text, status text)
language sql stable as $$
  select r.sequence, r.author_kind, r.author_id, r.author_name, a.role, r.content, r.status
  from (
    select m.*, sum(length(m.content) + 100) over (order by m.sequence desc) - length(m.content) - 100 as later
    from (
      select o.* from conversation.branch_messages o
      where o.conversation_id = the_conversation and o.shown_in = the_branch
        and o.sequence > after and o.sequence <= read_transcript.until
      order by o.sequence desc limit 1000
    ) m
  ) r
  left join agent.agents a on a.id = r.author_id
  where r.later <= at_most
  order by r.sequence desc
$$;

-- How many characters the messages have that a branch shows between two places.
create function conversation.measure_transcript(the_conversation uuid, the_branch integer, after integer, until integer) returns bigint
language sql stable as $$
  select coalesce(sum(length(m.content) + 100), 0) from conversation.branch_messages m
  where m.conversation_id = the_conversation and m.shown_in = the_branch and m.sequence > after and m.sequence <= measure_transcript.until
$$;

-- A tool call as the model made it: {name, arguments, invalid?}, whether people are asked, and the arguments that they put in place of its own.
create function conversation.read_call(the_conversation uuid, the_turn integer, the_call text) returns jsonb
language sql stable as $$
  select called.value::jsonb - 'id' || jsonb_build_object(
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

create function conversation.describe_call(k conversation.tool_calls) returns jsonb
language sql stable as $$
  select jsonb_build_object('turnId', k.conversation_id || '/' || k.turn, 'agentId', t.agent_id, 'agentName', t.agent_name, 'call', k.call, 'name', k.name)
  from conversation.turns t where t.conversation_id = k.conversation_id and t.number = k.turn
$$;

-- Claims a tool call; `call` is what `read_call` says of it, `tools` are those that its agent has at this moment.
create function conversation.claim_tool_call(
  the_conversation uuid, the_turn integer, the_call text, engine_run text, the_attempt integer,
  out outcome text, out result json, out claims integer, out failures integer, out failed_ms integer, out call jsonb, out tools jsonb)
language plpgsql as $$
declare
  k conversation.tool_calls;
begin
  -- What control tools answer is recorded with their call.
  if exists (
    select from conversation.effects e
    where e.key = the_conversation || '/' || the_turn || '/model.' || split_part(the_call, '.', 2) and e.result::jsonb -> 'answers' ? the_call)
  then outcome := 'done'; return; end if;
  select * into outcome, result, claims, failures, failed_ms
  from conversation.claim_turn_effect(the_conversation, the_turn, the_call, engine_run, the_attempt, null);
  if outcome <> 'claimed' then return; end if;
  call := conversation.read_call(the_conversation, the_turn, the_call);
  select a.tools into tools from conversation.turns t join agent.agents a on a.id = t.agent_id
  where t.conversation_id = the_conversation and t.number = the_turn;
  insert into conversation.tool_calls as o (conversation_id, turn, call, name, arguments, status)
  values (the_conversation, the_turn, the_call, call ->> 'name', coalesce(nullif(call -> 'edit', 'null'), call -> 'arguments')::json, 'running')
  on conflict on constraint tool_calls_pkey do update set status = 'running', arguments = excluded.arguments
  returning * into k;
  perform conversation.show_working(the_conversation, the_turn);
  perform conversation.tell(the_conversation, 'turn/' || the_turn || '/' || the_call || '/started', 'tool.started',
    conversation.describe_call(k) || jsonb_build_object('arguments', k.arguments));
end
$$;

-- A turn that no longer waits for people is running, and so is its conversation. The conversation is locked.
create function conversation.show_working(the_conversation uuid, the_turn integer) returns void
language plpgsql as $$
begin
  update conversation.turns t set status = 'running'
  where t.conversation_id = the_conversation and t.number = the_turn and t.status = 'waiting'
    and not exists (
      select from pipeline.approvals a where a.conversation_id = the_conversation and a.turn = the_turn and a.status = 'pending' and a.call like 'tool.%');
  if found then perform conversation.refresh_status(the_conversation); end if;
end
$$;

-- Ends a tool call as people see it. The conversation is locked.
create function conversation.finish_call(the_conversation uuid, the_turn integer, the_call text, the_status text, the_result text) returns void
language plpgsql as $$
declare
  k conversation.tool_calls;
begin
  update conversation.tool_calls o set status = the_status, result = the_result, ended_at = clock_timestamp()
  where o.conversation_id = the_conversation and o.turn = the_turn and o.call = the_call
  returning * into k;
  perform conversation.tell(the_conversation, 'turn/' || the_turn || '/' || the_call || '/ended', 'tool.' || the_status,
    conversation.describe_call(k) || jsonb_build_object('result', left(the_result, 16000)));
end
$$;

-- Records what a tool call gave, {content, isError}. False when this attempt does not hold the claim any more, or the turn has ended.
create function conversation.record_tool_call(
  the_conversation uuid, the_turn integer, the_call text, engine_run text, the_attempt integer, the_result json)
returns boolean
language plpgsql as $$
begin
  if not conversation.record_turn_effect(the_conversation, the_turn, the_call, engine_run, the_attempt, the_result, null) then return false; end if;
  perform conversation.finish_call(the_conversation, the_turn, the_call,
    case when (the_result ->> 'isError')::boolean then 'failed' else 'completed' end, the_result ->> 'content');
  return true;
end
$$;

-- Asks people about a tool call, once; later calls say how it stands: `pending`, `approved` or `rejected`. A rejected call is recorded as the
-- tool's answer.
create function conversation.request_tool_approval(
  the_conversation uuid, the_turn integer, the_call text, the_approval uuid, the_workflow text, out status text, out stop_requested boolean)
language plpgsql as $$
declare
  c conversation.conversations := conversation.lock_conversation(the_conversation);
  t conversation.turns;
  a pipeline.approvals;
  call jsonb;
  described jsonb;
begin
  select * into t from conversation.turns o where o.conversation_id = the_conversation and o.number = the_turn and o.ended_at is null;
  if not found then status := 'rejected'; stop_requested := true; return; end if;
  stop_requested := t.stop_requested_at is not null or c.status = 'ended' or conversation.role_of(c, t.agent_id) is null;
  call := conversation.read_call(the_conversation, the_turn, the_call);
  select * into a from pipeline.approvals p where p.conversation_id = the_conversation and p.turn = the_turn and p.call = the_call;
  if not found then
    if not (call ->> 'asks')::boolean
      or exists (select from conversation.effects e where e.key = the_conversation || '/' || the_turn || '/' || the_call)
    then status := 'approved'; return; end if;
    status := 'pending';
    if stop_requested then return; end if;
    insert into pipeline.approvals (
      id, conversation_id, turn, call, agent_name, workflow_id, title, value, quorum, on_timeout, created_at)
    values (
      the_approval, the_conversation, the_turn, the_call, t.agent_name, the_workflow, t.agent_name || ' wants to use ' || (call ->> 'name'),
      call -> 'arguments', 1, 'fail', clock_timestamp())
    returning * into a;
    insert into conversation.tool_calls (conversation_id, turn, call, name, arguments, status)
    values (the_conversation, the_turn, the_call, call ->> 'name', call -> 'arguments', 'waiting');
    update conversation.turns o set status = 'waiting' where o.conversation_id = the_conversation and o.number = the_turn;
    described := jsonb_build_object(
      'turnId', the_conversation || '/' || the_turn, 'agentId', t.agent_id, 'agentName', t.agent_name, 'call', the_call, 'name', call ->> 'name',
      'arguments', call -> 'arguments', 'title', a.title);
    perform conversation.tell(the_conversation, 'turn/' || the_turn || '/' || the_call || '/waiting', 'turn.waiting',
      described || jsonb_build_object('approvalId', a.id));
    perform conversation.refresh_status(the_conversation);
    perform pipeline.tell_approval(a, 'approval.requested', '', described);
    return;
  end if;
  if a.status = 'pending' then
    status := case when (call ->> 'asks')::boolean then 'pending' else 'approved' end;
    return;
  end if;
  status := case a.status when 'approved' then 'approved' else 'rejected' end;
  if status = 'rejected' then perform conversation.reject_call(t, a); end if;
  perform conversation.show_working(the_conversation, the_turn);
end
$$;

-- Records the rejection of a tool call as its answer, once. The conversation is locked.
create function conversation.reject_call(t conversation.turns, a pipeline.approvals) returns void
language plpgsql as $$
declare
  the_reason text := (
    select d.comment from pipeline.decisions d where d.approval_id = a.id and d.decision = 'reject' order by d.decided_at desc limit 1);
  answer text := 'A person has rejected this call' || case when coalesce(the_reason, '') = '' then '.' else ': ' || the_reason end;
begin
  insert into conversation.effects (key, conversation_id, turn, engine_run_id, attempt, status, result, ended_at)
  values (t.conversation_id || '/' || t.number || '/' || a.call, t.conversation_id, t.number, '', 0, 'done',
    json_build_object('content', answer, 'isError', true), clock_timestamp())
  on conflict (key) do nothing;
  if found then perform conversation.finish_call(t.conversation_id, t.number, a.call, 'rejected', answer); end if;
end
$$;

-- What a summary is written by: who could write it, what there is of one, and one that was begun.
create function conversation.read_summary_scene(the_conversation uuid) returns json
language sql stable as $$
  select json_build_object(
    'isOpen', c.status not in ('paused', 'ended'), 'circleId', c.circle_id, 'topic', c.topic, 'branch', c.branch, 'last', b.last_sequence,
    'speakers', (
      select coalesce(json_agg(json_build_object('id', (s.agent).id, 'provider', (s.agent).provider, 'model', (s.agent).model) order by s.place), '[]')
      from conversation.speakers(c) s),
    'summary', (
      select json_build_object('text', s.text, 'until', s.until) from conversation.summary_of(c.id, c.branch, b.last_sequence) s where s.until is not null),
    'begun', (
      select json_build_object('branch', split_part(split_part(e.key, '/', 3), '.', 1)::integer, 'until', split_part(e.key, '.', 2)::integer)
      from conversation.effects e
      where e.conversation_id = c.id and e.turn is null and e.status = 'claimed' order by e.claimed_at desc limit 1))
  from conversation.conversations c
  join conversation.branches b on b.conversation_id = c.id and b.branch = c.branch
  where c.id = the_conversation
$$;

-- The oldest messages that a branch shows between two places, oldest first: as many as have `at_most` characters together, at least one.
create function conversation.read_beginning(the_conversation uuid, the_branch integer, after integer, until integer, at_most bigint)
returns table (sequence integer, author_kind text, author_id uuid, author_name text, author_role text, content text, status text)
language sql stable as $$
  select r.sequence, r.author_kind, r.author_id, r.author_name, a.role, r.content, r.status
  from (
    select m.*, sum(length(m.content) + 100) over (order by m.sequence) - length(m.content) - 100 as earlier,
      sum(length(m.content) + 100) over (order by m.sequence) as together
    from (
      select o.* from conversation.branch_messages o
      where o.conversation_id = the_conversation and o.shown_in = the_branch
        and o.sequence > after and o.sequence <= read_beginning.until
      order by o.sequence limit 1000
    ) m
  ) r
  left join agent.agents a on a.id = r.author_id
  where r.together <= at_most or r.earlier = 0
  order by r.sequence
$$;

-- Claims the writing of a summary for one attempt: `claimed`, `done` (also where it has failed for good), or `superseded`.
create function conversation.claim_summary(
  the_conversation uuid, the_key text, engine_run text, the_attempt integer, out outcome text, out claims integer, out failures integer)
language plpgsql as $$
declare
  effect conversation.effects;
begin
  perform conversation.lock_conversation(the_conversation);
  select * into effect from conversation.effects e where e.key = the_key;
  if effect.status in ('done', 'failed') then outcome := 'done'; return; end if;
  if effect.engine_run_id = engine_run and effect.attempt >= the_attempt then outcome := 'superseded'; return; end if;
  insert into conversation.effects as e (key, conversation_id, engine_run_id, attempt)
  values (the_key, the_conversation, engine_run, the_attempt)
  on conflict (key) do update set engine_run_id = engine_run, attempt = the_attempt, claims = e.claims + 1, claimed_at = clock_timestamp()
  returning e.claims, e.failures into claims, failures;
  outcome := 'claimed';
end
$$;

-- Ends the attempt to write a summary: with its text; as failed for good; or, without either, as failed for this time. False when this attempt
-- does not hold the claim any more.
create function conversation.end_summary(
  the_conversation uuid, the_key text, engine_run text, the_attempt integer, the_branch integer, the_until integer, the_result json, is_final boolean)
returns boolean
language plpgsql as $$
begin
  perform conversation.lock_conversation(the_conversation);
  update conversation.effects e set
    status = case when the_result is not null then 'done' when is_final then 'failed' else 'claimed' end,
    failures = e.failures + case when the_result is null then 1 else 0 end,
    result = the_result,
    ended_at = case when the_result is not null or is_final then clock_timestamp() end
  where e.key = the_key and e.status = 'claimed' and e.engine_run_id = engine_run and e.attempt = the_attempt;
  if not found then return false; end if;
  if the_result is not null then
    insert into conversation.summaries (conversation_id, branch, until, text)
    values (the_conversation, the_branch, the_until, the_result ->> 'text')
    on conflict do nothing;
  end if;
  return true;
end
$$;
