-- Conversations that are nodes of runs.

-- Begins the conversation of a node, once, and tells facts: those of its beginning with `conversationId` where they say that it has started.
-- `c` holds what is known of it; mode and settings in place of the circle's. The outcome is
--   begun      `conversation` is its id, whoever began it
--   ended      the run has ended
--   absent     there is no such circle, or whoever started the run may not see it
--   silent     nobody in it speaks
create function conversation.start_in_run(
  c conversation.conversations, the_circle text, facts json, out outcome text, out conversation uuid, out created_at timestamptz)
language plpgsql as $$
declare
  run_status text := pipeline.lock_run(c.run_id);
  found_circle circle.circles;
  the_starter text;
  the_user auth.users;
begin
  if pipeline.is_ended(run_status) then outcome := 'ended'; return; end if;
  outcome := 'begun';
  select o.id, o.created_at into conversation, created_at
  from conversation.conversations o where o.run_id = c.run_id and o.node_key = c.node_key;
  if found then
    perform pipeline.tell_locked(c.run_id, run_status, facts);
    return;
  end if;
  select r.started_by into the_starter from pipeline.runs r where r.id = c.run_id;
  select u.* into the_user from auth.users u where u.id::text = the_starter;
  select o.* into found_circle from circle.circles o
  where (o.name = the_circle or o.id::text = the_circle) and o.deleted_at is null and circle.is_visible(o, the_user.id, coalesce(the_user.role, ''))
  order by o.id::text = the_circle desc limit 1
  for share;
  if not found then outcome := 'absent'; return; end if;
  if not exists (
    select from circle.memberships m where m.circle_id = found_circle.id and m.agent_id is not null and m.role <> 'observer'
  ) then outcome := 'silent'; return; end if;
  c.circle_id := found_circle.id;
  c.partner_name := found_circle.name;
  c.mode := coalesce(c.mode, found_circle.mode);
  c.settings := found_circle.settings || coalesce(c.settings, '{}');
  c.started_by := the_user.id;
  c.started_by_email := coalesce(the_user.email, the_starter, '');
  perform pipeline.tell_locked(c.run_id, run_status, facts);
  perform conversation.start(c);
  conversation := c.id;
  select o.created_at into created_at from conversation.conversations o where o.id = c.id;
end
$$;

-- Nothing goes on that belongs to a run which has ended.
create function conversation.end_with_run() returns trigger
language plpgsql as $$
begin
  perform conversation.end_conversation(open.id, 'run', null)
  from (
    select c.id from conversation.conversations c where c.run_id = new.id and c.status <> 'ended' order by c.id for no key update
  ) open;
  return null;
end
$$;
create trigger end_conversations after update of status on pipeline.runs
for each row when (pipeline.is_ended(new.status) and not pipeline.is_ended(old.status)) execute function conversation.end_with_run();

-- What came of a conversation, as a node's output, which whoever reads runs gets: all messages where everybody sees the circle, else the last
-- one alone. `failure` where it broke off: nobody has finished a word, or the last two turns failed.
create function conversation.outcome(the_conversation uuid, out output json, out failure json, out cost_usd double precision)
language sql stable as $$
  with said as (
    select m.sequence, m.author_kind, m.author_name, m.content, o.visibility = 'everyone' as is_public
    from conversation.conversations c
    join circle.circles o on o.id = c.circle_id
    join conversation.branch_messages m on m.conversation_id = c.id and m.shown_in = c.branch and m.status = 'completed'
    where c.id = the_conversation
  ), turns as (
    select t.status, t.error, row_number() over (order by t.number desc) as place
    from conversation.turns t where t.conversation_id = the_conversation
  ), used as (
    select coalesce(sum(s.input_tokens), 0) as input_tokens, coalesce(sum(s.output_tokens), 0) as output_tokens,
      coalesce(sum(s.cached_input_tokens), 0) as cached_input_tokens, coalesce(sum(s.reasoning_tokens), 0) as reasoning_tokens,
      coalesce(sum(s.cost_usd), 0)::double precision as cost_usd
    from accounting.totals s where s.scope = 'conversation' and s.id = the_conversation::text
  )
  select
    json_build_object(
      'conversationId', the_conversation,
      'text', coalesce((select s.content from said s where s.author_kind = 'agent' order by s.sequence desc limit 1), ''),
      'messages', (
        select coalesce(json_agg(json_build_object('author', s.author_name, 'content', s.content) order by s.sequence), '[]')
        from said s where s.is_public),
      'turns', (select count(*) from turns),
      'usage', json_build_object(
        'inputTokens', u.input_tokens, 'outputTokens', u.output_tokens, 'cachedInputTokens', u.cached_input_tokens,
        'reasoningTokens', u.reasoning_tokens, 'costUsd', u.cost_usd)),
    case when not exists (select from said s where s.author_kind = 'agent')
        or (select count(*) from turns t where t.place <= 2 and t.status = 'failed') = 2
      then coalesce(
        (select t.error from turns t where t.error is not null order by t.place limit 1),
        json_build_object('type', 'BadAgentOutput', 'message', 'Nobody in the circle has said anything')) end,
    u.cost_usd
  from used u
$$;
