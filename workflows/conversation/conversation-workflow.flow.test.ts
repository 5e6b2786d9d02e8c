import { expect, it } from '@jest/globals';

import { type PaperConversation, paperConversation } from '../../testing/paper-conversation.ts';
import { withPaper } from '../../testing/paper-house.ts';
import { withTemporal } from '../../testing/shared-servers.ts';
import { eventually } from '../../testing/test-server.ts';
import { getConversationStateQuery } from '../messages.ts';

const temporal = withTemporal();
const house = withPaper(temporal);

const turns = (most: number) => ({ settings: { termination: { kind: 'maxTurns', turns: most } } });
const happened = ({ log }: PaperConversation): string[] => log.filter((event) => event !== 'read');
const until = (paper: PaperConversation, event: string | RegExp, times = 1): Promise<void> =>
  eventually(() => {
    const found = paper.log.filter((one) => (typeof event === 'string' ? one === event : event.test(one)));
    if (found.length < times) throw new Error(`${found.length} × ${String(event)} of ${paper.log.join()}`);
    return Promise.resolve();
  });
const SETTLED = 'settle: maxTurns';

it('lets agents speak in turn until the exchange is over, and again when somebody has said something', async () => {
  const paper = paperConversation(['Ada', 'Bob'], turns(3));
  await house.wake(paper);
  await until(paper, SETTLED);
  paper.post();
  await house.wake(paper);
  await until(paper, SETTLED, 2);
  const first = ['started 1 Ada', 'completed 1 Ada', 'started 2 Bob', 'completed 2 Bob'];
  expect(happened(paper)).toEqual([
    ...[...first, 'started 3 Ada', 'completed 3 Ada', SETTLED, 'post'],
    ...['started 4 Bob', 'completed 4 Bob', 'started 5 Ada', 'completed 5 Ada'],
    ...['started 6 Bob', 'completed 6 Bob', SETTLED],
  ]);
});

it('answers what was said while somebody spoke after that turn', async () => {
  const paper = paperConversation(['Ada', 'Bob'], turns(2));
  const speaking = Promise.withResolvers<object>();
  paper.model = ({ turn }) => (turn.number === 1 ? speaking.promise : {});
  await house.wake(paper);
  await until(paper, 'started 1 Ada');
  paper.post();
  await house.wake(paper);
  speaking.resolve({});
  await until(paper, SETTLED);
  // The turn that was under way counts for the exchange in which it ended.
  expect(happened(paper).slice(0, 4)).toEqual(['started 1 Ada', 'post', 'completed 1 Ada', 'started 2 Bob']);
});

it('gives turns that begin at once numbers in their order', async () => {
  const paper = paperConversation(['Ada', 'Bob', 'Cy'], { mode: 'brainstorm' });
  const all = Promise.withResolvers<object>();
  paper.model = ({ turn }) => (turn.purpose === 'idea' ? all.promise : {});
  await house.wake(paper);
  await until(paper, /^started/, 3);
  expect(happened(paper).toSorted()).toEqual(['started 1 Ada', 'started 2 Bob', 'started 3 Cy']);
  all.resolve({});
  await until(paper, /^settle/);
  expect(happened(paper)).toContain('completed 4 Ada');
});

it('begins nothing while it is paused, and ends the turn that was under way as it would', async () => {
  const paper = paperConversation(['Ada', 'Bob'], turns(2));
  const speaking = Promise.withResolvers<object>();
  paper.model = ({ turn }) => (turn.number === 1 ? speaking.promise : {});
  const handle = await house.wake(paper);
  await until(paper, 'started 1 Ada');
  paper.change(() => ({ control: 'paused' }));
  await house.wake(paper);
  speaking.resolve({});
  await until(paper, 'completed 1 Ada');
  await eventually(async () => {
    const { state, turns: underWay } = await handle.query(getConversationStateQuery);
    expect([state?.revision, underWay]).toEqual([paper.state.revision, []]);
  });
  expect(happened(paper)).toHaveLength(2);
  paper.change(() => ({ control: 'open' }));
  await house.wake(paper);
  await until(paper, SETTLED);
});

it('goes on with a turn that was paused between two steps', async () => {
  const paper = paperConversation(['Ada', 'Bob'], turns(1));
  paper.model = ({ step }) => {
    if (step === 0) paper.change(() => ({ control: 'paused' }));
    return step === 0 ? { calls: [{ name: 'look' }] } : {};
  };
  const handle = await house.wake(paper);
  await eventually(async () => {
    const { turns: underWay } = await handle.query(getConversationStateQuery);
    expect(underWay).toMatchObject([{ number: 1, agent: 'Ada', doing: 'is paused' }]);
  });
  expect(happened(paper)).toEqual(['started 1 Ada']);
  paper.change(() => ({ control: 'open' }));
  await house.wake(paper);
  await until(paper, SETTLED);
  expect(happened(paper)).toEqual(['started 1 Ada', 'called 1 tool.0.0', 'completed 1 Ada', SETTLED]);
});

it('takes up the mode, the members and the settings that hold when a turn has ended', async () => {
  const paper = paperConversation(['Ada', 'Bob'], turns(4));
  paper.model = ({ turn }) => {
    if (turn.number !== 1) return {};
    paper.change(({ speakers: [ada] }) => ({ mode: 'debate', speakers: ada === undefined ? [] : [ada] }));
    return {};
  };
  await house.wake(paper);
  await until(paper, /^settle/);
  expect(happened(paper).filter((event) => event.startsWith('started'))).toEqual(['started 1 Ada']);
});

it('ends a turn that waits for people when it is to stop', async () => {
  const paper = paperConversation(['Ada', 'Bob'], turns(2));
  paper.model = () => ({ calls: [{ name: 'delete', needsApproval: true }] });
  await house.wake(paper);
  await until(paper, 'pending 1 tool.0.0');
  paper.stop();
  await house.wake(paper);
  await until(paper, 'settle: Stopped by a person');
  expect(happened(paper)).not.toContain('called 1 tool.0.0');
});

it('runs what was approved and not what was rejected', async () => {
  const paper = paperConversation(['Ada', 'Bob'], turns(1));
  const calls = ['read', 'delete', 'send'].map((name) => ({ name, needsApproval: name !== 'read' }));
  paper.model = ({ step }) => (step === 0 ? { calls } : {});
  await house.wake(paper);
  await until(paper, /^pending/, 2);
  paper.decide('tool.0.2', 'approved');
  await house.wake(paper);
  await until(paper, 'called 1 tool.0.2');
  paper.decide('tool.0.1', 'rejected');
  await house.wake(paper);
  await until(paper, SETTLED);
  const called = happened(paper).filter((event) => event.startsWith('called'));
  expect(called).toEqual(['called 1 tool.0.0', 'called 1 tool.0.2']);
});

it('waits for people where a turn can not begin', async () => {
  const paper = paperConversation(['Ada', 'Bob'], turns(2));
  let asked = 0;
  const activities = { ...paper.activities };
  paper.activities.speak = (step) => {
    if (asked++ > 0) return activities.speak(step);
    return Promise.resolve({ kind: 'paused', state: paper.state });
  };
  await house.wake(paper);
  await until(paper, 'settle: The turn could not begin');
  paper.post();
  await house.wake(paper);
  await until(paper, SETTLED);
  expect(asked).toBe(3);
});

it('tells that the exchange is over before it summarizes, and summarizes before anybody speaks again', async () => {
  const paper = paperConversation(['Ada', 'Bob'], turns(2));
  const activities = { ...paper.activities };
  paper.activities.speak = async (step) => {
    const result = await activities.speak(step);
    return result.kind === 'ended' ? { ...result, needsSummary: true } : result;
  };
  await house.wake(paper);
  await until(paper, 'summary', 2);
  expect(happened(paper)).toEqual([
    ...[
      'started 1 Ada',
      'completed 1 Ada',
      'summary',
      'started 2 Bob',
      'completed 2 Bob',
      SETTLED,
      'summary',
    ],
  ]);
});

it('fails a turn at its limits', async () => {
  const paper = paperConversation(['Ada', 'Bob'], turns(1));
  const { speakers } = paper.state;
  paper.change(() => ({
    speakers: speakers.map((one) => ({ ...one, limits: { ...one.limits, maxSteps: 2 } })),
  }));
  paper.model = () => ({ calls: [{ name: 'look' }] });
  await house.wake(paper);
  await until(paper, SETTLED);
  expect(happened(paper)).toEqual([
    ...['started 1 Ada', 'called 1 tool.0.0', 'called 1 tool.1.0', 'failed 1 Ada', SETTLED],
  ]);
});

it('goes on after it was terminated, at the next wake-up, with the turn that was open', async () => {
  const paper = paperConversation(['Ada', 'Bob'], turns(2));
  paper.model = ({ step }) => (step === 0 ? { calls: [{ name: 'delete', needsApproval: true }] } : {});
  const handle = await house.wake(paper);
  await until(paper, 'pending 1 tool.0.0');
  await handle.terminate();
  paper.decide('tool.0.0', 'approved');
  await house.wake(paper);
  await until(paper, SETTLED);
  expect(happened(paper).filter((event) => event.startsWith('started'))).toEqual([
    ...['started 1 Ada', 'started 2 Bob'],
  ]);
});

it('is over when it is ended, and stops who speaks', async () => {
  const paper = paperConversation(['Ada', 'Bob'], turns(9));
  paper.model = ({ turn }) => (turn.number === 1 ? {} : new Promise(() => undefined));
  const handle = await house.wake(paper);
  await until(paper, 'started 2 Bob');
  paper.change(() => ({ control: 'ended' }));
  paper.stop();
  await house.wake(paper);
  expect(await handle.result()).toEqual({ turns: 2 });
  expect(happened(paper).at(-1)).toBe('stopped 2 Bob');
});

it('ends the conversation when its workflow is canceled', async () => {
  const paper = paperConversation(['Ada', 'Bob'], turns(9));
  paper.model = () => new Promise(() => undefined);
  const handle = await house.wake(paper);
  await until(paper, 'started 1 Ada');
  await handle.cancel();
  await expect(handle.result()).rejects.toThrow();
  expect(happened(paper).slice(1)).toEqual(['stopped 1 Ada', 'end: canceled']);
});

it('ends with its first exchange where it is the node of a run', async () => {
  const paper = paperConversation(['Ada', 'Bob'], turns(2));
  const handle = await house.wake(paper, { once: true });
  expect(await handle.result()).toEqual({ turns: 2 });
  expect(happened(paper).at(-1)).toBe('end: maxTurns');
});

it('takes a thousand wake-ups over many executions, each once, and carries nothing over but its id', async () => {
  const paper = paperConversation(['Ada', 'Bob'], { mode: 'human_moderated', settled: true });
  const input = { continueAfterEvents: 200 };
  const handle = await house.wake(paper, input);
  for (let wave = 0; wave < 20; wave++) {
    await Promise.all(
      Array.from({ length: 50 }, () => {
        paper.post();
        return house.wake(paper, input);
      }),
    );
  }
  await eventually(() => {
    expect(paper.state.settled).toBe(true);
    return Promise.resolve();
  });
  expect(paper.state.exchange.openedAt).toBe(1000);
  const { events } = await handle.fetchHistory();
  const started = events?.[0]?.workflowExecutionStartedEventAttributes;
  expect(started?.continuedExecutionRunId).not.toBe('');
  expect(started?.input?.payloads?.[0]?.data?.length).toBeLessThan(200);
}, 120_000);

it('continues as new while it waits for people, and what waits goes on waiting', async () => {
  const paper = paperConversation(['Ada', 'Bob'], turns(1));
  paper.model = ({ step }) => (step === 0 ? { calls: [{ name: 'delete', needsApproval: true }] } : {});
  const handle = await house.wake(paper, { continueAfterEvents: 40 });
  await until(paper, /^pending/);
  for (let post = 0; post < 12; post++) {
    paper.change(() => ({}));
    await house.wake(paper);
    await eventually(async () => {
      const { state } = await handle.query(getConversationStateQuery);
      expect(state?.revision).toBe(paper.state.revision);
    });
  }
  const { raw } = await handle.describe();
  expect(raw.workflowExecutionInfo?.firstRunId).not.toBe(raw.workflowExecutionInfo?.execution?.runId);
  paper.decide('tool.0.0', 'approved');
  await house.wake(paper);
  await until(paper, SETTLED);
  expect(happened(paper).filter((event) => event.startsWith('started'))).toEqual(['started 1 Ada']);
});
