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
  if new.turn is not null then
    update conversation.turns t set tokens = t.tokens + more_tokens, cost_usd = t.cost_usd + more_cost
    where t.conversation_id = new.conversation_id and t.number = new.turn;
  end if;
  if new.run_id is not null and more_cost <> 0 then
    update pipeline.runs r set cost_usd = r.cost_usd + more_cost where r.id = new.run_id;
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
    ('turn', new.conversation_id || '/' || new.turn)
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

-- The text of an attempt that died is gone when the next one begins: how long it was is kept.
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
  cross join lateral (
    select coalesce(sum(t.input_tokens + t.output_tokens), 0)::bigint as tokens, coalesce(sum(t.cost_usd), 0) as usd
    from accounting.totals t where t.scope = o.scope and t.id = o.id
  ) spent
  cross join lateral (
    select coalesce(sum(l.reserved_input + l.reserved_output), 0)::bigint as tokens,
      coalesce(sum(accounting.price(l, l.reserved_input, l.reserved_output)), 0) as usd
    from accounting.ledger l
    where l.outcome is null and o.id = case o.scope
      when 'conversation' then l.conversation_id::text when 'run' then l.run_id::text when 'agent' then l.agent_id::text
      when 'circle' then l.circle_id::text else l.day::text end
  ) reserved
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

-- Opens an attempt's row and reserves what it may use at most. Budgets are locked last, after everything that is booked. `asked` has the columns of the ledger. The outcome is
--   free      no budget limits it
--   granted   it may write `granted` tokens
--   wait      others have reserved what is left: ask again
--   exceeded  too little is left of the budget `scope` `id`: see `accounting.refuse`
create function accounting.reserve(asked json, least_output bigint, out outcome text, out granted bigint, out scope text, out id text)
language plpgsql as $$
declare
  c accounting.ledger := json_populate_record(null::accounting.ledger, asked);
  dead accounting.ledger;
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
  outcome := 'free';
  if accounting.lock_budgets(c) then select j.* into outcome, granted, scope, id from accounting.judge(c, least_output) j; end if;
  if outcome not in ('free', 'granted') then return; end if;
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
