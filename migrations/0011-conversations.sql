-- Circles: agents and people that talk with each other. One that was deleted stays, since its conversations do.
create table circle.circles (
  id uuid primary key,
  name text not null,
  description text not null,
  mode text not null,
  visibility text not null check (visibility in ('everyone', 'members')),
  settings jsonb not null,
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz
);
create unique index circles_by_name on circle.circles (name) where deleted_at is null;

create table circle.memberships (
  circle_id uuid not null references circle.circles on delete cascade,
  agent_id uuid references agent.agents on delete cascade,
  user_id uuid references auth.users on delete cascade,
  member_id uuid not null generated always as (coalesce(agent_id, user_id)) stored,
  role text not null check (role in ('member', 'facilitator', 'judge', 'reviewer', 'observer')),
  -- In the order of joining.
  position bigint generated always as identity,
  joined_at timestamptz not null default now(),
  check (num_nonnulls(agent_id, user_id) = 1),
  primary key (circle_id, member_id)
);
create index memberships_by_agent on circle.memberships (agent_id);
create index memberships_by_user on circle.memberships (user_id);

-- Tools of an agent that a person has to approve each time.
alter table agent.agents add column approve_tools jsonb not null default '[]';

create table conversation.conversations (
  id uuid primary key,
  -- Of a circle, or with one agent; the name is kept for when that is gone.
  circle_id uuid references circle.circles,
  agent_id uuid references agent.agents on delete set null,
  partner_name text not null,
  topic text not null,
  mode text not null,
  settings jsonb not null,
  status text not null default 'idle' check (status in ('idle', 'running', 'waiting', 'paused', 'ended')),
  status_reason text,
  -- The branch that it goes on with.
  branch integer not null default 0,
  -- Rises with everything that its workflow has to hear of.
  revision bigint not null default 1,
  -- The number of the next turn.
  next_turn integer not null default 1,
  -- That the exchange which this message opened (0: the topic) is over.
  settled_at_sequence integer,
  -- An agent that a person wants to speak anew: {agentId, purpose}.
  regenerate jsonb,
  -- Of the node of a run that it is a part of.
  run_id uuid references pipeline.runs on delete cascade,
  node_key text,
  started_by uuid,
  started_by_email text not null,
  request_id text,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz,
  unique (run_id, node_key)
);
create index conversations_by_circle on conversation.conversations (circle_id, id);
create index conversations_by_agent on conversation.conversations (agent_id, id);

-- A branch shows its parent's messages up to `forked_after`, and its own.
create table conversation.branches (
  conversation_id uuid not null references conversation.conversations on delete cascade,
  branch integer not null,
  parent integer,
  forked_after integer not null,
  -- Of the path that it shows.
  last_sequence integer not null,
  reason text not null check (reason in ('start', 'edit', 'regenerate')),
  created_by text not null,
  created_at timestamptz not null default clock_timestamp(),
  primary key (conversation_id, branch)
);

-- What a branch shows: of `part` (itself, or a branch that it comes from) the messages with a sequence up to `until`; null: all.
create table conversation.branch_parts (
  conversation_id uuid not null,
  branch integer not null,
  part integer not null,
  until integer,
  primary key (conversation_id, branch, part),
  foreign key (conversation_id, branch) references conversation.branches on delete cascade
);

create table conversation.turns (
  conversation_id uuid not null references conversation.conversations on delete cascade,
  number integer not null,
  branch integer not null,
  -- Sequence of the message that opened its exchange; 0: the topic.
  opened_at integer not null,
  -- Last sequence of its branch when it began: what was said later it has not read, unless it was steered.
  began_after integer not null,
  -- No foreign key: what somebody said outlives them.
  agent_id uuid not null,
  agent_name text not null,
  purpose text not null,
  reason text not null,
  status text not null default 'running' check (status in ('running', 'waiting', 'completed', 'stopped', 'failed')),
  attempts integer not null default 1,
  stop_requested_at timestamptz,
  -- What decisions are made by: a `TurnFact` without number, agent, purpose and status.
  said json,
  error json,
  tokens bigint not null default 0,
  cost_usd numeric(20, 10) not null default 0,
  started_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz,
  primary key (conversation_id, number)
);
create index turns_open on conversation.turns (conversation_id) where ended_at is null;
create index turns_by_agent on conversation.turns (agent_id, started_at);

create table conversation.messages (
  id uuid primary key,
  conversation_id uuid not null references conversation.conversations on delete cascade,
  branch integer not null,
  sequence integer not null,
  author_kind text not null check (author_kind in ('agent', 'user')),
  author_id uuid not null,
  author_name text not null,
  content text not null,
  status text not null default 'completed' check (status in ('completed', 'stopped', 'failed')),
  error json,
  turn integer,
  client_message_id text,
  -- Of a person's message that enters the turns that were running when it came.
  steers boolean not null default false,
  mentions uuid[] not null default '{}',
  created_at timestamptz not null default clock_timestamp(),
  unique (conversation_id, branch, sequence)
);
create unique index messages_by_client_id on conversation.messages (conversation_id, author_id, client_message_id);
create unique index messages_by_turn on conversation.messages (conversation_id, turn);

-- Effects of turns, one row per key, whichever attempt did it: `<conversation>/<turn>/model.<step>`, `…/tool.<step>.<index>`,
-- `<conversation>/summary/<branch>.<until>`. `claims` counts attempts, `failures` those that failed.
create table conversation.effects (
  key text collate "C" primary key,
  conversation_id uuid not null references conversation.conversations on delete cascade,
  turn integer,
  engine_run_id text not null,
  attempt integer not null,
  claims integer not null default 1,
  failures integer not null default 0,
  status text not null default 'claimed' check (status in ('claimed', 'done', 'failed')),
  result json,
  claimed_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz
);
create index conversation_effects_by_turn on conversation.effects (conversation_id, turn);

-- Tool calls as people see them.
create table conversation.tool_calls (
  conversation_id uuid not null references conversation.conversations on delete cascade,
  turn integer not null,
  -- `tool.<step>.<index>`
  call text not null,
  name text not null,
  arguments json not null,
  status text not null check (status in ('running', 'waiting', 'completed', 'failed', 'rejected')),
  result text,
  started_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz,
  primary key (conversation_id, turn, call)
);

-- Tools that need no approval any more: `always allow here`.
create table conversation.tool_grants (
  conversation_id uuid not null references conversation.conversations on delete cascade,
  agent_id uuid not null,
  tool text not null,
  granted_by text not null,
  granted_at timestamptz not null default clock_timestamp(),
  primary key (conversation_id, agent_id, tool)
);

-- What no longer fits into a prompt, told short: of the messages of a branch's path up to `until`.
create table conversation.summaries (
  conversation_id uuid not null references conversation.conversations on delete cascade,
  branch integer not null,
  until integer not null,
  text text not null,
  created_at timestamptz not null default clock_timestamp(),
  primary key (conversation_id, branch, until)
);

-- Texts, signals and approvals are of a run or of a conversation.
alter table pipeline.turn_texts
  alter column run_id drop not null, alter column node_id drop not null, alter column path drop not null, alter column iteration drop not null,
  add column conversation_id uuid references conversation.conversations on delete cascade,
  add column agent_id uuid,
  add check (num_nonnulls(run_id, conversation_id) = 1);
alter table pipeline.signals
  alter column run_id drop not null,
  add column conversation_id uuid references conversation.conversations on delete cascade,
  add check (num_nonnulls(run_id, conversation_id) = 1);
alter table pipeline.approvals
  alter column run_id drop not null, alter column path drop not null, alter column iteration drop not null, alter column node_id drop not null,
  add column conversation_id uuid references conversation.conversations on delete cascade,
  add column turn integer,
  -- `tool.<step>.<index>` of the turn; `budget/<scope>/<id>/<number>` where a budget is to be extended.
  add column call text,
  add column agent_name text,
  add check (num_nonnulls(run_id, conversation_id) = 1),
  add unique (conversation_id, turn, call);

-- Makes this transaction the only one that writes about the conversation.
create function conversation.lock_conversation(the_conversation uuid) returns conversation.conversations
language plpgsql as $$
declare
  found_conversation conversation.conversations;
begin
  select * into found_conversation from conversation.conversations c where c.id = the_conversation for no key update;
  if found_conversation.id is null then raise exception 'no conversation %', the_conversation using errcode = 'no_data_found'; end if;
  return found_conversation;
end
$$;

-- Tells the conversation's channel, once for a key; messages are told to its circle's and their agent's as well. The conversation is locked.
create function conversation.tell(the_conversation uuid, the_key text, the_type text, the_data jsonb) returns boolean
language plpgsql as $$
declare
  c conversation.conversations;
  described json;
begin
  select * into c from conversation.conversations where id = the_conversation;
  described := (jsonb_build_object('conversationId', the_conversation, 'circleId', c.circle_id) || the_data)::json;
  if not event.publish('conversations/' || the_conversation, the_key, the_type, described) then return false; end if;
  if the_type = 'message' then
    if c.circle_id is not null then perform event.publish('circles/' || c.circle_id, the_key, the_type, described); end if;
    if the_data ->> 'agent_id' is not null and exists (select from event.channels where name = 'agents/' || (the_data ->> 'agent_id')) then
      perform event.publish('agents/' || (the_data ->> 'agent_id'), the_key, the_type, described);
    end if;
  end if;
  return true;
end
$$;

-- Counts a change that its workflow has to hear of, and leaves the signal for it. Answers with the new revision. The conversation is locked.
create function conversation.change(the_conversation uuid) returns bigint
language plpgsql as $$
declare
  the_revision bigint;
begin
  update conversation.conversations c set revision = c.revision + 1, updated_at = clock_timestamp()
  where c.id = the_conversation
  returning c.revision into the_revision;
  insert into pipeline.signals (conversation_id, workflow_id, name, argument)
  values (the_conversation, 'conversation:' || the_conversation, 'conversationChanged', json_build_object('revision', the_revision));
  return the_revision;
end
$$;

-- The messages that a branch shows.
create view conversation.branch_messages as
  select p.branch as shown_in, m.*
  from conversation.branch_parts p
  join conversation.messages m on m.conversation_id = p.conversation_id and m.branch = p.part and (p.until is null or m.sequence <= p.until);

-- Gives a message the next place in the conversation's branch and tells of it. The conversation is locked. `m` lacks sequence and branch.
create function conversation.append_message(m conversation.messages, the_branch integer) returns conversation.messages
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
    || case when m.error is null then '{}' else jsonb_build_object('error', m.error) end);
  return m;
end
$$;
