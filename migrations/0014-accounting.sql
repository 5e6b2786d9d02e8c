-- What model calls use and cost, and the limits of that.
create schema accounting;

-- One row for each attempt of each model call; without an outcome it is under way, and what it may use at most is reserved. It outlives
-- everything that it is about.
create table accounting.ledger (
  id uuid primary key,
  -- Of the effect, and the number of its claim: the attempt.
  key text collate "C" not null,
  claim integer not null,
  conversation_id uuid,
  turn integer,
  run_id uuid,
  agent_id uuid not null,
  circle_id uuid,
  provider text not null,
  model text not null,
  -- UTC; everything of the attempt counts for the day on which it began.
  day date not null default (clock_timestamp() at time zone 'utc')::date,
  started_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz,
  outcome text check (outcome in ('completed', 'failed', 'aborted', 'lost', 'refused')),
  -- At most: tokens of the request by an upper bound, and tokens that it may write.
  reserved_input bigint not null,
  reserved_output bigint not null,
  -- US dollars for a million tokens, by the list of that time; 0 where the price is not known.
  input_price numeric not null,
  output_price numeric not null,
  -- Characters that it had written when a later attempt began anew.
  written integer not null default 0,
  input_tokens bigint not null default 0,
  output_tokens bigint not null default 0,
  cached_input_tokens bigint not null default 0,
  reasoning_tokens bigint not null default 0,
  cost_usd numeric(20, 10) not null default 0,
  -- The provider did not say what it counted.
  estimated boolean not null default false,
  latency_ms integer,
  first_token_ms integer,
  error text
);
-- A refused attempt is asked for again under the same number.
create unique index ledger_by_key on accounting.ledger (key, claim) where outcome is distinct from 'refused';
create index ledger_by_conversation on accounting.ledger (conversation_id, id) where conversation_id is not null;
create index ledger_by_run on accounting.ledger (run_id, id) where run_id is not null;
create index ledger_by_agent on accounting.ledger (agent_id, id);
create index ledger_under_way on accounting.ledger (started_at) where outcome is null;

-- Sums of the ledger, by day, kept in the transaction of each row's end. Ids: of a turn `<conversation>/<number>`, of a day its date, of a
-- model `<provider>/<model>`, else an id.
create table accounting.totals (
  scope text not null check (scope in ('turn', 'conversation', 'run', 'agent', 'circle', 'day', 'model')),
  id text collate "C" not null,
  day date not null,
  calls bigint not null default 0,
  input_tokens bigint not null default 0,
  output_tokens bigint not null default 0,
  cached_input_tokens bigint not null default 0,
  reasoning_tokens bigint not null default 0,
  cost_usd numeric(30, 10) not null default 0,
  primary key (scope, id, day)
);
create index totals_by_day on accounting.totals (scope, day);

-- What an agent did in one conversation or run, and since when.
create table agent.sessions (
  agent_id uuid not null,
  kind text not null check (kind in ('conversation', 'run')),
  subject_id uuid not null,
  started_at timestamptz not null default clock_timestamp(),
  last_active_at timestamptz not null default clock_timestamp(),
  calls bigint not null default 0,
  tokens bigint not null default 0,
  cost_usd numeric(20, 10) not null default 0,
  primary key (agent_id, kind, subject_id)
);
create index sessions_by_activity on agent.sessions (agent_id, last_active_at desc);

-- Limits, of tokens (in and out), of US dollars, or of both. Of days: `every` is that of each day, a date that of this day alone.
create table accounting.budgets (
  scope text not null check (scope in ('conversation', 'run', 'agent', 'circle', 'day')),
  id text collate "C" not null,
  tokens bigint check (tokens >= 0),
  usd numeric(20, 10) check (usd >= 0),
  -- How often people were asked to extend it.
  requests integer not null default 0,
  updated_by text not null,
  updated_at timestamptz not null default clock_timestamp(),
  primary key (scope, id),
  check (num_nonnulls(tokens, usd) > 0)
);

-- The turn of an agent, in a conversation or at a node of a run, that a model call is a step of; null for a call of its own.
create function accounting.turn_of(the_key text) returns text
language sql immutable as $$ select substring(the_key from '^(.*)/model\.\d+$') $$;

-- What an amount of tokens costs.
create function accounting.price(l accounting.ledger, input bigint, output bigint) returns numeric
language sql immutable as $$
  select round((input * l.input_price + output * l.output_price) / 1000000, 10)
$$;

-- Adds the difference between what a row says and what it said to all sums. Rows are locked in one order by everybody.
create function accounting.book(old accounting.ledger, new accounting.ledger) returns void
language plpgsql as $$
declare
  more_calls constant integer := case when old.outcome is null then 1 else 0 end;
  more_tokens constant bigint := new.input_tokens + new.output_tokens - old.input_tokens - old.output_tokens;
  more_cost constant numeric := new.cost_usd - old.cost_usd;
begin
  if new.run_id is not null and more_cost <> 0 then
    update pipeline.runs r set cost_usd = r.cost_usd + more_cost where r.id = new.run_id;
  end if;
  if new.turn is not null then
    update conversation.turns t set tokens = t.tokens + more_tokens, cost_usd = t.cost_usd + more_cost
    where t.conversation_id = new.conversation_id and t.number = new.turn;
  end if;
  insert into agent.sessions as s (agent_id, kind, subject_id, calls, tokens, cost_usd)
  select new.agent_id, subject.kind, subject.id, more_calls, more_tokens, more_cost
  from (values ('conversation', new.conversation_id), ('run', new.run_id)) subject (kind, id)
  where subject.id is not null
  order by subject.kind
  on conflict (agent_id, kind, subject_id) do update set
    calls = s.calls + excluded.calls, tokens = s.tokens + excluded.tokens, cost_usd = s.cost_usd + excluded.cost_usd,
    last_active_at = clock_timestamp();
  insert into accounting.totals as t (scope, id, day, calls, input_tokens, output_tokens, cached_input_tokens, reasoning_tokens, cost_usd)
  select level.scope, level.id, new.day, more_calls, new.input_tokens - old.input_tokens, new.output_tokens - old.output_tokens,
    new.cached_input_tokens - old.cached_input_tokens, new.reasoning_tokens - old.reasoning_tokens, more_cost
  from (values
    ('agent', new.agent_id::text), ('circle', new.circle_id::text), ('conversation', new.conversation_id::text),
    ('day', new.day::text), ('model', new.provider || '/' || new.model), ('run', new.run_id::text),
    ('turn', accounting.turn_of(new.key))
  ) level (scope, id)
  where level.id is not null
  order by level.scope, level.id
  on conflict (scope, id, day) do update set
    calls = t.calls + excluded.calls,
    input_tokens = t.input_tokens + excluded.input_tokens,
    output_tokens = t.output_tokens + excluded.output_tokens,
    cached_input_tokens = t.cached_input_tokens + excluded.cached_input_tokens,
    reasoning_tokens = t.reasoning_tokens + excluded.reasoning_tokens,
    cost_usd = t.cost_usd + excluded.cost_usd;
end
$$;

-- Ends an attempt. What was taken for lost and comes to an end after all is booked as what it was; anything else is booked once.
create function accounting.settle(the_id uuid, the_end json) returns void
language plpgsql as $$
declare
  old accounting.ledger;
  new accounting.ledger;
begin
  select * into old from accounting.ledger l where l.id = the_id for no key update;
  if not found or coalesce(old.outcome, 'lost') <> 'lost' then return; end if;
  new := json_populate_record(old, the_end);
  new.ended_at := clock_timestamp();
  update accounting.ledger l set
    ended_at = new.ended_at, outcome = new.outcome, input_tokens = new.input_tokens, output_tokens = new.output_tokens,
    cached_input_tokens = new.cached_input_tokens, reasoning_tokens = new.reasoning_tokens, cost_usd = new.cost_usd,
    estimated = new.estimated, latency_ms = new.latency_ms, first_token_ms = new.first_token_ms, error = new.error
  where l.id = the_id;
  perform accounting.book(old, new);
end
$$;

-- Gives up an attempt whose worker is taken for dead: it is booked with its request and the text that it had written, as far as that is known.
create function accounting.lose(l accounting.ledger) returns void
language plpgsql as $$
declare
  written integer;
  output bigint;
begin
  select greatest(l.written, coalesce(max(length(t.text)), 0)) into written
  from pipeline.turn_texts t where t.turn_id = l.key and t.attempt = l.claim;
  output := least(l.reserved_output, ceil(written / 4.0));
  perform accounting.settle(l.id, json_build_object(
    'outcome', 'lost', 'estimated', true, 'input_tokens', l.reserved_input, 'output_tokens', output,
    'cost_usd', accounting.price(l, l.reserved_input, output)));
end
$$;

-- The text of an attempt that died is gone when the next one begins, or another text: how long it was is kept.
create function accounting.note_written() returns trigger
language plpgsql as $$
begin
  update accounting.ledger l set written = length(old.text)
  where l.key = old.turn_id and l.claim = old.attempt and l.outcome is null;
  return null;
end
$$;
create trigger note_written after update of attempt on pipeline.turn_texts
for each row when (old.attempt <> new.attempt and old.text <> '') execute function accounting.note_written();
create trigger note_written_at_last after delete on pipeline.turn_texts
for each row when (old.text <> '') execute function accounting.note_written();

-- What is spent of what a budget is of.
create function accounting.spent(the_scope text, the_id text) returns table (tokens bigint, usd numeric)
language sql stable as $$
  select coalesce(sum(t.input_tokens + t.output_tokens), 0)::bigint, coalesce(sum(t.cost_usd), 0)
  from accounting.totals t where t.scope = the_scope and t.id = the_id
$$;

-- What is reserved of it by calls that are under way.
create function accounting.reserved(the_scope text, the_id text) returns table (tokens bigint, usd numeric)
language sql stable as $$
  select coalesce(sum(l.reserved_input + l.reserved_output), 0)::bigint,
    coalesce(sum(accounting.price(l, l.reserved_input, l.reserved_output)), 0)
  from accounting.ledger l
  where l.outcome is null and the_id = case the_scope
    when 'conversation' then l.conversation_id::text when 'run' then l.run_id::text when 'agent' then l.agent_id::text
    when 'circle' then l.circle_id::text else l.day::text end
$$;

-- The budgets that a call falls under, each with what is left: of what is spent, and of what is spent or reserved. Null: without limit. One
-- statement, so that an attempt which ends meanwhile is either under way or spent.
create function accounting.budgets_over(c accounting.ledger)
returns table (scope text, id text, tokens bigint, usd numeric, unspent_tokens bigint, unspent_usd numeric, free_tokens bigint, free_usd numeric)
language sql stable as $$
  with over as (
    select b.scope, case when b.scope = 'day' then c.day::text else b.id end as id, b.tokens, b.usd
    from accounting.budgets b
    where (b.scope, b.id) in (
      ('conversation', c.conversation_id::text), ('run', c.run_id::text), ('agent', c.agent_id::text), ('circle', c.circle_id::text),
      ('day', c.day::text), ('day', 'every'))
    and not (b.id = 'every' and exists (select from accounting.budgets d where d.scope = 'day' and d.id = c.day::text))
  )
  select o.scope, o.id, o.tokens, o.usd, o.tokens - spent.tokens, o.usd - spent.usd,
    o.tokens - spent.tokens - reserved.tokens, o.usd - spent.usd - reserved.usd
  from over o
  cross join lateral accounting.spent(o.scope, o.id) spent
  cross join lateral accounting.reserved(o.scope, o.id) reserved
  order by o.scope, o.id
$$;

-- How many tokens a call may write when so much is left.
create function accounting.affordable(c accounting.ledger, tokens bigint, usd numeric) returns bigint
language sql immutable as $$
  select least(
    c.reserved_output,
    tokens - c.reserved_input,
    case
      when usd is null then null
      when usd < accounting.price(c, c.reserved_input, 0) then -1
      when c.output_price > 0 then floor((usd - accounting.price(c, c.reserved_input, 0)) * 1000000 / c.output_price)::bigint
    end)
$$;

-- Takes the locks of the budgets that a call falls under. Answers whether there are any.
create function accounting.lock_budgets(c accounting.ledger) returns boolean
language plpgsql as $$
begin
  perform from accounting.budgets b
  where (b.scope, b.id) in (
    ('conversation', c.conversation_id::text), ('run', c.run_id::text), ('agent', c.agent_id::text), ('circle', c.circle_id::text),
    ('day', c.day::text), ('day', 'every'))
  order by b.scope, b.id for update;
  return found;
end
$$;

-- Whether the budgets, which are locked, let a call begin, and how many tokens it may write then: `wait` where too little is left only because
-- others have reserved it, `exceeded` where too little is left of the budget that is named.
create function accounting.judge(c accounting.ledger, least_output bigint, out outcome text, out granted bigint, out scope text, out id text)
language plpgsql as $$
declare
  needed constant bigint := least(c.reserved_output, least_output);
  b record;
begin
  outcome := 'granted';
  granted := c.reserved_output;
  for b in select * from accounting.budgets_over(c) loop
    if accounting.affordable(c, b.unspent_tokens, b.unspent_usd) < needed then
      outcome := 'exceeded'; scope := b.scope; id := b.id;
      return;
    end if;
    granted := least(granted, accounting.affordable(c, b.free_tokens, b.free_usd));
    if granted < needed then outcome := 'wait'; end if;
  end loop;
end
$$;

-- A call as it is asked for; that of a conversation which is a node of a run is the run's as well.
create function accounting.asked_call(asked json) returns accounting.ledger
language plpgsql stable as $$
declare
  c accounting.ledger := json_populate_record(null::accounting.ledger, asked);
begin
  if c.run_id is null and c.conversation_id is not null then
    c.run_id := (select o.run_id from conversation.conversations o where o.id = c.conversation_id);
  end if;
  return c;
end
$$;

-- How many tokens a call may write until its turn has used up its own limits: {tokens, usd, mostOutput}. Null: without limit. Calls of a turn
-- come one after the other, so nothing is locked.
create function accounting.left_in_turn(c accounting.ledger, limits json) returns bigint
language plpgsql stable as $$
declare
  spent record;
begin
  if limits is null then return null; end if;
  select coalesce(sum(t.input_tokens + t.output_tokens), 0) as tokens, coalesce(sum(t.cost_usd), 0) as usd into spent
  from accounting.totals t where t.scope = 'turn' and t.id = accounting.turn_of(c.key);
  c.reserved_output := (limits ->> 'mostOutput')::bigint;
  return accounting.affordable(c, (limits ->> 'tokens')::bigint - spent.tokens::bigint, (limits ->> 'usd')::numeric - spent.usd);
end
$$;

-- Opens an attempt's row and reserves what it may use at most. Budgets are locked last, after everything that is booked. `asked` has the columns of the ledger. The outcome is
--   free      no budget limits it
--   granted   it may write `granted` tokens
--   wait      others have reserved what is left: ask again
--   exceeded  too little is left of the budget `scope` `id`: see `accounting.refuse`; or of the limits of its turn, where the scope is `turn`
create function accounting.reserve(asked json, least_output bigint, out outcome text, out granted bigint, out scope text, out id text)
language plpgsql as $$
declare
  c accounting.ledger := accounting.asked_call(asked);
  dead accounting.ledger;
  most_output constant bigint := (asked -> 'limits' ->> 'mostOutput')::bigint;
  left_in_turn bigint;
begin
  c.day := (clock_timestamp() at time zone 'utc')::date;
  insert into agent.sessions (agent_id, kind, subject_id)
  select c.agent_id, subject.kind, subject.id
  from (values ('conversation', c.conversation_id), ('run', c.run_id)) subject (kind, id)
  where subject.id is not null
  on conflict do nothing;
  for dead in select * from accounting.ledger l where l.key = c.key and l.claim < c.claim and l.outcome is null loop
    perform accounting.lose(dead);
  end loop;
  left_in_turn := accounting.left_in_turn(c, asked -> 'limits');
  if left_in_turn < least(c.reserved_output, least_output) then
    outcome := 'exceeded'; scope := 'turn'; id := accounting.turn_of(c.key);
    return;
  end if;
  outcome := 'free';
  if accounting.lock_budgets(c) then select j.* into outcome, granted, scope, id from accounting.judge(c, least_output) j; end if;
  if outcome not in ('free', 'granted') then return; end if;
  if outcome = 'granted' or left_in_turn < most_output then
    outcome := 'granted';
    granted := least(granted, left_in_turn);
  end if;
  insert into accounting.ledger (
    id, key, claim, conversation_id, turn, run_id, agent_id, circle_id, provider, model, day, reserved_input, reserved_output,
    input_price, output_price
  )
  values (
    c.id, c.key, c.claim, c.conversation_id, c.turn, c.run_id, c.agent_id, c.circle_id, c.provider, c.model, c.day, c.reserved_input,
    coalesce(granted, c.reserved_output), c.input_price, c.output_price
  );
end
$$;

-- What a budget is of, by its name: the topic of a conversation, the pipeline of a run.
create function accounting.budget_title(the_scope text, the_id text) returns text
language sql stable as $$
  select coalesce(case the_scope
    when 'conversation' then (
      select case when c.topic = '' then c.partner_name else left(c.topic, 120) end from conversation.conversations c where c.id = the_id::uuid)
    when 'run' then (select r.pipeline_name from pipeline.runs r where r.id = the_id::uuid)
    when 'agent' then (select a.name from agent.agents a where a.id = the_id::uuid)
    when 'circle' then (select c.name from circle.circles c where c.id = the_id::uuid)
  end, the_id)
$$;

-- For a sentence: what a budget is of.
create function accounting.budget_name(the_scope text, the_id text) returns text
language sql stable as $$
  select case the_scope
    when 'conversation' then 'this conversation'
    when 'run' then 'this run'
    else 'the ' || the_scope || ' ' || accounting.budget_title(the_scope, the_id)
  end
$$;

-- Why a run is paused, where it is no person who paused it.
alter table pipeline.runs add column paused_for text check (paused_for in ('budget'));

-- As before, and: a person's pause has no other reason, and takes the place of a budget's.
create or replace function pipeline.set_paused(the_run uuid, the_workflow text, is_paused boolean) returns text
language plpgsql as $$
declare
  the_status text := pipeline.lock_run(the_run);
  the_type constant text := case when is_paused then 'run.paused' else 'run.resumed' end;
  the_key text;
  revision integer;
begin
  if pipeline.is_ended(the_status) or (is_paused = (the_status = 'paused') and not (
    is_paused and exists (select from pipeline.runs r where r.id = the_run and r.paused_for = 'budget')))
  then return the_status; end if;
  the_status := case when is_paused then 'paused' when pipeline.has_begun(the_run) then 'running' else 'queued' end;
  update pipeline.runs r set
    status = the_status,
    paused_for = null,
    control_revision = r.control_revision + 1,
    started_at = case when the_status = 'running' then coalesce(r.started_at, clock_timestamp()) else r.started_at end
  where r.id = the_run
  returning r.control_revision into revision;
  insert into pipeline.signals (run_id, workflow_id, name, argument)
  values (the_run, the_workflow, 'setPaused', json_build_object('revision', revision, 'paused', is_paused));
  the_key := the_run || '/' || the_type || '/' || revision;
  perform event.publish('runs/' || the_run, the_key, the_type, json_build_object('status', the_status));
  perform event.publish('activity', the_key, the_type,
    json_build_object('runId', r.id, 'pipelineId', r.pipeline_id, 'pipelineName', r.pipeline_name, 'status', the_status))
  from pipeline.runs r where r.id = the_run;
  return the_status;
end
$$;

-- Pauses what a call belongs to, which is locked. Answers with the revision that says so.
create function accounting.pause(c accounting.ledger) returns bigint
language plpgsql as $$
declare
  revision bigint;
  before text;
begin
  if c.conversation_id is not null then
    perform conversation.set_paused(c.conversation_id, true, 'budget', 'budget');
    select o.revision into revision from conversation.conversations o where o.id = c.conversation_id;
    return revision;
  end if;
  select r.status into before from pipeline.runs r where r.id = c.run_id;
  if before <> 'paused' then
    perform pipeline.set_paused(c.run_id, 'pipeline-run:' || c.run_id, true);
    update pipeline.runs r set paused_for = 'budget' where r.id = c.run_id;
  end if;
  select r.control_revision into revision from pipeline.runs r where r.id = c.run_id;
  return revision;
end
$$;

-- Lets it go on, where it is a budget that it was paused for.
create function accounting.go_on(a pipeline.approvals, said_by text) returns void
language plpgsql as $$
begin
  if a.conversation_id is not null then
    perform from conversation.conversations c where c.id = a.conversation_id and c.status = 'paused' and c.status_reason = 'budget';
    if found then perform conversation.set_paused(a.conversation_id, false, 'budget', said_by); end if;
  else
    perform from pipeline.runs r where r.id = a.run_id and r.status = 'paused' and r.paused_for = 'budget';
    if found then perform pipeline.set_paused(a.run_id, a.workflow_id, false); end if;
  end if;
end
$$;

-- Tells of a budget on the channel of what it stops.
create function accounting.tell_budget(a pipeline.approvals, the_type text, described jsonb) returns void
language plpgsql as $$
declare
  the_key constant text := a.id || '/' || the_type;
begin
  described := jsonb_build_object('approvalId', a.id, 'scope', split_part(a.call, '/', 2), 'id', split_part(a.call, '/', 3),
    'name', accounting.budget_name(split_part(a.call, '/', 2), split_part(a.call, '/', 3))) || described;
  if a.conversation_id is not null then perform conversation.tell(a.conversation_id, the_key, the_type, described);
  else perform event.publish('runs/' || a.run_id, the_key, the_type, described::json); end if;
end
$$;

-- Asks people to extend a budget, of which too little is left for a call.
create function accounting.ask_people(c accounting.ledger, least_output bigint, the_approval uuid, the_scope text, the_id text) returns void
language plpgsql as $$
declare
  a pipeline.approvals;
  b record;
  the_number integer;
  needed_tokens constant bigint := c.reserved_input + least(c.reserved_output, least_output);
  needed_usd constant numeric := accounting.price(c, c.reserved_input, least(c.reserved_output, least_output));
begin
  perform from pipeline.approvals p
  where (p.conversation_id = c.conversation_id or p.run_id = c.run_id) and p.status = 'pending'
    and p.call like 'budget/' || the_scope || '/' || the_id || '/%'
    and (c.conversation_id is null or p.conversation_id is not null);
  if found then return; end if;
  select * into b from accounting.budgets_over(c) o where o.scope = the_scope and o.id = the_id;
  update accounting.budgets u set requests = u.requests + 1
  where u.scope = the_scope and u.id = case
    when exists (select from accounting.budgets d where d.scope = the_scope and d.id = the_id) then the_id else 'every' end
  returning u.requests into the_number;
  insert into pipeline.approvals (
    id, run_id, conversation_id, workflow_id, call, agent_name, title, instructions, value, form, approvers, quorum, on_timeout, created_at
  )
  select
    the_approval, case when c.conversation_id is null then c.run_id end, c.conversation_id,
    coalesce('conversation:' || c.conversation_id, 'pipeline-run:' || c.run_id),
    -- The random part tells requests apart where a budget was deleted and made anew.
    'budget/' || the_scope || '/' || the_id || '/' || the_number || '-' || the_approval,
    (select g.name from agent.agents g where g.id = c.agent_id),
    'Extend the budget of ' || accounting.budget_name(the_scope, the_id) || '?',
    concat_ws(E'\n\n',
      case when b.tokens is not null then format('Of %s tokens, %s are used.', b.tokens, b.tokens - b.unspent_tokens) end,
      case when b.usd is not null then format('Of $%s, $%s are spent.', trim_scale(b.usd), trim_scale(round(b.usd - b.unspent_usd, 4))) end,
      format('The next model call may need %s tokens', needed_tokens)
        || case when needed_usd > 0 then format(' ($%s)', trim_scale(round(needed_usd, 4))) else '' end
        || ', so nothing goes on until the budget is extended. What you give is added to it.'),
    json_build_object(
      'scope', the_scope, 'id', the_id,
      'limit', json_build_object('tokens', b.tokens, 'usd', b.usd::double precision),
      'used', json_build_object('tokens', b.tokens - b.unspent_tokens, 'usd', (b.usd - b.unspent_usd)::double precision),
      'needed', json_build_object('tokens', needed_tokens, 'usd', needed_usd::double precision)),
    json_build_object('type', 'object', 'additionalProperties', false, 'minProperties', 1, 'properties', (
      select json_object_agg(k.key, k.field) from (
        select 'tokens' as key, '{"type": "integer", "minimum": 1, "maximum": 1000000000000, "title": "More tokens"}'::json as field where b.tokens is not null
        union all
        select 'usd', '{"type": "number", "exclusiveMinimum": 0, "maximum": 1000000, "title": "More US dollars"}'::json where b.usd is not null
      ) k)),
    array['role:editor'], 1, 'fail', clock_timestamp()
  returning * into a;
  perform accounting.tell_budget(a, 'budget.reached', a.value::jsonb);
  perform pipeline.tell_approval(a, 'approval.requested', '', '{}');
end
$$;

-- Pauses what a call belongs to for which `accounting.reserve` found too little left, and asks people, unless the budget has been extended
-- meanwhile. The call goes on the record as refused. The outcome is
--   paused  `revision` says so
--   again   there is enough now
--   ended   nobody waits for the call any more
create function accounting.refuse(asked json, least_output bigint, the_approval uuid, out outcome text, out revision bigint)
language plpgsql as $$
declare
  c accounting.ledger := accounting.asked_call(asked);
  judged record;
begin
  c.day := (clock_timestamp() at time zone 'utc')::date;
  if c.conversation_id is not null then
    if (conversation.lock_conversation(c.conversation_id)).status = 'ended' then outcome := 'ended'; return; end if;
  elsif pipeline.is_ended(pipeline.lock_run(c.run_id)) then outcome := 'ended'; return;
  end if;
  perform accounting.lock_budgets(c);
  select * into judged from accounting.judge(c, least_output);
  if judged.outcome <> 'exceeded' then outcome := 'again'; return; end if;
  insert into accounting.ledger (
    id, key, claim, conversation_id, turn, run_id, agent_id, circle_id, provider, model, day, ended_at, outcome, reserved_input,
    reserved_output, input_price, output_price, error
  )
  values (
    c.id, c.key, c.claim, c.conversation_id, c.turn, c.run_id, c.agent_id, c.circle_id, c.provider, c.model, c.day, clock_timestamp(),
    'refused', c.reserved_input, c.reserved_output, c.input_price, c.output_price,
    'Too little is left of the budget of ' || accounting.budget_name(judged.scope, judged.id)
  );
  revision := accounting.pause(c);
  perform accounting.ask_people(c, least_output, the_approval, judged.scope, judged.id);
  outcome := 'paused';
end
$$;

-- Adds to a budget; to that of a day for this day alone. Nothing where it is gone.
create function accounting.extend(the_scope text, the_id text, more json, said_by text) returns void
language plpgsql as $$
begin
  perform from accounting.budgets b where b.scope = the_scope and b.id in (the_id, case when the_scope = 'day' then 'every' end)
  order by b.id for update;
  if the_scope = 'day' then
    insert into accounting.budgets (scope, id, tokens, usd, updated_by)
    select 'day', the_id, b.tokens, b.usd, said_by from accounting.budgets b where b.scope = 'day' and b.id = 'every'
    on conflict do nothing;
  end if;
  update accounting.budgets b set
    tokens = b.tokens + coalesce((more ->> 'tokens')::bigint, 0), usd = b.usd + coalesce((more ->> 'usd')::numeric, 0),
    updated_by = said_by, updated_at = clock_timestamp()
  where b.scope = the_scope and b.id = the_id;
end
$$;

-- What a decision about a budget leads to: extended, it goes on; rejected, it stays paused. The conversation or the run is locked.
create function accounting.settle_approval(a pipeline.approvals, the_decision json, said_by text) returns void
language plpgsql as $$
declare
  more constant json := coalesce(the_decision -> 'answer', '{}');
begin
  if a.status <> 'approved' then return; end if;
  perform accounting.extend(split_part(a.call, '/', 2), split_part(a.call, '/', 3), more, said_by);
  perform accounting.tell_budget(a, 'budget.extended', jsonb_build_object('more', more, 'by', said_by));
  perform accounting.go_on(a, said_by);
end
$$;

-- Requests to extend a budget that has enough left by now, or is no more: somebody else has extended it, or another day has come.
create function accounting.answered_requests() returns setof uuid
language sql stable as $$
  select a.id
  from pipeline.approvals a
  cross join lateral (select split_part(a.call, '/', 2) as scope, split_part(a.call, '/', 3) as id, a.value -> 'needed' as needed) asked
  left join lateral (
    select b.* from accounting.budgets b
    where b.scope = asked.scope and (b.id = asked.id or (asked.scope = 'day' and b.id = 'every'))
    order by b.id = 'every' limit 1
  ) budget on true
  cross join lateral accounting.spent(asked.scope, asked.id) spent
  where a.status = 'pending' and a.call like 'budget/%' and (
    budget.scope is null
    or (asked.scope = 'day' and asked.id < ((clock_timestamp() at time zone 'utc')::date)::text)
    or (coalesce(budget.tokens - spent.tokens >= (asked.needed ->> 'tokens')::bigint, true)
      and coalesce(budget.usd - spent.usd >= (asked.needed ->> 'usd')::numeric, true)))
$$;

-- Withdraws such a request and lets what waits for it go on.
create function accounting.withdraw_request(the_approval uuid) returns void
language plpgsql as $$
declare
  a pipeline.approvals;
begin
  select * into a from pipeline.approvals p where p.id = the_approval;
  if a.run_id is not null then perform pipeline.lock_run(a.run_id); else perform conversation.lock_conversation(a.conversation_id); end if;
  update pipeline.approvals p set status = 'canceled', decided_at = clock_timestamp()
  where p.id = the_approval and p.status = 'pending'
  returning * into a;
  if not found then return; end if;
  perform accounting.tell_budget(a, 'budget.extended', jsonb_build_object('more', json_build_object()));
  perform accounting.go_on(a, 'budget');
  perform pipeline.tell_approval(a, 'approval.canceled', '', '{}');
end
$$;

-- Books attempts as lost that began so long ago that nobody can be at them any more. Answers how many.
create function accounting.lose_old(older_than interval, most integer) returns integer
language plpgsql as $$
declare
  dead accounting.ledger;
  count integer := 0;
begin
  for dead in
    select * from accounting.ledger l where l.outcome is null and l.started_at < clock_timestamp() - older_than
    order by l.started_at limit most
  loop
    perform accounting.lose(dead);
    count := count + 1;
  end loop;
  return count;
end
$$;

-- Takes back what a claim has done, for an effect that must not be done now: the next claim is as if there had been none. Answers false
-- where the attempt does not hold it any more.
create function pipeline.release_effect(
  the_run uuid, the_path text, the_iteration text, the_key text, engine_run text, the_attempt integer)
returns boolean
language plpgsql as $$
declare
  effect pipeline.effects;
begin
  perform pipeline.lock_run(the_run);
  select * into effect from pipeline.effects e
  where e.key = the_key and e.status = 'claimed' and e.engine_run_id = engine_run and e.attempt = the_attempt;
  if not found then return false; end if;
  if effect.claims = 1 then
    delete from pipeline.effects e where e.key = the_key;
    return true;
  end if;
  update pipeline.effects e set claims = e.claims - 1, attempt = 0 where e.key = the_key;
  update pipeline.run_nodes n set attempts = n.attempts - 1
  where n.run_id = the_run and n.path = the_path and n.iteration = the_iteration;
  return true;
end
$$;

-- Whether somebody may know of what a budget is of, and there is such a thing.
create function accounting.is_visible(the_scope text, the_id text, the_user uuid, the_role text) returns boolean
language sql stable as $$
  select case the_scope
    when 'conversation' then exists (
      select from conversation.conversations c where c.id = the_id::uuid and conversation.is_visible(c, the_user, the_role))
    when 'circle' then exists (select from circle.circles c where c.id = the_id::uuid and circle.is_visible(c, the_user, the_role))
    when 'agent' then exists (select from agent.agents a where a.id = the_id::uuid)
    when 'run' then exists (select from pipeline.runs r where r.id = the_id::uuid)
    else the_id = 'every' or the_id ~ '^\d{4}-\d\d-\d\d$'
  end
$$;

-- Budgets with what is used of them and what is reserved; that of each day with what this day has used.
create view accounting.budget_use as
  select b.scope, b.id, b.tokens, b.usd, b.updated_by, b.updated_at,
    case when b.id = 'every' then 'each day' else accounting.budget_title(b.scope, b.id) end as name,
    spent.tokens as used_tokens, spent.usd as used_usd, reserved.tokens as reserved_tokens, reserved.usd as reserved_usd
  from accounting.budgets b
  cross join lateral (
    select case when b.id = 'every' then ((clock_timestamp() at time zone 'utc')::date)::text else b.id end as id
  ) counted
  cross join lateral accounting.spent(b.scope, counted.id) spent
  cross join lateral accounting.reserved(b.scope, counted.id) reserved;

-- As before, and: the request to extend a budget stands at no node.
create or replace function pipeline.cancel_approvals(the_run uuid, the_path text, the_iteration text) returns void
language plpgsql as $$
declare
  a pipeline.approvals;
begin
  for a in
    update pipeline.approvals p set status = 'canceled', decided_at = clock_timestamp()
    where p.run_id = the_run and p.status = 'pending' and (the_path is null or (p.path = the_path and p.iteration = the_iteration))
    returning *
  loop
    perform event.publish('activity', coalesce(a.run_id || '/' || a.path || '/' || a.iteration, a.id::text) || '/approval.canceled',
      'approval.canceled', pipeline.describe_approval(a, '{}'));
  end loop;
end
$$;
