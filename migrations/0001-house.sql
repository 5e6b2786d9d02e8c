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

create table pipeline.pipelines (
  id uuid primary key,
  name text not null unique,
  description text not null,
  definition jsonb not null,
  node_count integer not null,
  published_version integer not null default 1,
  revision integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table pipeline.versions (
  pipeline_id uuid not null references pipeline.pipelines on delete cascade,
  version integer not null,
  definition jsonb not null,
  published_at timestamptz not null default now(),
  primary key (pipeline_id, version)
);

-- No foreign key to the pipeline: a run outlives the definition that it was started from.
create table pipeline.runs (
  id uuid primary key,
  pipeline_id uuid not null,
  pipeline_name text not null,
  pipeline_version integer not null,
  status text not null default 'queued',
  trigger text not null default 'api',
  input jsonb not null,
  output jsonb,
  error jsonb,
  cost_usd double precision not null default 0,
  definition jsonb not null,
  request_id text,
  started_by text,
  created_at timestamptz not null default now(),
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
  status text not null,
  attempts integer not null default 0,
  started_at timestamptz,
  ended_at timestamptz,
  output jsonb,
  error jsonb,
  primary key (run_id, path, iteration)
);

-- Values above 64 KB, content-addressed within their run.
create table pipeline.run_values (
  run_id uuid not null references pipeline.runs on delete cascade,
  hash text not null,
  value jsonb not null,
  primary key (run_id, hash)
);

-- The ledger of effects: one row per key, whichever attempt did it.
create table pipeline.effects (
  key text primary key,
  run_id uuid not null references pipeline.runs on delete cascade,
  engine_run_id text not null,
  attempt integer not null,
  claims integer not null default 1,
  status text not null default 'claimed' check (status in ('claimed', 'done')),
  result jsonb,
  claimed_at timestamptz not null default clock_timestamp(),
  done_at timestamptz
);
create index effects_by_run on pipeline.effects (run_id);

create table pipeline.turn_texts (
  turn_id text primary key,
  channel text not null,
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

create table event.events (
  channel text not null references event.channels on delete cascade,
  sequence bigint not null,
  key text not null,
  type text not null,
  data jsonb not null,
  created_at timestamptz not null,
  primary key (channel, sequence),
  unique (channel, key)
);
