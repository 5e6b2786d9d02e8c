import { beforeAll, describe, expect, it } from '@jest/globals';
import { v7 as uuid } from 'uuid';

import type { Approval, ApprovalSummary } from '../../contracts/approval.ts';
import type { AuditEntry } from '../../contracts/audit.ts';
import type { StoredEvent } from '../../contracts/event.ts';
import { nodeFact } from '../../contracts/node-facts.ts';
import type { Page } from '../../contracts/page.ts';
import type { NodePlace } from '../../contracts/place.ts';
import type { Role } from '../../contracts/user.ts';
import { type ApprovalSteps, createApprovalSteps, type NewApproval } from '../../store/approval-steps.ts';
import { createRunSteps, type RunSteps } from '../../store/run-steps.ts';
import { withApi } from '../../testing/api-server.ts';

const api = withApi();
const form = {
  type: 'object',
  required: ['grade'],
  properties: { grade: { type: 'integer', minimum: 1 }, tone: { type: 'string', default: 'friendly' } },
  additionalProperties: false,
};

let steps: ApprovalSteps;
let runSteps: RunSteps;
let pipelineId: string;
beforeAll(async () => {
  steps = createApprovalSteps(api.pool);
  runSteps = createRunSteps(api.pool);
  const node = { id: 'ask', type: 'human', config: { title: 'Well?' } };
  ({ id: pipelineId } = await api.as.admin.json<{ id: string }>('POST', '/pipelines', {
    name: 'asks',
    nodes: [node],
  }));
});

const newRun = async (): Promise<string> =>
  (await api.as.admin.json<{ id: string }>('POST', `/pipelines/${pipelineId}/runs`, {})).id;

/** Asks as a run does, without its workflow. */
async function ask(
  more: Partial<NewApproval> = {},
  {
    runId,
    place = { path: ['ask'], indexes: [] },
  }: { runId?: string | undefined; place?: NodePlace | undefined } = {},
): Promise<{ id: string; runId: string; place: NodePlace }> {
  const of = runId ?? (await newRun());
  const id = uuid();
  const createdAt = '2026-01-01T00:00:00.000Z';
  const approval = {
    id,
    nodeId: 'ask',
    title: 'Well?',
    quorum: 1,
    onTimeout: 'fail' as const,
    createdAt,
    ...more,
  };
  const waiting = nodeFact({ runId: of, place, kind: 'human' }, 'node.waiting', { approvalId: id });
  const asked = await steps.requestApproval(
    { runId: of, place, workflowId: `pipeline-run:${of}` },
    approval,
    { waiting, facts: [] },
  );
  expect(asked).toMatchObject({ status: 'pending', createdAt, reminders: 0, escalatedAt: null });
  return { id, runId: of, place };
}

const decide = (role: Role, id: string, body: object, headers?: Record<string, string>) =>
  api.as[role].raw('POST', `/approvals/${id}`, body, headers);
const decided = async (role: Role, id: string, decision = 'approve'): Promise<Approval> => {
  const response = await decide(role, id, { decision });
  expect(response.status).toBe(200);
  return (await response.json()) as Approval;
};
const get = (id: string, role: Role = 'admin') => api.as[role].json<Approval>('GET', `/approvals/${id}`);
const eventsOf = async (runId: string) =>
  (await api.as.admin.json<Page<StoredEvent>>('GET', `/runs/${runId}/events`)).items;
const signalsOf = (runId: string) => api.store.signals.listSignals({ runId }, 10);
const problemOf = async (response: Response) => ({
  status: response.status,
  ...((await response.json()) as { errors: { path: string; message: string }[]; detail: string }),
});

describe('an approval', () => {
  it('is decided, tells the run and leaves an audit entry', async () => {
    const { id, runId } = await ask({ value: { text: 'Dear all' } });
    expect(await get(id, 'operator')).toMatchObject({
      ...{
        status: 'pending',
        runId,
        pipelineId,
        pipelineName: 'asks',
        path: 'ask',
        iteration: '0',
        title: 'Well?',
      },
      ...{ value: { text: 'Dear all' }, canDecide: true, approvers: null, decisions: [] },
    });
    const edit = { text: 'Dear both' };
    const response = await decide('operator', id, { decision: 'approve', comment: 'Fine', edit });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      ...{ status: 'approved', approvals: 1, value: edit, canDecide: false },
      decisions: [{ by: 'operator@example.com', decision: 'approve', comment: 'Fine', edit }],
    });
    expect((await eventsOf(runId)).map(({ type }) => type)).toEqual([
      ...['run.queued', 'node.waiting', 'approval.requested', 'approval.decided'],
    ]);
    const audit = await api.as.admin.json<Page<AuditEntry>>(
      'GET',
      `/audit?resource=approvals&resourceId=${id}`,
    );
    expect(audit.items).toMatchObject([
      {
        ...{ user: 'operator@example.com', action: 'approvals:decide' },
        data: { runId, decision: 'approve', comment: 'Fine', edited: true, status: 'approved' },
      },
    ]);
  });

  it('is not decided again, neither by the same person nor by another once it has ended', async () => {
    const { id } = await ask({ quorum: 2 });
    await decided('editor', id);
    expect(await problemOf(await decide('editor', id, { decision: 'reject' }))).toMatchObject({
      status: 409,
      detail: 'You have decided this approval already.',
    });
    await decided('operator', id);
    expect(await problemOf(await decide('admin', id, { decision: 'reject' }))).toMatchObject({
      status: 409,
      detail: 'Nobody decides this approval any more: it is approved.',
    });
    expect(await get(id)).toMatchObject({ status: 'approved', approvals: 2, rejections: 0 });
  });

  it('counts a decision once that is sent again with its key', async () => {
    const { id } = await ask({ quorum: 2 });
    const headers = { 'idempotency-key': 'once' };
    const body = { decision: 'approve' };
    const answers = await Promise.all([1, 2, 3].map(() => decide('editor', id, body, headers)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(answers.filter((answer) => answer.headers.get('idempotency-replayed') === 'true')).toHaveLength(2);
    expect(await get(id)).toMatchObject({ approvals: 1, status: 'pending' });
    expect((await decide('editor', id, { decision: 'reject' }, headers)).status).toBe(409);
  });

  it('lets exactly one of many that decide at the same time settle it', async () => {
    const { id, runId } = await ask();
    const roles = ['admin', 'editor', 'operator'] as const;
    const statuses = await Promise.all(
      roles.flatMap((role) =>
        ['approve', 'reject'].map(async (decision) => (await decide(role, id, { decision })).status),
      ),
    );
    expect(statuses.sort()).toEqual([200, 409, 409, 409, 409, 409]);
    expect((await get(id)).decisions).toHaveLength(1);
    const told = (await eventsOf(runId)).filter(({ type }) => type === 'approval.decided');
    expect(told).toHaveLength(1);
  });

  it('leaves a signal to the workflow that waits, together with the decision that settles it', async () => {
    const { id, runId } = await ask({ quorum: 2 });
    const deciding = async (role: Role) => {
      const by = await api.store.users.findUserByEmail(`${role}@example.com`);
      if (by === null) throw new Error('there is no such user');
      await api.store.approvals.decide(id, { decision: { decision: 'approve' }, by, requestId: 'test' });
    };
    await deciding('editor');
    expect(await signalsOf(runId)).toEqual([]);
    await deciding('admin');
    expect(await signalsOf(runId)).toMatchObject([
      { workflowId: `pipeline-run:${runId}`, name: 'approvalSettled', argument: { nodeKey: 'ask/0' } },
    ]);
  });

  it('that does not exist is absent', async () => {
    expect((await decide('admin', uuid(), { decision: 'approve' })).status).toBe(404);
    expect((await decide('admin', 'nonsense', { decision: 'approve' })).status).toBe(404);
  });
});

describe('a quorum', () => {
  it('of two approves with two approvals, whoever rejects in between', async () => {
    const { id } = await ask({ quorum: 2 });
    expect((await decided('editor', id)).status).toBe('pending');
    expect((await decided('operator', id, 'reject')).status).toBe('pending');
    expect((await decided('admin', id)).status).toBe('approved');
  });

  it('of two rejects with two rejections', async () => {
    const { id } = await ask({ quorum: 2 });
    expect((await decided('editor', id, 'reject')).status).toBe('pending');
    expect((await decided('operator', id, 'reject')).status).toBe('rejected');
  });

  it('of everybody who is named is rejected by the first who rejects', async () => {
    const approvers = ['editor@example.com', 'operator@example.com'];
    const { id } = await ask({ quorum: 2, approvers });
    expect((await decided('editor', id)).status).toBe('pending');
    expect((await decided('operator', id, 'reject')).status).toBe('rejected');
  });

  it('of a role is rejected once too few are left who have it', async () => {
    const { id } = await ask({ quorum: 2, approvers: ['role:editor', 'somebody@example.com'] });
    expect((await decided('editor', id, 'reject')).status).toBe('rejected');
  });
});

describe('approvers', () => {
  it('decide by e-mail address, by role, or as administrators; nobody else does', async () => {
    const { id } = await ask({ quorum: 3, approvers: ['viewer@example.com', 'role:operator'] });
    expect(await problemOf(await decide('editor', id, { decision: 'approve' }))).toMatchObject({
      status: 403,
    });
    expect((await get(id, 'editor')).canDecide).toBe(false);
    for (const role of ['viewer', 'operator', 'admin'] as const) {
      expect((await get(id, role)).canDecide).toBe(true);
      await decided(role, id);
      expect((await get(id, role)).canDecide).toBe(false);
    }
    expect((await get(id)).status).toBe('approved');
  });

  it('are not viewers where nobody is named', async () => {
    const { id } = await ask();
    expect((await decide('viewer', id, { decision: 'approve' })).status).toBe(403);
    expect((await get(id, 'viewer')).canDecide).toBe(false);
  });

  it('become more when it is escalated', async () => {
    const { id, runId, place } = await ask({ approvers: ['somebody@example.com'] });
    expect((await decide('editor', id, { decision: 'approve' })).status).toBe(403);
    const at = '2026-01-02T00:00:00.000Z';
    await steps.escalate(runId, place, { to: ['role:editor'], at, facts: [] });
    await steps.escalate(runId, place, { to: ['role:editor'], at, facts: [] });
    expect(await decided('editor', id)).toMatchObject({
      ...{ status: 'approved', escalatedAt: at, approvers: ['somebody@example.com', 'role:editor'] },
    });
    expect((await eventsOf(runId)).filter(({ type }) => type === 'approval.escalated')).toHaveLength(1);
  });
});

describe('what is decided', () => {
  it.each([
    ['a missing answer', { decision: 'approve' }, ['answer']],
    ['an answer that misses fields', { decision: 'approve', answer: {} }, ['answer.grade']],
    [
      'an answer with too much',
      { decision: 'reject', answer: { grade: 0, x: 1 } },
      ['answer.x', 'answer.grade'],
    ],
    ['an edit where nothing is shown', { decision: 'approve', edit: 1, answer: { grade: 1 } }, ['edit']],
    ['an edit with a rejection', { decision: 'reject', edit: 1 }, ['edit']],
    ['no decision', { comment: 'Hm' }, ['decision']],
    ['another decision', { decision: 'maybe', extra: true }, ['decision', 'extra']],
    ['a comment without end', { decision: 'reject', comment: 'x'.repeat(10_001) }, ['comment']],
    ['a null character', { decision: 'reject', comment: 'a\u0000b' }, ['comment']],
  ])('is refused: %s', async (_what, body, paths) => {
    const { id } = await ask({ form });
    const problem = await problemOf(await decide('admin', id, body));
    expect(problem.status).toBe(422);
    expect(problem.errors.map(({ path }) => path).sort()).toEqual([...paths].sort());
    expect(await get(id)).toMatchObject({ status: 'pending', decisions: [] });
  });

  it('is refused where there is no form to answer', async () => {
    const { id } = await ask();
    const problem = await problemOf(await decide('admin', id, { decision: 'approve', answer: 1 }));
    expect(problem).toMatchObject({ status: 422, errors: [{ path: 'answer' }] });
  });

  it('has the defaults of the form; a rejection needs no answer', async () => {
    const { id } = await ask({ form, quorum: 2 });
    const response = await decide('admin', id, { decision: 'approve', answer: { grade: 2 } });
    expect(await response.json()).toMatchObject({
      decisions: [{ answer: { grade: 2, tone: 'friendly' } }],
    });
    await decided('editor', id, 'reject');
  });

  it('refuses nesting that would exhaust whoever reads it', async () => {
    const { id } = await ask({ value: 1 });
    const deep = `${'['.repeat(5_000)}${']'.repeat(5_000)}`;
    const response = await fetch(`${api.url}/api/approvals/${id}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${api.as.admin.token}` },
      body: `{"decision":"approve","edit":${deep}}`,
    });
    expect(response.status).toBe(422);
    expect((await get(id)).status).toBe('pending');
  });

  it('may be null: a value, an edit', async () => {
    const { id } = await ask({ value: { a: 1 }, quorum: 2 });
    await decide('editor', id, { decision: 'approve', edit: null });
    const approval = await get(id);
    expect(approval.value).toBeNull();
    expect(approval.decisions[0]).toHaveProperty('edit', null);
    const { id: nothing } = await ask();
    expect(await get(nothing)).not.toHaveProperty('value');
  });
});

describe('the end of an approval', () => {
  it('comes when its time is up, unless somebody has decided before', async () => {
    const late = await ask({ onTimeout: 'reject' });
    await steps.expire(late.runId, late.place, []);
    await steps.expire(late.runId, late.place, []);
    expect((await decide('admin', late.id, { decision: 'approve' })).status).toBe(409);
    expect(await get(late.id)).toMatchObject({ status: 'expired', onTimeout: 'reject' });
    expect((await eventsOf(late.runId)).filter(({ type }) => type === 'approval.expired')).toHaveLength(1);
    const early = await ask();
    await decided('admin', early.id);
    await steps.expire(early.runId, early.place, []);
    expect((await get(early.id)).status).toBe('approved');
  });

  it('comes when its node ends otherwise', async () => {
    const { id, runId, place } = await ask();
    const other = await ask({}, { runId, place: { path: ['each', 'ask'], indexes: [3] } });
    await runSteps.tellFacts(runId, [nodeFact({ runId, place, kind: 'human' }, 'node.canceled', {})]);
    expect(await get(id)).toMatchObject({ status: 'canceled', canDecide: false });
    expect((await get(other.id)).status).toBe('pending');
    expect((await decide('admin', id, { decision: 'approve' })).status).toBe(409);
  });

  it('comes with the end of its run, and nothing is asked after it', async () => {
    const { id, runId, place } = await ask();
    await runSteps.closeRun(runId, { status: 'canceled', sinks: [] }, []);
    expect((await get(id)).status).toBe('canceled');
    await steps.remind(runId, place, { number: 1, at: '2026-01-02T00:00:00.000Z', facts: [] });
    expect((await get(id)).reminders).toBe(0);
  });

  it('is told on the channel of all activity', async () => {
    const { id, runId } = await ask();
    await runSteps.closeRun(runId, { status: 'failed', sinks: [] }, []);
    const { last = 0 } = { last: (await api.store.events.findLastSequences(['activity'])).get('activity') };
    const events = await api.store.events.listEvents('activity', { after: last - 3, limit: 10 });
    expect(events.map(({ type, data }) => [type, data['approvalId'] ?? null])).toEqual([
      ['approval.requested', id],
      ['approval.canceled', id],
      ['run.failed', null],
    ]);
  });

  it('keeps the events of a run in sequence', async () => {
    const { id, runId, place } = await ask({ quorum: 2 });
    await steps.remind(runId, place, { number: 1, at: '2026-01-02T00:00:00.000Z', facts: [] });
    await decided('editor', id);
    await decided('admin', id);
    const events = await eventsOf(runId);
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
  });
});

describe('the list of approvals', () => {
  it('shows by status, by run, and what waits for the one who asks', async () => {
    const runId = await newRun();
    const at = (index: number): NodePlace => ({ path: ['each', 'ask'], indexes: [index] });
    const open = await ask({}, { runId, place: at(0) });
    const named = await ask({ approvers: ['viewer@example.com'] }, { runId, place: at(1) });
    const done = await ask({}, { runId, place: at(2) });
    await decided('admin', done.id);
    const list = async (role: Role, query: string) =>
      (await api.as[role].json<Page<ApprovalSummary>>('GET', `/approvals?runId=${runId}&${query}`)).items.map(
        ({ id }) => id,
      );
    expect(await list('viewer', '')).toEqual([done.id, named.id, open.id]);
    expect(await list('viewer', 'status=pending')).toEqual([named.id, open.id]);
    expect(await list('viewer', 'status=approved,rejected')).toEqual([done.id]);
    expect(await list('viewer', 'mine=true')).toEqual([named.id]);
    expect(await list('operator', 'mine=true')).toEqual([open.id]);
    expect(await list('admin', 'mine=true')).toEqual([named.id, open.id]);
    expect((await api.as.admin.raw('GET', '/approvals?status=nonsense')).status).toBe(422);
  });

  it('is read page by page', async () => {
    const runId = await newRun();
    for (const index of [0, 1, 2])
      await ask({}, { runId, place: { path: ['each', 'ask'], indexes: [index] } });
    const page = await api.as.admin.json<Page<ApprovalSummary>>('GET', `/approvals?runId=${runId}&limit=2`);
    expect(page.items.map(({ iteration }) => iteration)).toEqual(['2', '1']);
    const rest = await api.as.admin.json<Page<ApprovalSummary>>(
      'GET',
      `/approvals?runId=${runId}&limit=2&cursor=${page.nextCursor ?? ''}`,
    );
    expect(rest).toMatchObject({ items: [{ iteration: '0' }], nextCursor: null });
  });
});
