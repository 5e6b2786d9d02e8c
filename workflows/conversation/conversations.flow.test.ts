import { beforeEach, describe, expect, it } from '@jest/globals';

import type { ModelRequest } from '../../contracts/model.ts';
import { type StartedConversation, withConversations } from '../../testing/conversation-house.ts';
import { withTemporal } from '../../testing/shared-servers.ts';
import { eventually } from '../../testing/test-server.ts';

const temporal = withTemporal();
const house = withConversations(temporal);

/** Who is asked, by the name in the test; the system prompt begins with it. */
let asked: ModelRequest[];
/** Calls whose answer is held back until somebody lets them go, by their number from 1. */
let held: Map<number, PromiseWithResolvers<object>>;
const hold = (...calls: number[]): void => {
  for (const call of calls) held.set(call, Promise.withResolvers());
};
const release = (call: number, answer: object = { text: `late answer ${call}` }): void =>
  held.get(call)?.resolve(answer);
const untilAsked = (calls: number): Promise<void> =>
  eventually(() => {
    expect(asked.length).toBeGreaterThanOrEqual(calls);
    return Promise.resolve();
  });

beforeEach(() => {
  asked = [];
  held = new Map();
  house.model = async (request, { signal }) => {
    asked.push(request);
    const call = asked.length;
    const waiting = held.get(call);
    if (waiting === undefined) return { text: `answer ${call}` };
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error)); // The reason of an abort is an error.
    });
    return Promise.race([waiting.promise, aborted]);
  };
});

const turns = (most: number) => ({ termination: { kind: 'maxTurns', turns: most } });
const two = async (more: object = {}): Promise<StartedConversation> => {
  const { id } = await house.circle(['Ada', 'Bob']);
  return house.start({ circle: id, topic: 'Tea or coffee?', settings: turns(2), ...more });
};
const types = async (conversation: StartedConversation): Promise<string[]> =>
  (await conversation.events()).map(({ type }) => type);

describe('a conversation', () => {
  it('discusses its topic, comes to rest, and answers what people say', async () => {
    const conversation = await two();
    await conversation.untilIs('idle');
    await conversation.post('And water?');
    await eventually(async () => expect(await conversation.said()).toHaveLength(5));
    await conversation.untilIs('idle');
    expect(await conversation.said()).toEqual([
      ...['Ada: answer 1', 'Bob: answer 2', 'Pia: And water?', 'Ada: answer 3', 'Bob: answer 4'],
    ]);
    expect(await types(conversation)).toEqual([
      'conversation.started',
      ...['turn.started', 'message', 'turn.completed', 'turn.started', 'message', 'turn.completed'],
      ...['conversation.idle', 'message'],
      ...['turn.started', 'message', 'turn.completed', 'turn.started', 'message', 'turn.completed'],
      'conversation.idle',
    ]);
  });

  it('with one agent answers what is said, and says nothing on its title', async () => {
    const agent = await house.agent({ name: `Ada ${crypto.randomUUID().slice(-12)}` });
    const conversation = await house.start({ agent, topic: 'Tea' });
    await conversation.post('Tea or coffee?');
    await eventually(async () => expect(await conversation.said()).toHaveLength(2));
    await conversation.untilIs('idle');
    expect(await conversation.said()).toEqual(['Pia: Tea or coffee?', 'Ada: answer 1']);
  });

  it('lets ideas come at once, and merges them', async () => {
    const { id } = await house.circle(['Ada', 'Bob', { name: 'Cy', role: 'facilitator' }]);
    hold(1, 2);
    const conversation = await house.start({ circle: id, topic: 'Names', mode: 'brainstorm' });
    await untilAsked(2);
    expect((await conversation.get()).openTurns.map(({ purpose }) => purpose)).toEqual(['idea', 'idea']);
    release(2);
    release(1);
    await conversation.untilIs('idle');
    const said = await conversation.said();
    // Which of them is asked first, nobody says.
    const ideas = said.slice(0, 2).map((line) => line.replace(/\d$/, ''));
    expect(ideas.toSorted()).toEqual(['Ada: late answer ', 'Bob: late answer ']);
    expect(said.slice(2)).toEqual(['Cy: answer 3']);
  });

  it('takes up another mode, other members and settings with the next turn', async () => {
    const { id, agents } = await house.circle(['Ada', 'Bob']);
    hold(1);
    const conversation = await house.start({ circle: id, topic: 'Tea', settings: turns(4) });
    await untilAsked(1);
    await house.store.circles.removeMember(id, agents['Bob'] ?? '');
    await conversation.wake();
    await conversation.change({ mode: 'mention_based' });
    release(1);
    await conversation.untilIs('idle');
    expect(await conversation.said()).toEqual(['Ada: late answer 1']);
    expect((await conversation.get()).mode).toBe('mention_based');
    const { typedSearchAttributes } = await conversation.handle.describe();
    expect(JSON.stringify(typedSearchAttributes.getAll())).toContain('mention_based');
  });
});

describe('what is said while agents speak', () => {
  it('is answered after the turn that is under way, by queue', async () => {
    hold(1);
    const conversation = await two();
    await untilAsked(1);
    await conversation.post('And water?', { whenBusy: 'queue' });
    release(1);
    await eventually(async () => expect(await conversation.said()).toHaveLength(4));
    await conversation.untilIs('idle');
    expect(await conversation.said()).toEqual([
      ...['Pia: And water?', 'Ada: late answer 1', 'Bob: answer 2', 'Ada: answer 3'],
    ]);
  });

  it('enters the running turn at its next step, by steer', async () => {
    hold(1);
    const { id } = await house.circle([{ name: 'Ada', tools: ['calculator'] }, 'Bob']);
    const conversation = await house.start({ circle: id, topic: 'Tea or coffee?', settings: turns(1) });
    await untilAsked(1);
    await conversation.post('Think of water', { whenBusy: 'steer' });
    release(1, {
      toolCalls: [{ id: 'a', name: 'calculator', arguments: { expression: '1+1' } }],
      finishReason: 'tool-calls',
    });
    await untilAsked(2);
    await conversation.untilIs('idle');
    expect(JSON.stringify(asked[1]?.messages)).toContain('Think of water');
    const [turn] = await conversation.turns();
    expect(turn?.toolCalls).toMatchObject([{ name: 'calculator', status: 'completed' }]);
  });

  it('stops who speaks and keeps what they have said, by interrupt', async () => {
    const started = Promise.withResolvers<undefined>();
    const answer = house.model;
    house.model = (request, { signal, onText }) => {
      if (asked.length > 0) return answer(request, { signal, onText });
      asked.push(request);
      onText('I was about to');
      started.resolve(undefined);
      return new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error)); // As above.
      });
    };
    const conversation = await two();
    await started.promise;
    await eventually(async () => {
      expect((await conversation.get()).openTurns[0]?.text).toBe('I was about to');
    });
    await conversation.post('Stop. Water?', { whenBusy: 'interrupt' });
    await eventually(async () => expect(await conversation.said()).toHaveLength(4));
    await conversation.untilIs('idle');
    expect((await conversation.messages()).map(({ content, status }) => [content, status])).toEqual([
      ['Stop. Water?', 'completed'],
      ['I was about to', 'stopped'],
      ['answer 2', 'completed'],
      ['answer 3', 'completed'],
    ]);
  });

  it('is refused, by reject', async () => {
    hold(1);
    const conversation = await two();
    await untilAsked(1);
    await expect(conversation.post('Me too', { whenBusy: 'reject' })).rejects.toThrow('speaking');
    release(1);
    await conversation.untilIs('idle');
    expect(await conversation.said()).toHaveLength(2);
  });

  it('by two people at once stands in one order, each once', async () => {
    const conversation = await two({ mode: 'human_moderated' });
    const other = await house.newPerson();
    const posts = Array.from({ length: 40 }, (_, index) => {
      const more = { clientMessageId: `m${index}` };
      return conversation.post(`word ${index}`, index % 2 === 0 ? more : { ...more, by: other });
    });
    const ids = await Promise.all(posts);
    const again = await conversation.post('word 0', { clientMessageId: 'm0' });
    expect(again).toBe(ids[0]);
    const messages = await conversation.messages();
    expect(messages.map(({ sequence }) => sequence)).toEqual(ids.map((_, index) => index + 1));
    expect(new Set(messages.map(({ id }) => id))).toEqual(new Set(ids));
    await conversation.untilIs('idle');
  });
});

describe('a pause', () => {
  it('lets the turn end that is under way, and begins the next one when it is over', async () => {
    hold(1);
    const conversation = await two();
    await untilAsked(1);
    await conversation.pause();
    release(1);
    await eventually(async () => expect(await conversation.said()).toHaveLength(1));
    await conversation.post('Hello?');
    expect((await conversation.get()).status).toBe('paused');
    expect(asked).toHaveLength(1);
    await conversation.resume();
    await conversation.untilIs('idle');
    expect(await conversation.said()).toEqual([
      ...['Ada: late answer 1', 'Pia: Hello?', 'Bob: answer 2', 'Ada: answer 3'],
    ]);
  });

  it('may end with the conversation, which ends its workflow', async () => {
    hold(1);
    const conversation = await two();
    await untilAsked(1);
    await conversation.pause();
    await conversation.end();
    await conversation.handle.result();
    expect((await conversation.get()).status).toBe('ended');
    expect((await conversation.turns()).map(({ status }) => status)).toEqual(['stopped']);
    await expect(conversation.post('Hello?')).rejects.toThrow('ended');
  });
});

const CALL = { id: 'a', name: 'calculator', arguments: { expression: '1+1' } };
const calls = { toolCalls: [CALL], finishReason: 'tool-calls' };
const asking = async (): Promise<StartedConversation> => {
  const { id } = await house.circle([
    { name: 'Ada', tools: ['calculator'], approveTools: ['calculator'] },
    'Bob',
  ]);
  hold(1);
  release(1, calls);
  return house.start({ circle: id, topic: 'Sums', settings: turns(1) });
};
const answersOf = (request: ModelRequest | undefined): string[] =>
  (request?.messages ?? []).flatMap((message) => (message.role === 'tool' ? [message.content] : []));

describe('a tool that people are asked about', () => {
  it('runs once they have approved it', async () => {
    const conversation = await asking();
    await conversation.untilIs('waiting');
    await conversation.decide({});
    await conversation.untilIs('idle');
    expect(answersOf(asked[1])).toEqual(['2']);
  });

  it('runs with the arguments that they have put in place', async () => {
    const conversation = await asking();
    await conversation.decide({ edit: { expression: '20+1' } });
    await conversation.untilIs('idle');
    expect(answersOf(asked[1])[0]).toMatch(/\n21$/);
  });

  it('does not run where they have rejected it, and the model hears why', async () => {
    const conversation = await asking();
    await conversation.decide({ decision: 'reject', comment: 'Use your head' });
    await conversation.untilIs('idle');
    expect(answersOf(asked[1])[0]).toContain('Use your head');
  });

  it('waits no more when the turn is interrupted', async () => {
    const conversation = await asking();
    await conversation.untilIs('waiting');
    await conversation.interrupt();
    await conversation.untilIs('idle');
    expect((await conversation.turns()).map(({ status }) => status)).toEqual(['stopped']);
    expect(asked).toHaveLength(1);
  });

  it('waits on after the worker was replaced and the workflow terminated', async () => {
    const conversation = await asking();
    await conversation.untilIs('waiting');
    await house.restartWorker();
    await conversation.handle.terminate();
    await conversation.decide({});
    await conversation.untilIs('idle');
    expect(answersOf(asked[1])).toEqual(['2']);
    expect(await conversation.turns()).toHaveLength(1);
  });
});

describe('what cannot be lost', () => {
  it('goes on with the next wake-up after the workflow was terminated in the middle of a turn', async () => {
    hold(1);
    const conversation = await two();
    await untilAsked(1);
    await conversation.handle.terminate();
    await conversation.wake();
    await conversation.post('Still there?');
    await conversation.untilIs('idle', 60_000);
    const messages = await conversation.messages();
    expect(messages.filter(({ author }) => author.kind === 'agent')).toHaveLength(3);
    expect((await conversation.turns()).map(({ status }) => status)).toEqual(Array(3).fill('completed'));
  }, 90_000);

  it('stops what its agents say when its workflow is canceled, and is over', async () => {
    hold(1);
    const conversation = await two();
    await untilAsked(1);
    await conversation.handle.cancel();
    await expect(conversation.handle.result()).rejects.toThrow();
    expect(await conversation.get()).toMatchObject({ status: 'ended', statusReason: 'canceled' });
    expect((await conversation.turns()).map(({ status }) => status)).toEqual(['stopped']);
  });

  it('takes a thousand posts over many executions: none is lost, none is there twice', async () => {
    const conversation = await two({ mode: 'human_moderated', continueAfterEvents: 300 });
    const posters = Array.from({ length: 10 }, async (_, poster) => {
      for (let index = 0; index < 100; index++) {
        const clientMessageId = `${poster}/${index}`;
        await conversation.post(clientMessageId, { clientMessageId });
        if (index % 10 === 0) await conversation.post(clientMessageId, { clientMessageId });
      }
    });
    await Promise.all(posters);
    await conversation.untilIs('idle', 60_000);
    const messages = await conversation.messages();
    expect(messages.map(({ sequence }) => sequence)).toEqual(messages.map((_, index) => index + 1));
    expect(new Set(messages.map(({ content }) => content)).size).toBe(1000);
    expect(messages).toHaveLength(1000);
    for (let poster = 0; poster < 10; poster++) {
      const own = messages.filter(({ content }) => content.startsWith(`${poster}/`));
      expect(own.map(({ content }) => Number(content.split('/')[1]))).toEqual(own.map((_, index) => index));
    }
    const { raw } = await conversation.handle.describe();
    expect(raw.workflowExecutionInfo?.firstRunId).not.toBe(raw.workflowExecutionInfo?.execution?.runId);
  }, 180_000);
});
