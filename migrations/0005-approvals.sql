-- What runs ask people, once for each place of a run. `workflow_id` is the workflow that waits; times are those of its clock.
create table pipeline.approvals (
  id uuid primary key,
  run_id uuid not null references pipeline.runs on delete cascade,
  workflow_id text not null,
  path text not null,
  iteration text not null,
  node_id text not null,
  title text not null,
  instructions text,
  value json,
  form json,
  -- E-mail addresses and `role:<role>`; null: whoever may answer approvals.
  approvers text[],
  quorum integer not null,
  status text not null default 'pending' check (status in ('pending', 'approved', 'rejected', 'expired', 'canceled')),
  on_timeout text not null check (on_timeout in ('port', 'fail', 'approve', 'reject')),
  created_at timestamptz not null,
  expires_at timestamptz,
  decided_at timestamptz,
  approvals integer not null default 0,
  rejections integer not null default 0,
  reminders integer not null default 0,
  escalated_at timestamptz,
  unique (run_id, path, iteration)
);
create index approvals_pending on pipeline.approvals (run_id) where status = 'pending';
create index approvals_by_status on pipeline.approvals (status, id);

-- No foreign key to the user: what somebody decided outlives their account.
create table pipeline.decisions (
  approval_id uuid not null references pipeline.approvals on delete cascade,
  user_id uuid not null,
  email text not null,
  decision text not null check (decision in ('approve', 'reject')),
  comment text,
  edit json,
  answer json,
  decided_at timestamptz not null,
  primary key (approval_id, user_id)
);

-- Who did what, written in the transaction that does it. It outlives users and things.
create table auth.audit (
  id uuid primary key,
  at timestamptz not null default clock_timestamp(),
  user_id uuid not null,
  user_email text not null,
  action text not null,
  resource text not null,
  resource_id text not null,
  data json not null,
  request_id text
);
create index audit_by_resource on auth.audit (resource, resource_id, id);
create index audit_by_user on auth.audit (user_id, id);

-- What every event about an approval says.
create function pipeline.describe_approval(a pipeline.approvals, more jsonb) returns json
language sql stable as $$
  select (jsonb_build_object(
    'approvalId', a.id, 'runId', a.run_id, 'pipelineId', r.pipeline_id, 'pipelineName', r.pipeline_name, 'nodeId', a.node_id,
    'path', a.path, 'iteration', a.iteration, 'title', a.title, 'status', a.status) || more)::json
  from pipeline.runs r where r.id = a.run_id
$$;

-- Tells the run's channel and `activity`, whose lock comes last. The run is locked.
create function pipeline.tell_approval(a pipeline.approvals, the_type text, repetition text, more jsonb) returns void
language plpgsql as $$
declare
  the_key text := a.run_id || '/' || a.path || '/' || a.iteration || '/' || the_type || repetition;
  described json := pipeline.describe_approval(a, more);
begin
  perform event.publish('runs/' || a.run_id, the_key, the_type, described);
  perform event.publish('activity', the_key, the_type, described);
end
$$;

-- Asks, once for each place: a second call gets what was asked first, and only the facts are told. `asked` has the columns of
-- `pipeline.approvals`, `waiting` is the fact that the node waits. Nothing is answered where the run has ended and never asked.
create function pipeline.request_approval(
  the_run uuid, the_path text, the_iteration text, the_workflow text, asked json, waiting json, facts json)
returns setof pipeline.approvals
language plpgsql as $$
declare
  run_status text := pipeline.lock_run(the_run);
  a pipeline.approvals;
begin
  if not pipeline.is_ended(run_status) then
    perform pipeline.tell_locked(the_run, run_status, facts);
    insert into pipeline.approvals (
      id, run_id, workflow_id, path, iteration, node_id, title, instructions, value, form, approvers, quorum, on_timeout,
      created_at, expires_at
    )
    select
      (asked ->> 'id')::uuid, the_run, the_workflow, the_path, the_iteration, asked ->> 'nodeId', asked ->> 'title',
      asked ->> 'instructions', asked -> 'value', asked -> 'form',
      (select array_agg(name order by ordinality) from json_array_elements_text(asked -> 'approvers') with ordinality _ (name)),
      (asked ->> 'quorum')::integer, asked ->> 'onTimeout',
      (asked ->> 'createdAt')::timestamptz, (asked ->> 'expiresAt')::timestamptz
    where not exists (
      select from pipeline.run_nodes n
      where n.run_id = the_run and n.path = the_path and n.iteration = the_iteration and pipeline.is_ended(n.status))
    on conflict (run_id, path, iteration) do nothing
    returning * into a;
    if found then
      perform pipeline.tell_locked(the_run, run_status, json_build_array(waiting));
      perform pipeline.tell_approval(a, 'approval.requested', '', jsonb_build_object(
        'approvers', to_jsonb(a.approvers), 'quorum', a.quorum, 'expiresAt', asked ->> 'expiresAt'));
    end if;
  end if;
  return query select * from pipeline.approvals p where p.run_id = the_run and p.path = the_path and p.iteration = the_iteration;
end
$$;

-- Decides for one person. The outcome is
--   decided  it counts
--   again    this person has decided before
--   ended    nobody decides any more: `status` says why
--   absent   there is no such approval
-- As many approvals as the quorum approve, as many rejections reject. Where approvers are named, a rejection also wins as soon
-- as those who have not decided are too few for the quorum.
create function pipeline.decide_approval(
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
  perform pipeline.lock_run(a.run_id);
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
    insert into pipeline.signals (run_id, workflow_id, name, argument)
    values (a.run_id, a.workflow_id, 'approvalSettled', json_build_object('nodeKey', a.path || '/' || a.iteration));
  end if;
  perform pipeline.tell_approval(a, 'approval.decided', '/' || the_user, jsonb_build_object(
    'by', the_email, 'decision', verdict, 'approvals', a.approvals, 'rejections', a.rejections, 'quorum', a.quorum)
    || case when the_decision ->> 'comment' is null then '{}' else jsonb_build_object('comment', the_decision ->> 'comment') end);
  outcome := 'decided';
  status := a.status;
end
$$;

-- Reminds those who are asked, or asks others too (`escalate_to`): each once for its number, and only while it is pending.
create function pipeline.prompt_approvers(
  the_run uuid, the_path text, the_iteration text, the_number integer, escalate_to text[], told_at timestamptz, facts json)
returns void
language plpgsql as $$
declare
  run_status text := pipeline.lock_run(the_run);
  a pipeline.approvals;
  said jsonb := jsonb_build_object('at', to_char(told_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'));
begin
  if pipeline.is_ended(run_status) then return; end if;
  perform pipeline.tell_locked(the_run, run_status, facts);
  if escalate_to is null then
    update pipeline.approvals p set reminders = the_number
    where p.run_id = the_run and p.path = the_path and p.iteration = the_iteration and p.status = 'pending' and p.reminders < the_number
    returning * into a;
    if found then perform pipeline.tell_approval(a, 'approval.reminded', '/' || the_number, said || jsonb_build_object('number', the_number)); end if;
  else
    update pipeline.approvals p set
      escalated_at = told_at,
      approvers = case when p.approvers is not null
        then p.approvers || array(select name from unnest(escalate_to) name where name <> all (p.approvers)) end
    where p.run_id = the_run and p.path = the_path and p.iteration = the_iteration and p.status = 'pending' and p.escalated_at is null
    returning * into a;
    if found then perform pipeline.tell_approval(a, 'approval.escalated', '', said || jsonb_build_object('to', to_jsonb(escalate_to))); end if;
  end if;
end
$$;

-- The time is up: changes nothing where somebody has decided before.
create function pipeline.expire_approval(the_run uuid, the_path text, the_iteration text, facts json) returns void
language plpgsql as $$
declare
  run_status text := pipeline.lock_run(the_run);
  a pipeline.approvals;
begin
  if pipeline.is_ended(run_status) then return; end if;
  perform pipeline.tell_locked(the_run, run_status, facts);
  update pipeline.approvals p set status = 'expired', decided_at = clock_timestamp()
  where p.run_id = the_run and p.path = the_path and p.iteration = the_iteration and p.status = 'pending'
  returning * into a;
  if found then perform pipeline.tell_approval(a, 'approval.expired', '', jsonb_build_object('onTimeout', a.on_timeout)); end if;
end
$$;

-- Nobody is asked any more when the node or the run has ended otherwise. The run's own channel tells of that by itself.
create function pipeline.cancel_approvals(the_run uuid, the_path text, the_iteration text) returns void
language plpgsql as $$
declare
  a pipeline.approvals;
begin
  for a in
    update pipeline.approvals p set status = 'canceled', decided_at = clock_timestamp()
    where p.run_id = the_run and p.status = 'pending' and (the_path is null or (p.path = the_path and p.iteration = the_iteration))
    returning *
  loop
    perform event.publish('activity', a.run_id || '/' || a.path || '/' || a.iteration || '/approval.canceled', 'approval.canceled',
      pipeline.describe_approval(a, '{}'));
  end loop;
end
$$;

create function pipeline.cancel_approval_of_node() returns trigger
language plpgsql as $$
begin
  perform pipeline.cancel_approvals(new.run_id, new.path, new.iteration);
  return null;
end
$$;
create trigger cancel_approval after update of status on pipeline.run_nodes
for each row when (new.kind = 'human' and pipeline.is_ended(new.status)) execute function pipeline.cancel_approval_of_node();

create function pipeline.cancel_approvals_of_run() returns trigger
language plpgsql as $$
begin
  perform pipeline.cancel_approvals(new.id, null, null);
  return null;
end
$$;
create trigger cancel_approvals after update of status on pipeline.runs
for each row when (pipeline.is_ended(new.status)) execute function pipeline.cancel_approvals_of_run();
