import { beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuid } from 'uuid';

import { startRunCanceler } from '../../api/run-canceler.ts';
import { CreateAgent } from '../../contracts/agent.ts';
import { CreateCircle, type MemberRole } from '../../contracts/circle.ts';
import type { Conversation } from '../../contracts/conversation.ts';
import { GatheringFailure } from '../../contracts/failure.ts';
import type { Run } from '../../contracts/run.ts';
import type { Person } from '../../store/conversations.ts';
import type { StartedRun } from '../../testing/open-pipeline-house.ts';
import { withPipelines } from '../../testing/pipeline-house.ts';
import { call, compute, each, edge } from '../../testing/pipeline-parts.ts';
import { withTemporal } from '../../testing/shared-servers.ts';
import { eventually } from '../../testing/test-server.ts';

const temporal = withTemporal();
const house = withPipelines(temporal);
const quiet = () => undefined;
const logger = { error: quiet, warn: quiet, info: quiet, debug: quiet };

const insertPerson = (role: Person['role'] = 'admin'): Promise<Person> =>
  house.store.users.insertUser({ email: `${uuid()}@example.com`, name: 'Pia', role, passwordHash: '' });

/** A circle of new agents that speak in turn, twice altogether. @returns its name, which each agent's begins with too */
async function circleOf(
  names: readonly string[],
  { visibility = 'everyone' as const, role = 'member', by }: CircleWords = {},
): Promise<string> {
  const creator = by ?? (await insertPerson());
  const name = `c${uuid().slice(-12)}`;
  const termination = { kind: 'maxTurns', turns: 2 };
  const circle = await house.store.circles.insertCircle(
    CreateCircle.parse({ name, visibility, settings: { termination } }),
    creator,
  );
  for (const agent of names) {
    const { id } = await house.store.agents.insertAgent(
      CreateAgent.parse({ name: `${name} ${agent}`, role: 'tester', provider: 'demo', model: 'demo' }),
    );
    await house.store.circles.putMember(circle.id, id, { kind: 'agent', role });
  }
  return name;
}
interface CircleWords {
  visibility?: 'everyone' | 'members';
  role?: MemberRole;
  by?: Person;
}

const talk = (circle: string, more: object = {}, config: object = {}) => ({
  ...{ id: 'talk', type: 'circle', config: { circle, topic: 'Is it {{ input.word }}?', ...config }, ...more },
});
const conversationOf = async (run: StartedRun, by: Person): Promise<Conversation> => {
  const { items } = await house.store.conversations.listConversations(
    { runId: run.id, limit: 10, cursor: undefined },
    by,
  );
  const [first] = items;
  if (first === undefined) throw new Error('no conversation has begun');
  return house.store.conversations.getConversation(first.id, by);
};
const nodeOf = (run: Run, path = 'talk') => run.nodes.find((node) => node.path === path);
const cancel = async (run: StartedRun): Promise<void> => {
  const { runControls } = house.store;
  const canceler = startRunCanceler({ client: temporal.current.client, runControls, logger });
  await runControls.requestCancel(run.id);
  await canceler.cancelNow(run.id);
  await canceler.stop();
};

let said: number;
beforeEach(() => {
  said = 0;
  house.model = () => ({ text: `word ${(said += 1)}` });
});

describe('a circle as a node', () => {
  it('discusses, and hands on what was said', async () => {
    const circle = await circleOf(['ann', 'ben']);
    const run = await house.start({
      nodes: [talk(circle), compute('last', 'nodes.talk.text')],
      edges: [edge('talk', 'last')],
    });
    const ended = await run.ended();
    expect(ended).toMatchObject({ status: 'completed', output: { last: 'word 2' } });
    expect(nodeOf(ended)?.output).toMatchObject({
      text: 'word 2',
      messages: [
        { author: `${circle} ann`, content: 'word 1' },
        { author: `${circle} ben`, content: 'word 2' },
      ],
      turns: 2,
      usage: { inputTokens: 20, outputTokens: 10 },
    });
  });

  it('discusses what its expressions give', async () => {
    const asked: string[] = [];
    house.model = (request) => {
      asked.push(JSON.stringify(request));
      return { text: 'Yes' };
    };
    const run = await house.start(
      { nodes: [talk(await circleOf(['ann', 'ben']))] },
      { input: { word: 'ripe' } },
    );
    await run.ended();
    expect(asked[0]).toContain('Is it ripe?');
  });

  it('leaves a conversation that has ended and belongs to the run', async () => {
    const person = await insertPerson();
    const run = await house.start({ nodes: [talk(await circleOf(['ann', 'ben']))] });
    const ended = await run.ended();
    const conversation = await conversationOf(run, person);
    expect(conversation).toMatchObject({ runId: run.id, status: 'ended', statusReason: 'maxTurns' });
    expect(nodeOf(ended)?.output).toMatchObject({ conversationId: conversation.id });
    const events = await run.events();
    expect(events.find(({ type }) => type === 'node.started')?.data).toMatchObject({
      conversationId: conversation.id,
    });
  });

  it('takes the mode and the settings that it is given', async () => {
    const config = { mode: 'brainstorm', settings: { termination: { kind: 'maxTurns', turns: 3 } } };
    const run = await house.start({ nodes: [talk(await circleOf(['ann', 'ben']), {}, config)] });
    expect(nodeOf(await run.ended())?.output).toMatchObject({ turns: 3 });
  });

  it('lets an only agent speak', async () => {
    const run = await house.start({ nodes: [talk(await circleOf(['ann']))] });
    expect(nodeOf(await run.ended())?.output).toMatchObject({ text: 'word 1', turns: 1 });
  });

  it('discusses once for each item of a map', async () => {
    const circle = await circleOf(['ann', 'ben']);
    const item = { ...talk(circle, {}, { topic: '{{ item }}' }) };
    const run = await house.start({ nodes: [each('each', [item], [], '["a", "b", "c"]')] });
    const { status, nodes } = await run.ended();
    const talks = nodes.filter(({ path }) => path === 'each.talk');
    expect([status, talks.map((node) => node.status)]).toEqual(['completed', Array(3).fill('completed')]);
    expect(said).toBe(6);
  });

  it('counts what it cost to the run', async () => {
    const usage = {
      inputTokens: 1,
      outputTokens: 1,
      cachedInputTokens: 0,
      reasoningTokens: 0,
      costUsd: 0.25,
    };
    house.model = () => ({ text: 'dear', usage });
    const run = await house.start({ nodes: [talk(await circleOf(['ann', 'ben']))] });
    expect(await run.ended()).toMatchObject({ status: 'completed', costUsd: 0.5 });
    await expect(run.handle.result()).resolves.toMatchObject({ costUsd: 0.5 });
  });
});

describe('a circle that comes to nothing', () => {
  const failing = () => {
    throw new GatheringFailure('InvalidInput', 'The model is unwell');
  };

  it('fails its node with what its agents failed with', async () => {
    house.model = failing;
    const run = await house.start({ nodes: [talk(await circleOf(['ann', 'ben']))] });
    expect(await run.ended()).toMatchObject({
      status: 'failed',
      error: { type: 'InvalidInput', message: 'The model is unwell', nodeId: 'talk' },
    });
  });

  it('goes on behind it where the node says so', async () => {
    house.model = failing;
    const circle = await circleOf(['ann', 'ben']);
    const run = await house.start({
      nodes: [talk(circle, { onError: 'route' }), compute('why', 'nodes.talk.message')],
      edges: [edge('talk', 'why', 'error')],
    });
    expect(await run.ended()).toMatchObject({ status: 'completed', output: { why: 'The model is unwell' } });
  });

  it('fails where there is no such circle, and none that speaks', async () => {
    const absent = await house.start({ nodes: [talk('nobody')] });
    expect((await absent.ended()).error).toMatchObject({ type: 'NotFound' });
    const silent = await house.start({ nodes: [talk(await circleOf(['obs'], { role: 'observer' }))] });
    expect((await silent.ended()).error).toMatchObject({ type: 'InvalidInput' });
  });

  it('is not there for who may not see it', async () => {
    const owner = await insertPerson('editor');
    const circle = await circleOf(['ann', 'ben'], { visibility: 'members', by: owner });
    const stranger = await insertPerson('editor');
    const definition = { nodes: [talk(circle)] };
    const refused = await house.start(definition, { startedBy: stranger.id });
    expect((await refused.ended()).error).toMatchObject({ type: 'NotFound' });
    const allowed = await house.start(definition, { startedBy: owner.id });
    const ended = await allowed.ended();
    expect(ended.status).toBe('completed');
    expect(await conversationOf(allowed, owner)).toMatchObject({ startedBy: owner.email });
    expect(nodeOf(ended)?.output).toMatchObject({ text: 'word 2', messages: [], turns: 2 });
  });
});

describe('a circle whose run does not wait for it', () => {
  /** Nobody answers until they are stopped. */
  const silence = (_: unknown, signal: AbortSignal): Promise<never> =>
    new Promise((_resolve, reject) => {
      const stop = () => reject(signal.reason as Error);
      if (signal.aborted) stop();
      else signal.addEventListener('abort', stop);
    });
  const untilSpoken = (run: StartedRun, by: Person): Promise<Conversation> =>
    eventually(async () => {
      const conversation = await conversationOf(run, by);
      expect(conversation.openTurns).toHaveLength(1);
      return conversation;
    });

  it('is ended with a run that is canceled', async () => {
    house.model = silence;
    const person = await insertPerson();
    const run = await house.start({ nodes: [talk(await circleOf(['ann', 'ben']))] });
    await untilSpoken(run, person);
    await cancel(run);
    expect((await run.ended()).status).toBe('canceled');
    expect(await conversationOf(run, person)).toMatchObject({ status: 'ended', openTurns: [] });
  });

  it('is ended when its time is up', async () => {
    house.model = silence;
    const person = await insertPerson();
    const run = await house.start({
      nodes: [talk(await circleOf(['ann', 'ben']), { timeout: '2 seconds' })],
    });
    expect(await run.ended()).toMatchObject({
      status: 'failed',
      error: { type: 'TimedOut', nodeId: 'talk' },
    });
    expect(await conversationOf(run, person)).toMatchObject({ status: 'ended', openTurns: [] });
  });

  it('is ended when another node fails the run', async () => {
    house.model = silence;
    const person = await insertPerson();
    const run = await house.start({
      nodes: [talk(await circleOf(['ann', 'ben'])), call('wrong', { url: `${house.target.url}/no` })],
    });
    house.target.answer = () => ({ status: 404 });
    expect((await run.ended()).status).toBe('failed');
    await eventually(async () => {
      const open = await house.store.conversations.listConversations(
        { runId: run.id, limit: 10, cursor: undefined, status: ['running', 'idle', 'waiting'] },
        person,
      );
      expect(open.items).toEqual([]);
    });
  });
});

describe('a circle in a run that goes on elsewhere', () => {
  it('says everything once when the run continues as new', async () => {
    const asked = Promise.withResolvers<undefined>();
    const answered = Promise.withResolvers<undefined>();
    house.model = async () => {
      asked.resolve(undefined);
      await answered.promise;
      return { text: `word ${(said += 1)}` };
    };
    house.target.answer = async () => {
      await asked.promise;
      return { status: 200 };
    };
    const calls = Array.from({ length: 6 }, (_, index) => call(`call${index}`, { url: house.target.url }));
    const run = await house.start(
      {
        nodes: [talk(await circleOf(['ann', 'ben'])), ...calls],
        edges: calls.slice(1).map((_, index) => edge(`call${index}`, `call${index + 1}`)),
      },
      { continueAfterEvents: 12 },
    );
    await eventually(async () => {
      const { historyLength } = await run.handle.describe();
      expect(historyLength).toBeGreaterThan(20);
    });
    answered.resolve(undefined);
    const ended = await run.ended();
    expect(nodeOf(ended)?.output).toMatchObject({ text: 'word 2', turns: 2 });
    expect(said).toBe(2);
    const first = await temporal.current.client.workflow
      .getHandle(run.handle.workflowId, run.handle.firstExecutionRunId)
      .describe();
    expect(first.status.name).toBe('CONTINUED_AS_NEW');
  });

  it('says everything once when the worker is another one', async () => {
    const person = await insertPerson();
    const run = await house.start({
      nodes: [
        talk(
          await circleOf(['ann', 'ben']),
          {},
          { settings: { termination: { kind: 'maxTurns', turns: 6 } } },
        ),
      ],
    });
    await eventually(async () => expect((await conversationOf(run, person)).messages).toBeGreaterThan(0));
    await house.restartWorker();
    expect(nodeOf(await run.ended())?.output).toMatchObject({ turns: 6 });
  });
});
