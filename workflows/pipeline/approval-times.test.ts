import { expect, it } from '@jest/globals';

import type { HumanPlan } from '../../contracts/plan.ts';
import { afterPrompt, nextPrompt } from './approval-times.ts';

const begin = { askedAtMs: 1_000, reminders: 0, escalated: false };

/** Everything that is sent until the end, at its time; with a worker that is there all the time. */
function course(plan: Omit<HumanPlan, 'onTimeout'>, most = 20): [number, string][] {
  const sent: [number, string][] = [];
  let times = begin;
  let nowMs = begin.askedAtMs;
  while (sent.length < most) {
    const next = nextPrompt({ ...plan, onTimeout: 'fail' }, times, nowMs);
    if (next === undefined) return sent;
    nowMs = Math.max(nowMs, next.atMs);
    const { prompt } = next;
    sent.push([next.atMs, prompt.kind === 'remind' ? `remind ${prompt.number}` : prompt.kind]);
    if (prompt.kind === 'expire') return sent;
    times = afterPrompt(times, prompt);
  }
  return sent;
}

it('waits without end where nothing says otherwise', () => {
  expect(course({})).toEqual([]);
});

it('reminds again and again, asks others once, and ends', () => {
  expect(course({ timeoutMs: 100, remindAfterMs: 30, escalateAfterMs: 70 })).toEqual([
    [1_030, 'remind 1'],
    [1_060, 'remind 2'],
    [1_070, 'escalate'],
    [1_090, 'remind 3'],
    [1_100, 'expire'],
  ]);
});

it('ends rather than reminding at the same time, and asks others before it reminds', () => {
  expect(course({ timeoutMs: 60, remindAfterMs: 30, escalateAfterMs: 30 })).toEqual([
    [1_030, 'escalate'],
    [1_030, 'remind 1'],
    [1_060, 'expire'],
  ]);
});

it('sends of overdue reminders only the last one', () => {
  const plan: HumanPlan = { remindAfterMs: 10, timeoutMs: 1_000, onTimeout: 'fail' };
  expect(nextPrompt(plan, { ...begin, reminders: 2 }, 1_075)).toEqual({
    atMs: 1_070,
    prompt: { kind: 'remind', number: 7 },
  });
});

it('stops reminding one day', () => {
  const plan: HumanPlan = { remindAfterMs: 1, onTimeout: 'fail' };
  expect(nextPrompt(plan, { ...begin, reminders: 1_000 }, 9_000)).toBeUndefined();
  expect(nextPrompt(plan, begin, 9_000)?.prompt).toEqual({ kind: 'remind', number: 1_000 });
});
