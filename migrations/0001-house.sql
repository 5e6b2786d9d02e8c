create schema agent;
create schema circle;
create schema conversation;
create schema memory;
create schema project;
create schema pipeline;
create schema event;
create schema auth;

create table auth.users (
  id uuid primary key,
  email text not null unique,
  name text not null,
  role text not null check (role in ('admin', 'editor', 'operator', 'viewer')),
  password_hash text not null,
  created_at timestamptz not null default now()
);

create table auth.sessions (
  id uuid primary key,
  user_id uuid not null references auth.users on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz
);

create table auth.sign_in_links (
  token_hash text primary key,
  user_id uuid not null references auth.users on delete cascade,
  expires_at timestamptz not null
);

-- One row for each POST that made a thing or started work: same principal, route and key mean the same thing.
create table public.idempotency_keys (
  principal text not null,
  route text not null,
  key text not null,
  body_hash text not null,
  status integer not null,
  resource_id uuid not null,
  created_at timestamptz not null default now(),
  primary key (principal, route, key)
);

create table agent.agents (
  id uuid primary key,
  name text not null unique,
  role text not null,
  persona text,
  provider text not null,
  model text not null,
  personality jsonb not null,
  instructions text not null,
  tools jsonb not null,
  memory_scopes jsonb not null,
  limits jsonb not null,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

-- Values of users are `json`, not `jsonb`: the order of keys is theirs, and an expression may depend on it.
create table pipeline.pipelines (
  id uuid primary key,
  name text not null unique,
  description text not null,
  definition json not null,
  node_count integer not null,
  published_version integer not null default 1,
  revision integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table pipeline.versions (
  pipeline_id uuid not null references pipeline.pipelines on delete cascade,
  version integer not null,
  definition json not null,
  published_at timestamptz not null default now(),
  primary key (pipeline_id, version)
);

-- No foreign key to the pipeline: a run outlives the definition that it was started from, and holds its own copy of it.
create table pipeline.runs (
  id uuid primary key,
  pipeline_id uuid not null,
  pipeline_name text not null,
  pipeline_version integer not null,
  status text not null default 'queued'
    check (status in ('queued', 'running', 'paused', 'completed', 'failed', 'canceled', 'timed_out')),
  trigger text not null default 'api',
  input json not null,
  output json,
  error json,
  cost_usd double precision not null default 0,
  definition json not null,
  -- The agents as they were at the start, by the words that the definition's nodes name them with.
  agents json not null default '{}',
  -- The argument of the workflow, to start it again under the same id while it is queued.
  workflow_input json not null,
  request_id text,
  started_by text,
  created_at timestamptz not null default clock_timestamp(),
  started_at timestamptz,
  ended_at timestamptz
);
create index runs_by_status on pipeline.runs (status, created_at);
create index runs_by_pipeline on pipeline.runs (pipeline_id, id);

create table pipeline.run_nodes (
  run_id uuid not null references pipeline.runs on delete cascade,
  path text not null,
  iteration text not null,
  node_id text not null,
  kind text not null,
  status text not null check (status in ('waiting', 'running', 'completed', 'failed', 'skipped', 'canceled')),
  attempts integer not null default 0,
  started_at timestamptz,
  ended_at timestamptz,
  input json,
  output json,
  error json,
  primary key (run_id, path, iteration)
);

-- The items that a map works on, fixed when it starts.
create table pipeline.run_items (
  run_id uuid not null references pipeline.runs on delete cascade,
  path text not null,
  iteration text not null,
  index integer not null,
  value json not null,
  primary key (run_id, path, iteration, index)
);

-- The ledger of effects: one row per key, whichever attempt did it. `claims` counts attempts, `failures` those that failed.
create table pipeline.effects (
  key text collate "C" primary key,
  run_id uuid not null references pipeline.runs on delete cascade,
  engine_run_id text not null,
  attempt integer not null,
  claims integer not null default 1,
  failures integer not null default 0,
  status text not null default 'claimed' check (status in ('claimed', 'done', 'failed')),
  result json,
  claimed_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz
);
create index effects_by_run on pipeline.effects (run_id);

-- How the pure nodes of a segment came out, under a key made of what was asked: another attempt gives the same answer.
create table pipeline.segments (
  run_id uuid not null references pipeline.runs on delete cascade,
  key text not null,
  result json not null,
  primary key (run_id, key)
);

-- The text that a model call is writing; `attempt` is the claim that writes it.
create table pipeline.turn_texts (
  turn_id text primary key,
  run_id uuid not null references pipeline.runs on delete cascade,
  channel text not null,
  node_id text not null,
  path text not null,
  iteration text not null,
  attempt integer not null,
  text text not null default '',
  closed boolean not null default false
);
create index turn_texts_open on pipeline.turn_texts (channel) where not closed;

create table pipeline.secrets (
  name text primary key,
  sealed bytea not null,
  updated_at timestamptz not null default now()
);

create table event.channels (
  name text primary key,
  last_sequence bigint not null default 0
);
insert into event.channels (name) values ('activity');

create table event.events (
  channel text not null references event.channels on delete cascade,
  sequence bigint not null,
  key text not null,
  type text not null,
  data json not null,
  created_at timestamptz not null,
  primary key (channel, sequence),
  unique (channel, key)
);
