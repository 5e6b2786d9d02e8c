-- Circles are shipped too, and each of them with a conversation to begin with.
alter table public.seeds drop constraint seeds_kind_check;
alter table public.seeds add constraint seeds_kind_check check (kind in ('agent', 'circle', 'conversation', 'pipeline', 'run'));
