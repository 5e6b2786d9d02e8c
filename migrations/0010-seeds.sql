-- Which row was stored under a name: one that a person makes under the name of a deleted one is theirs. Null for the first run.
alter table public.seeds add column target uuid;
update public.seeds s set target = a.id from agent.agents a where s.kind = 'agent' and s.name = a.name;
update public.seeds s set target = p.id from pipeline.pipelines p where s.kind = 'pipeline' and s.name = p.name;
