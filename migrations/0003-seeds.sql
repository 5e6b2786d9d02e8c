-- What of the shipped definitions this database has been given, and at which version they left our hands:
-- one whose version is still the same was edited by nobody.
create table public.seeds (
  kind    text not null check (kind in ('agent', 'pipeline', 'run')),
  name    text not null,
  version integer not null,
  primary key (kind, name)
);
