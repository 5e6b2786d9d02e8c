-- Who sees what. The one rule for circles: administrators see all of them, others those for everyone and those that they are members of.
create function circle.is_visible(the_circle circle.circles, the_user uuid, the_role text) returns boolean
language sql stable as $$
  select the_role = 'admin' or the_circle.visibility = 'everyone'
    or exists (select from circle.memberships m where m.circle_id = the_circle.id and m.user_id = the_user)
$$;

-- The one rule for conversations: one of a circle is seen by whoever sees the circle; one of a run by whoever reads runs; one with an agent by
-- who started it. Administrators see all.
create function conversation.is_visible(the_conversation conversation.conversations, the_user uuid, the_role text) returns boolean
language sql stable as $$
  select the_role = 'admin'
    or case
      when the_conversation.circle_id is not null
        then (select circle.is_visible(c, the_user, the_role) from circle.circles c where c.id = the_conversation.circle_id)
      when the_conversation.run_id is not null then true
      else the_conversation.started_by is not distinct from the_user
    end
$$;

-- Observers read along: they neither speak nor steer.
create function circle.is_observer(the_circle uuid, the_user uuid) returns boolean
language sql stable as $$
  select exists (select from circle.memberships m where m.circle_id = the_circle and m.user_id = the_user and m.role = 'observer')
$$;

-- Agents have a channel: what they say where everybody may hear it.
insert into event.channels (name) select 'agents/' || id from agent.agents on conflict do nothing;
create function agent.open_channel() returns trigger
language plpgsql as $$
begin
  insert into event.channels (name) values ('agents/' || new.id) on conflict do nothing;
  return null;
end
$$;
create trigger open_channel after insert on agent.agents for each row execute function agent.open_channel();
create function agent.close_channel() returns trigger
language plpgsql as $$
begin
  delete from event.channels where name = 'agents/' || old.id;
  return null;
end
$$;
create trigger close_channel after delete on agent.agents for each row execute function agent.close_channel();

-- Locks are taken in this order: circle, conversations by their ids, channels of conversations, of the circle, of agents, `activity`.

-- As before, and: beginnings and ends are told to the circle too, and what an agent says is told to its own channel only where
-- everybody may hear it.
create or replace function conversation.tell(the_conversation uuid, the_key text, the_type text, the_data jsonb) returns boolean
language plpgsql as $$
declare
  c conversation.conversations;
  described json;
  the_agent text := the_data ->> 'agent_id';
begin
  select * into c from conversation.conversations where id = the_conversation;
  described := (jsonb_build_object('conversationId', the_conversation, 'circleId', c.circle_id) || the_data)::json;
  if not event.publish('conversations/' || the_conversation, the_key, the_type, described) then return false; end if;
  if c.circle_id is not null and the_type in ('message', 'conversation.started', 'conversation.changed', 'conversation.ended') then
    perform event.publish('circles/' || c.circle_id, the_conversation || '/' || the_key, the_type, described);
  end if;
  if the_type = 'message' and the_agent is not null
    and exists (select from circle.circles o where o.id = c.circle_id and o.visibility = 'everyone')
    and exists (select from event.channels where name = 'agents/' || the_agent)
  then
    perform event.publish('agents/' || the_agent, the_conversation || '/' || the_key, the_type, described);
  end if;
  return true;
end
$$;

-- People's last words on a branch open its exchange; 0: its topic does.
create index messages_of_people on conversation.messages (conversation_id, branch, sequence) where author_kind = 'user';
create function conversation.opened_at(the_conversation uuid, the_branch integer) returns integer
language sql stable as $$
  select coalesce(max(last.sequence), 0)
  from conversation.branch_parts p
  cross join lateral (
    select m.sequence from conversation.messages m
    where m.conversation_id = p.conversation_id and m.branch = p.part and m.author_kind = 'user' and (p.until is null or m.sequence <= p.until)
    order by m.sequence desc limit 1
  ) last
  where p.conversation_id = the_conversation and p.branch = the_branch
$$;

-- What its rows say of a conversation's status; paused and ended are what people said, and stay.
create function conversation.present_status(the_conversation uuid) returns text
language sql stable as $$
  select case
    when c.status in ('paused', 'ended') then c.status
    when open.turns > 0 and open.turns = open.waiting then 'waiting'
    when open.turns > 0 or c.regenerate is not null
      or c.settled_at_sequence is distinct from conversation.opened_at(c.id, c.branch) then 'running'
    else 'idle'
  end
  from conversation.conversations c
  cross join lateral (
    select count(*) as turns, count(*) filter (where t.status = 'waiting') as waiting
    from conversation.turns t where t.conversation_id = c.id and t.ended_at is null
  ) open
  where c.id = the_conversation
$$;

-- Brings the status to what the rows say, and tells when the conversation has come to rest. The conversation is locked.
create function conversation.refresh_status(the_conversation uuid) returns text
language plpgsql as $$
declare
  before text := (select c.status from conversation.conversations c where c.id = the_conversation);
  present text := conversation.present_status(the_conversation);
  c conversation.conversations;
begin
  if present = before then return present; end if;
  update conversation.conversations o set
    status = present,
    status_reason = case when present <> 'idle' then null when o.status_reason = 'interrupted' then 'interrupted' else 'person' end
  where o.id = the_conversation
  returning * into c;
  if present = 'idle' then
    perform conversation.tell(the_conversation, 'idle/' || c.revision || '/' || c.next_turn, 'conversation.idle',
      jsonb_build_object('reason', c.status_reason));
  end if;
  return present;
end
$$;

-- A circle's own news, such as who came.
create function circle.tell(the_circle uuid, the_key text, the_type text, the_data jsonb) returns void
language sql as $$
  select event.publish('circles/' || the_circle, the_key, the_type, (jsonb_build_object('circleId', the_circle) || the_data)::json)
$$;

create function circle.open_channel() returns trigger
language plpgsql as $$
begin
  insert into event.channels (name) values ('circles/' || new.id);
  return null;
end
$$;
create trigger open_channel after insert on circle.circles for each row execute function circle.open_channel();

-- Changes of members are told to the circle and to its open conversations, whose workflows hear of them, whoever made them: also when
-- an agent was deleted, and is a member of nothing any more.
create function circle.tell_membership() returns trigger
language plpgsql as $$
declare
  m circle.memberships;
  the_kind text;
  the_name text;
  the_type text;
  the_data jsonb;
  the_key text;
  the_conversation uuid;
begin
  if tg_op = 'UPDATE' and old.role = new.role then return null; end if;
  if tg_op = 'DELETE' then m := old; else m := new; end if;
  the_kind := case when m.agent_id is null then 'user' else 'agent' end;
  the_name := coalesce((select a.name from agent.agents a where a.id = m.agent_id), (select u.name from auth.users u where u.id = m.user_id));
  the_type := case tg_op when 'INSERT' then the_kind || '.joined' when 'DELETE' then the_kind || '.left' else 'member.changed' end;
  the_data := jsonb_build_object('id', m.member_id, 'kind', the_kind)
    || case when m.agent_id is null then '{}' else jsonb_build_object('agent_id', m.agent_id) end
    || case when the_name is null then '{}' else jsonb_build_object('name', the_name) end
    || case when tg_op = 'DELETE' then '{}' else jsonb_build_object('role', m.role) end;
  the_key := the_type || '/' || m.member_id || '/' || gen_random_uuid();
  if not exists (select from circle.circles c where c.id = m.circle_id and c.deleted_at is null) then return null; end if;
  for the_conversation in
    select c.id from conversation.conversations c where c.circle_id = m.circle_id and c.status <> 'ended' order by c.id for no key update
  loop
    perform conversation.change(the_conversation);
    perform conversation.tell(the_conversation, the_key, the_type, the_data);
  end loop;
  perform circle.tell(m.circle_id, the_key, the_type, the_data);
  return null;
end
$$;
create trigger tell_membership after insert or update or delete on circle.memberships for each row execute function circle.tell_membership();

-- Puts a member into a circle or changes its role: `joined`, `changed`, `same`, or `absent` where there is no such agent or user.
create function circle.put_member(the_circle uuid, the_kind text, the_member uuid, the_role text) returns text
language plpgsql as $$
declare
  before text;
begin
  perform from circle.circles c where c.id = the_circle for no key update;
  select m.role into before from circle.memberships m where m.circle_id = the_circle and m.member_id = the_member;
  if before = the_role then return 'same'; end if;
  if found then
    update circle.memberships m set role = the_role where m.circle_id = the_circle and m.member_id = the_member;
    return 'changed';
  end if;
  insert into circle.memberships (circle_id, agent_id, user_id, role)
  select the_circle, a.id, null::uuid, the_role from agent.agents a where the_kind = 'agent' and a.id = the_member
  union all
  select the_circle, null, u.id, the_role from auth.users u where the_kind = 'user' and u.id = the_member;
  return case when found then 'joined' else 'absent' end;
end
$$;

-- Tells of a change; where it closes the circle or opens it, its conversations' followers hear of it too.
create function circle.tell_change() returns trigger
language plpgsql as $$
declare
  the_key text := 'circle/' || new.version;
  the_data jsonb := jsonb_build_object('version', new.version, 'visibility', new.visibility);
  the_conversation uuid;
begin
  if new.visibility <> old.visibility then
    for the_conversation in
      select c.id from conversation.conversations c where c.circle_id = new.id and c.status <> 'ended' order by c.id for no key update
    loop
      perform conversation.tell(the_conversation, the_key, 'circle.changed', the_data);
    end loop;
  end if;
  perform circle.tell(new.id, the_key, 'circle.changed', the_data);
  return null;
end
$$;
create trigger tell_change after update of version on circle.circles
for each row when (new.deleted_at is null) execute function circle.tell_change();

-- A conversation with one agent that is gone has nobody to speak: its workflow hears of that.
create function conversation.miss_agent() returns trigger
language plpgsql as $$
begin
  perform conversation.change(new.id);
  return null;
end
$$;
create trigger miss_agent after update of agent_id on conversation.conversations
for each row when (old.agent_id is not null and new.agent_id is null and new.status <> 'ended') execute function conversation.miss_agent();

-- Begins a conversation with its first branch, its channel and its first event. `c` lacks what has a default. One that has something to
-- discuss is running from here on.
create function conversation.start(c conversation.conversations) returns void
language plpgsql as $$
declare
  is_open boolean := c.circle_id is not null and c.topic <> '';
begin
  insert into conversation.conversations (
    id, circle_id, agent_id, partner_name, topic, mode, settings, status, settled_at_sequence, run_id, node_key, started_by, started_by_email,
    request_id
  ) values (
    c.id, c.circle_id, c.agent_id, c.partner_name, c.topic, c.mode, c.settings, case when is_open then 'running' else 'idle' end,
    case when is_open then null else 0 end, c.run_id, c.node_key, c.started_by, c.started_by_email, c.request_id
  );
  insert into conversation.branches (conversation_id, branch, parent, forked_after, last_sequence, reason, created_by)
  values (c.id, 0, null, 0, 0, 'start', c.started_by_email);
  insert into conversation.branch_parts (conversation_id, branch, part, until) values (c.id, 0, 0, null);
  insert into event.channels (name) values ('conversations/' || c.id);
  perform conversation.change(c.id);
  perform conversation.tell(c.id, 'started', 'conversation.started', jsonb_build_object(
    'topic', c.topic, 'mode', c.mode, 'agentId', c.agent_id, 'startedBy', c.started_by_email));
end
$$;

-- Asks the turns that are under way to stop. Answers with how many that are. The conversation is locked.
create function conversation.stop_turns(the_conversation uuid) returns integer
language sql as $$
  with asked as (
    update conversation.turns t set stop_requested_at = clock_timestamp()
    where t.conversation_id = the_conversation and t.ended_at is null and t.stop_requested_at is null
    returning 1
  )
  select count(*)::integer from asked
$$;

-- What a person says. The outcome is
--   posted     `message` is its id
--   again      this person has said it before under the same id of theirs: `message` is that one
--   ended      nobody says anything here any more
--   busy       agents speak, and it was only to be said if they do not
create function conversation.post(m conversation.messages, when_busy text, out outcome text, out message uuid)
language plpgsql as $$
declare
  c conversation.conversations := conversation.lock_conversation(m.conversation_id);
  is_busy boolean := exists (select from conversation.turns t where t.conversation_id = c.id and t.ended_at is null);
begin
  if m.client_message_id is not null then
    select o.id into message from conversation.messages o
    where o.conversation_id = c.id and o.author_id = m.author_id and o.client_message_id = m.client_message_id;
    if found then outcome := 'again'; return; end if;
  end if;
  if c.status = 'ended' then outcome := 'ended'; return; end if;
  if is_busy and when_busy = 'reject' then outcome := 'busy'; return; end if;
  m.steers := is_busy and when_busy = 'steer';
  m.author_kind := 'user';
  m.status := 'completed';
  perform conversation.append_message(m, c.branch);
  if when_busy = 'interrupt' then perform conversation.stop_turns(c.id); end if;
  update conversation.conversations o set
    regenerate = null,
    status = case when o.status = 'idle' then 'running' else o.status end,
    status_reason = case when o.status = 'paused' then o.status_reason end
  where o.id = c.id;
  perform conversation.change(c.id);
  outcome := 'posted';
  message := m.id;
end
$$;

-- What people do with a whole conversation. Each answers with the status that it has then, and changes nothing where that is so already.

create function conversation.interrupt(the_conversation uuid) returns text
language plpgsql as $$
declare
  c conversation.conversations := conversation.lock_conversation(the_conversation);
  was_settled boolean := c.settled_at_sequence is not distinct from conversation.opened_at(c.id, c.branch) and c.regenerate is null;
begin
  if c.status = 'ended' then return c.status; end if;
  if conversation.stop_turns(c.id) = 0 and was_settled then return c.status; end if;
  -- Nobody goes on until a person says something; what was said behind the turns that stop is answered.
  update conversation.conversations o set
    settled_at_sequence = coalesce(
      (select max(t.opened_at) from conversation.turns t where t.conversation_id = o.id and t.branch = o.branch and t.ended_at is null),
      conversation.opened_at(o.id, o.branch)),
    regenerate = null,
    status_reason = case when o.status = 'paused' then o.status_reason else 'interrupted' end
  where o.id = c.id;
  perform conversation.change(c.id);
  return conversation.refresh_status(c.id);
end
$$;

create function conversation.set_paused(the_conversation uuid, is_paused boolean, the_reason text, said_by text) returns text
language plpgsql as $$
declare
  c conversation.conversations := conversation.lock_conversation(the_conversation);
  -- What a person has paused, no budget lets go on.
  takes_over boolean := is_paused and c.status = 'paused' and c.status_reason = 'budget' and the_reason <> 'budget';
  the_revision bigint;
  present text;
begin
  if c.status = 'ended' or (is_paused = (c.status = 'paused') and not takes_over) then return c.status; end if;
  if is_paused then
    update conversation.conversations o set status = 'paused', status_reason = the_reason where o.id = c.id;
  else
    update conversation.conversations o set status = 'idle', status_reason = null where o.id = c.id;
    present := conversation.present_status(c.id);
    update conversation.conversations o set
      status = present, status_reason = case when present = 'idle' then 'person' end
    where o.id = c.id;
  end if;
  the_revision := conversation.change(c.id);
  if is_paused then
    perform conversation.tell(c.id, 'paused/' || the_revision, 'conversation.paused', jsonb_build_object('reason', the_reason, 'by', said_by));
    return 'paused';
  end if;
  perform conversation.tell(c.id, 'resumed/' || the_revision, 'conversation.resumed', jsonb_build_object('status', present, 'by', said_by));
  return present;
end
$$;

-- For good: turns that are under way are stopped, nobody is asked anything any more.
create function conversation.end_conversation(the_conversation uuid, the_reason text, said_by text) returns text
language plpgsql as $$
declare
  c conversation.conversations := conversation.lock_conversation(the_conversation);
begin
  if c.status = 'ended' then return c.status; end if;
  perform conversation.stop_turns(c.id);
  update conversation.conversations o set status = 'ended', status_reason = the_reason, ended_at = clock_timestamp(), regenerate = null
  where o.id = c.id;
  perform conversation.change(c.id);
  perform conversation.tell(c.id, 'ended', 'conversation.ended',
    jsonb_build_object('reason', the_reason) || case when said_by is null then '{}' else jsonb_build_object('by', said_by) end);
  perform pipeline.cancel_conversation_approvals(c.id);
  return 'ended';
end
$$;

-- Deletes a circle for everybody's eyes; its conversations stay, and end: answers with those. Null where there is none of that version.
create function circle.delete_circle(the_circle uuid, expected integer) returns uuid[]
language plpgsql as $$
declare
  ended uuid[];
begin
  update circle.circles c set deleted_at = clock_timestamp(), version = c.version + 1
  where c.id = the_circle and c.deleted_at is null and (expected is null or c.version = expected);
  if not found then return null; end if;
  select coalesce(array_agg(open.id order by open.id), '{}') into ended
  from (
    select c.id from conversation.conversations c where c.circle_id = the_circle and c.status <> 'ended' order by c.id for no key update
  ) open;
  perform conversation.end_conversation(open.id, 'circle deleted', null) from unnest(ended) with ordinality open (id, place) order by place;
  perform circle.tell(the_circle, 'deleted', 'circle.deleted', '{}');
  return ended;
end
$$;

-- By which the same request finds it again.
alter table conversation.branches add column id uuid not null unique default gen_random_uuid();

-- Forks the branch that the conversation goes on with after one of its messages, and goes on with the new one. The conversation is locked.
create function conversation.fork_branch(c conversation.conversations, the_id uuid, the_place integer, the_reason text, said_by text) returns integer
language plpgsql as $$
declare
  the_branch integer := (select max(b.branch) + 1 from conversation.branches b where b.conversation_id = c.id);
begin
  insert into conversation.branches (id, conversation_id, branch, parent, forked_after, last_sequence, reason, created_by)
  values (the_id, c.id, the_branch, c.branch, the_place, the_place, the_reason, said_by);
  insert into conversation.branch_parts (conversation_id, branch, part, until)
  select c.id, the_branch, p.part, least(p.until, the_place)
  from conversation.branch_parts p
  join conversation.branches b on b.conversation_id = p.conversation_id and b.branch = p.part
  where p.conversation_id = c.id and p.branch = c.branch and b.forked_after < the_place
  union all
  select c.id, the_branch, the_branch, null;
  update conversation.conversations o set branch = the_branch, settled_at_sequence = null, regenerate = null where o.id = c.id;
  perform conversation.stop_turns(c.id);
  perform conversation.tell(c.id, 'branch/' || the_branch, 'branch.created', jsonb_build_object(
    'branch', the_branch, 'parent', c.branch, 'forkedAfter', the_place, 'reason', the_reason, 'createdBy', said_by));
  return the_branch;
end
$$;

-- Goes on differently: from a message of a person with other words (`m`, which lacks place and branch), or with a new answer of an agent's where
-- `m` is null. The outcome is `branched`, `ended`, `absent` (the active branch shows no such message), `unlike` (it is not of that kind) or
-- `silent` (its agent may not speak any more).
create function conversation.branch_off(
  the_conversation uuid, the_id uuid, the_message uuid, m conversation.messages, said_by text, out outcome text)
language plpgsql as $$
declare
  c conversation.conversations := conversation.lock_conversation(the_conversation);
  origin conversation.messages;
  the_purpose text;
  the_branch integer;
  is_edit boolean := m.id is not null;
begin
  if c.status = 'ended' then outcome := 'ended'; return; end if;
  select o.* into origin from conversation.messages o
  where o.id = the_message and o.conversation_id = c.id
    and exists (
      select from conversation.branch_parts p
      where p.conversation_id = c.id and p.branch = c.branch and p.part = o.branch and (p.until is null or o.sequence <= p.until));
  if not found then outcome := 'absent'; return; end if;
  if origin.author_kind <> (case when is_edit then 'user' else 'agent' end) then outcome := 'unlike'; return; end if;
  if not is_edit and conversation.role_of(c, origin.author_id) is null then outcome := 'silent'; return; end if;
  the_branch := conversation.fork_branch(c, the_id, origin.sequence - 1, case when is_edit then 'edit' else 'regenerate' end, said_by);
  if is_edit then
    m.conversation_id := c.id;
    m.author_kind := 'user';
    m.status := 'completed';
    m.steers := false;
    perform conversation.append_message(m, the_branch);
  else
    select t.purpose into the_purpose from conversation.turns t where t.conversation_id = c.id and t.number = origin.turn;
    update conversation.conversations o set
      regenerate = jsonb_build_object('agentId', origin.author_id, 'purpose', coalesce(the_purpose, 'speak'))
    where o.id = c.id;
  end if;
  update conversation.conversations o set status = 'running', status_reason = null where o.id = c.id and o.status in ('idle', 'waiting');
  perform conversation.change(c.id);
  outcome := 'branched';
end
$$;

-- The message that a branch shows at a place; null before the first one.
create function conversation.shown_at(the_conversation uuid, the_branch integer, the_place integer) returns uuid
language sql stable as $$
  select m.id
  from conversation.branch_parts p
  join conversation.messages m on m.conversation_id = p.conversation_id and m.branch = p.part and m.sequence = the_place
    and (p.until is null or m.sequence <= p.until)
  where p.conversation_id = the_conversation and p.branch = the_branch
$$;

-- What is settled on a branch that is gone to: its exchange, unless a person had the last word there.
create function conversation.settled_on(c conversation.conversations, the_branch integer) returns integer
language sql stable as $$
  select case
    when b.last_sequence = 0 then case when c.circle_id is null or c.topic = '' then 0 end
    when (select m.author_kind from conversation.messages m where m.id = conversation.shown_at(c.id, the_branch, b.last_sequence)) = 'agent'
      then conversation.opened_at(c.id, the_branch)
  end
  from conversation.branches b where b.conversation_id = c.id and b.branch = the_branch
$$;

-- Changes what a conversation goes on with; null leaves a thing as it is. The outcome is `changed`, `same`, `ended` or `absent` (there is no such branch).
create function conversation.change_conversation(
  the_conversation uuid, the_topic text, the_mode text, the_settings jsonb, the_branch integer, said_by text)
returns text
language plpgsql as $$
declare
  c conversation.conversations := conversation.lock_conversation(the_conversation);
  changed jsonb := '{}';
  the_revision bigint;
begin
  if the_branch is not null and not exists (
    select from conversation.branches b where b.conversation_id = c.id and b.branch = the_branch
  ) then return 'absent'; end if;
  if the_topic <> c.topic then changed := changed || jsonb_build_object('topic', the_topic); end if;
  if the_mode <> c.mode then changed := changed || jsonb_build_object('mode', the_mode); end if;
  if c.settings || the_settings <> c.settings then changed := changed || jsonb_build_object('settings', c.settings || the_settings); end if;
  if changed = '{}' and coalesce(the_branch, c.branch) = c.branch then return 'same'; end if;
  if c.status = 'ended' and (changed ? 'mode' or changed ? 'settings') then return 'ended'; end if;
  update conversation.conversations o set
    topic = coalesce(the_topic, o.topic), mode = coalesce(the_mode, o.mode), settings = coalesce(changed -> 'settings', o.settings),
    branch = coalesce(the_branch, o.branch),
    regenerate = case when the_branch <> o.branch then null else o.regenerate end,
    settled_at_sequence = case when the_branch <> o.branch then conversation.settled_on(c, the_branch) else o.settled_at_sequence end
  where o.id = c.id;
  the_revision := conversation.change(c.id);
  if changed <> '{}' then
    perform conversation.tell(c.id, 'changed/' || the_revision, 'conversation.changed', changed || jsonb_build_object('by', said_by));
  end if;
  if the_branch <> c.branch then
    perform conversation.tell(c.id, 'switched/' || the_revision, 'branch.switched', jsonb_build_object('branch', the_branch, 'by', said_by));
    perform conversation.refresh_status(c.id);
  end if;
  return 'changed';
end
$$;

-- What every event about an approval says. Of a conversation's, `activity` hears no more than that there is one.
create or replace function pipeline.describe_approval(a pipeline.approvals, more jsonb) returns json
language sql stable as $$
  select case when a.run_id is not null
    then (
      select (jsonb_build_object(
        'approvalId', a.id, 'runId', a.run_id, 'pipelineId', r.pipeline_id, 'pipelineName', r.pipeline_name, 'nodeId', a.node_id,
        'path', a.path, 'iteration', a.iteration, 'title', a.title, 'status', a.status) || more)::json
      from pipeline.runs r where r.id = a.run_id)
    else (
      jsonb_build_object(
        'approvalId', a.id, 'conversationId', a.conversation_id, 'turn', a.turn, 'call', a.call, 'agentName', a.agent_name,
        'title', a.title, 'status', a.status)
      || case when a.turn is null then '{}' else jsonb_build_object('turnId', a.conversation_id || '/' || a.turn) end || more)::json
  end
$$;

-- Tells the run's or the conversation's channel and `activity`, whose lock comes last. The run or the conversation is locked.
create or replace function pipeline.tell_approval(a pipeline.approvals, the_type text, repetition text, more jsonb) returns void
language plpgsql as $$
declare
  the_key text;
  described json;
begin
  if a.run_id is not null then
    the_key := coalesce(a.run_id || '/' || a.path || '/' || a.iteration, a.id::text) || '/' || the_type || repetition;
    described := pipeline.describe_approval(a, more);
    perform event.publish('runs/' || a.run_id, the_key, the_type, described);
  else
    the_key := a.id || '/' || the_type || repetition;
    described := json_build_object('approvalId', a.id, 'conversationId', a.conversation_id, 'status', a.status);
    perform conversation.tell(a.conversation_id, the_key, the_type, pipeline.describe_approval(a, more)::jsonb);
  end if;
  perform event.publish('activity', the_key, the_type, described);
end
$$;

-- Nobody is asked any more when the conversation has ended. The conversation is locked.
create function pipeline.cancel_conversation_approvals(the_conversation uuid) returns void
language plpgsql as $$
declare
  a pipeline.approvals;
begin
  for a in
    update pipeline.approvals p set status = 'canceled', decided_at = clock_timestamp()
    where p.conversation_id = the_conversation and p.status = 'pending'
    returning *
  loop
    perform pipeline.tell_approval(a, 'approval.canceled', '', '{}');
  end loop;
end
$$;

-- The branches that show the same up to a message and go on differently at its place, each by the branch in which it was written.
create function conversation.alternatives_of(m conversation.messages) returns integer[]
language sql stable as $$
  select coalesce(array_agg(distinct other.branch order by other.branch), '{}')
  from (
    select o.branch from conversation.messages o
    where o.conversation_id = m.conversation_id and o.sequence = m.sequence and o.branch <> m.branch
    union
    select b.branch from conversation.branches b
    where b.conversation_id = m.conversation_id and b.forked_after = m.sequence - 1 and b.parent is not null and b.branch <> m.branch
  ) other
  where conversation.shown_at(m.conversation_id, other.branch, m.sequence - 1)
    is not distinct from conversation.shown_at(m.conversation_id, m.branch, m.sequence - 1)
$$;
create index messages_by_place on conversation.messages (conversation_id, sequence);

-- Of the same agent and tool in the same conversation, everything that is pending is approved with it, and nothing is asked again.
create function conversation.grant_tool(a pipeline.approvals, the_user uuid, the_email text) returns void
language plpgsql as $$
declare
  granted conversation.tool_grants;
  other pipeline.approvals;
begin
  insert into conversation.tool_grants (conversation_id, agent_id, tool, granted_by)
  select a.conversation_id, t.agent_id, l.name, the_email
  from conversation.turns t join conversation.tool_calls l on l.conversation_id = t.conversation_id and l.turn = t.number and l.call = a.call
  where t.conversation_id = a.conversation_id and t.number = a.turn
  on conflict (conversation_id, agent_id, tool) do update set granted_by = excluded.granted_by
  returning * into granted;
  for other in
    update pipeline.approvals p set status = 'approved', approvals = p.approvals + 1, decided_at = clock_timestamp()
    from conversation.turns t
    join conversation.tool_calls l on l.conversation_id = t.conversation_id and l.turn = t.number
    where p.conversation_id = a.conversation_id and p.status = 'pending' and p.turn = t.number and p.call = l.call
      and t.conversation_id = a.conversation_id and t.agent_id = granted.agent_id and l.name = granted.tool
    returning p.*
  loop
    insert into pipeline.decisions (approval_id, user_id, email, decision, decided_at)
    values (other.id, the_user, the_email, 'approve', clock_timestamp());
    perform pipeline.tell_approval(other, 'approval.decided', '/' || the_user, jsonb_build_object(
      'by', the_email, 'decision', 'approve', 'approvals', other.approvals, 'rejections', other.rejections, 'quorum', other.quorum));
  end loop;
end
$$;

-- As before, and: of conversations too. What is settled there wakes the conversation; a budget's is the ledger's to follow; the approval of a
-- tool call may be for always.
create or replace function pipeline.decide_approval(
  the_approval uuid, the_audit uuid, the_user uuid, the_email text, the_decision json, the_request text,
  out outcome text, out status text)
language plpgsql as $$
declare
  a pipeline.approvals;
  verdict text := the_decision ->> 'decision';
  named_left bigint;
begin
  select p.* into a from pipeline.approvals p where p.id = the_approval;
  if not found then outcome := 'absent'; return; end if;
  if a.run_id is not null then perform pipeline.lock_run(a.run_id); else perform conversation.lock_conversation(a.conversation_id); end if;
  select p.* into a from pipeline.approvals p where p.id = the_approval for no key update;
  status := a.status;
  if exists (select from pipeline.decisions d where d.approval_id = the_approval and d.user_id = the_user) then
    outcome := 'again';
    return;
  end if;
  if a.status <> 'pending' then outcome := 'ended'; return; end if;
  insert into pipeline.decisions (approval_id, user_id, email, decision, comment, edit, answer, decided_at)
  values (
    the_approval, the_user, the_email, verdict, the_decision ->> 'comment', the_decision -> 'edit', the_decision -> 'answer',
    clock_timestamp());
  a.approvals := a.approvals + case when verdict = 'approve' then 1 else 0 end;
  a.rejections := a.rejections + case when verdict = 'reject' then 1 else 0 end;
  select count(*) into named_left
  from (
    select name as email from unnest(a.approvers) name where name not like 'role:%'
    union
    select u.email from auth.users u where 'role:' || u.role = any (a.approvers)
  ) named
  where not exists (select from pipeline.decisions d where d.approval_id = the_approval and d.email = named.email);
  if a.approvals >= a.quorum then a.status := 'approved';
  elsif verdict = 'reject' and (a.rejections >= a.quorum or (a.approvers is not null and a.approvals + named_left < a.quorum))
    then a.status := 'rejected';
  end if;
  update pipeline.approvals p set
    status = a.status, approvals = a.approvals, rejections = a.rejections,
    decided_at = case when a.status <> 'pending' then clock_timestamp() end
  where p.id = the_approval;
  insert into auth.audit (id, user_id, user_email, action, resource, resource_id, data, request_id)
  values (
    the_audit, the_user, the_email, 'approvals:decide', 'approvals', the_approval,
    pipeline.describe_approval(a, (the_decision::jsonb - 'edit') || jsonb_build_object('edited', the_decision -> 'edit' is not null)),
    the_request);
  if a.status <> 'pending' then
    if a.call like 'budget/%' then
      perform accounting.settle_approval(a, the_decision, the_email);
    elsif a.run_id is not null then
      insert into pipeline.signals (run_id, workflow_id, name, argument)
      values (a.run_id, a.workflow_id, 'approvalSettled', json_build_object('nodeKey', a.path || '/' || a.iteration));
    end if;
    if a.conversation_id is not null then perform conversation.change(a.conversation_id); end if;
  end if;
  perform pipeline.tell_approval(a, 'approval.decided', '/' || the_user, jsonb_build_object(
    'by', the_email, 'decision', verdict, 'approvals', a.approvals, 'rejections', a.rejections, 'quorum', a.quorum)
    || case when the_decision ->> 'comment' is null then '{}' else jsonb_build_object('comment', the_decision ->> 'comment') end);
  if a.status = 'approved' and (the_decision ->> 'always')::boolean and a.call like 'tool.%' then
    perform conversation.grant_tool(a, the_user, the_email);
  end if;
  outcome := 'decided';
  status := a.status;
end
$$;
