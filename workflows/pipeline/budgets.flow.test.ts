import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuid } from 'uuid';

import { type SignalSender, startSignalSender } from '../../api/signal-sender.ts';
import type { ModelRequest, ModelResponse } from '../../contracts/model.ts';
import { createBudgets } from '../../store/budgets.ts';
import type { StartedRun } from '../../testing/open-pipeline-house.ts';
import { anAgent, withPipelines } from '../../testing/pipeline-house.ts';
import { withTemporal } from '../../testing/shared-servers.ts';
import { eventually } from '../../testing/test-server.ts';

const temporal = withTemporal();
const house = withPipelines(temporal);
const admin = { id: uuid(), role: 'admin' as const, email: 'admin@localhost' };
const by = { user: admin, requestId: 'r' };
let sender: SignalSender;
let requests: ModelRequest[];
beforeAll(() => {
  const quiet = () => undefined;
  sender = startSignalSender({
    ...{ client: temporal.current.client, signals: house.store.signals },
    wakeConversation: () => Promise.resolve(),
    failpoint: () => Promise.resolve(),
    logger: { error: quiet, warn: quiet, info: quiet, debug: quiet },
  });
});
afterAll(() => sender.stop());
beforeEach(() => {
  requests = [];
});

/** Each call takes so many tokens of the budget; the first of a turn calls a tool. */
const script = (tokens: number): void => {
  house.model = (request): Partial<ModelResponse> => {
    requests.push(request);
    const usage = {
      ...{ inputTokens: tokens, outputTokens: 0, cachedInputTokens: 0, reasoningTokens: 0 },
      costUsd: 0.125,
    };
    if (request.messages.some(({ role }) => role === 'tool')) return { text: 'Four.', usage };
    const toolCalls = [{ id: 'c', name: 'calculator', arguments: { expression: '2+2' } }];
    return { text: 'Let me see.', toolCalls, finishReason: 'tool-calls', usage };
  };
};
const node = (id: string) => ({ id, type: 'agent', config: { agent: 'ada', prompt: 'What is 2+2?' } });
const budgets = () => createBudgets(house.pool);
const pending = async (run: StartedRun) =>
  (await house.store.approvals.listApprovals({ limit: 10, runId: run.id, status: ['pending'] }, admin)).items;
const untilAsked = async (run: StartedRun) => {
  await eventually(async () => {
    if ((await pending(run)).length === 0) throw new Error('nobody was asked');
  });
  const [asked] = await pending(run);
  if (asked === undefined) throw new Error('nobody was asked');
  return asked;
};
const decide = async (run: StartedRun, id: string, decision: object): Promise<void> => {
  await house.store.approvals.decide(id, { decision: decision as never, by: admin, requestId: 'r' });
  await sender.sendNow(run.id);
};
const start = async (tokens: number, ...ids: string[]): Promise<{ run: StartedRun; agentId: string }> => {
  const agent = anAgent({ tools: ['calculator'] });
  await budgets().putBudget({ scope: 'agent', id: agent.id }, { tokens, usd: null }, by);
  const run = await house.start({ nodes: ids.map(node), edges: [] }, { agents: { ada: agent } });
  return { run, agentId: agent.id };
};

describe('a run at the limit of a budget', () => {
  it('waits in the middle of a turn, asks people once, and goes on where it was when they extend it', async () => {
    script(900);
    const { run, agentId } = await start(1_000, 'a');
    const asked = await untilAsked(run);
    expect(await house.store.runs.getRunStatus(run.id)).toBe('paused');
    expect(requests).toHaveLength(1);
    const { form, value } = await house.store.approvals.getApproval(asked.id, admin);
    expect(form).toMatchObject({ properties: { tokens: {} }, minProperties: 1 });
    expect(value).toMatchObject({
      scope: 'agent',
      id: agentId,
      limit: { tokens: 1_000 },
      used: { tokens: 900 },
    });

    await decide(run, asked.id, { decision: 'approve', answer: { tokens: 5_000 } });
    expect(await run.ended()).toMatchObject({
      status: 'completed',
      output: { a: { text: 'Four.' } },
      costUsd: 0.25,
    });
    expect(requests).toHaveLength(2);
    expect((await house.store.runs.getRunNode(run.id, { path: 'a', iteration: '0' })).attempts).toBe(1);
    const types = (await run.events()).map(({ type }) => type);
    expect(types.filter((type) => /budget|paused|resumed|approval/.test(type))).toEqual([
      ...['run.paused', 'budget.reached', 'approval.requested'],
      ...['budget.extended', 'run.resumed', 'approval.decided'],
    ]);
  });

  it('stays paused where a person has paused it too, until they resume it', async () => {
    script(900);
    const { run } = await start(1_000, 'a');
    const asked = await untilAsked(run);
    await house.store.runControls.setPaused(run.id, true);
    await sender.sendNow(run.id);
    await decide(run, asked.id, { decision: 'approve', answer: { tokens: 10_000 } });
    expect(await house.store.runs.getRunStatus(run.id)).toBe('paused');
    await house.store.runControls.setPaused(run.id, false);
    await sender.sendNow(run.id);
    expect((await run.ended()).status).toBe('completed');
  });

  it('stays paused where people reject, and asks anew where somebody resumes it without extending', async () => {
    script(900);
    const { run } = await start(900, 'a');
    const asked = await untilAsked(run);
    await decide(run, asked.id, { decision: 'reject', comment: 'too dear' });
    expect(await house.store.runs.getRunStatus(run.id)).toBe('paused');
    await house.store.runControls.setPaused(run.id, false);
    await sender.sendNow(run.id);
    const again = await untilAsked(run);
    expect(again.id).not.toBe(asked.id);
    await decide(run, again.id, { decision: 'approve', answer: { tokens: 10_000 } });
    expect((await run.ended()).status).toBe('completed');
    expect(requests).toHaveLength(2);
  });

  it('can be canceled while it waits, and asks nobody any more', async () => {
    script(900);
    const { run } = await start(1_000, 'a');
    const asked = await untilAsked(run);
    await house.store.runControls.requestCancel(run.id);
    await run.handle.cancel();
    expect((await run.ended()).status).toBe('canceled');
    expect((await house.store.approvals.getApproval(asked.id, admin)).status).toBe('canceled');
    expect(requests).toHaveLength(1);
  });

  it('lets a node begin anew that was refused at its first call, and goes on when the limit is raised elsewhere', async () => {
    script(10);
    const { run, agentId } = await start(1, 'a', 'b');
    await untilAsked(run);
    expect(requests).toHaveLength(0);
    await budgets().putBudget({ scope: 'agent', id: agentId }, { tokens: 100_000, usd: null }, by);
    await eventually(async () => {
      for (const id of await budgets().listAnsweredRequests()) await budgets().withdrawRequest(id);
      await sender.sendNow(run.id);
      if ((await pending(run)).length > 0) throw new Error('it is asked yet');
    });
    const ended = await run.ended();
    expect(ended.status).toBe('completed');
    expect(ended.nodes.map(({ attempts }) => attempts)).toEqual([1, 1]);
    expect(requests).toHaveLength(4);
  });
});
