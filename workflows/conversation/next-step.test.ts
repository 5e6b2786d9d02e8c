import { describe, expect, it } from '@jest/globals';

import type { NextStep } from '../../contracts/conversation-state.ts';
import { aState, aTurn, inWords, type ModeRow, type StateWords } from '../../testing/conversation-states.ts';
import { nextStep } from './next-step.ts';

const DAY = 86_400_000;
const step = (words: StateWords, nowMs = 0): NextStep => nextStep(aState(words), nowMs);
const failed = { status: 'failed' } as const;
const stopped = { status: 'stopped' } as const;
const openTurn = { number: 1, agentId: 'ann', purpose: 'speak', reason: '', stopRequested: false } as const;
const maxTurns = (turns: number): StateWords => ({ settings: { termination: { kind: 'maxTurns', turns } } });

const rows: ModeRow[] = [
  ['asks the mode', {}, 'ann speak'],
  ['waits as long as it is paused', { control: 'paused' }, 'wait'],
  ['waits for turns that are under way', { openTurns: [openTurn] }, 'wait'],
  ['settles nothing that is paused', { control: 'paused', ...maxTurns(1), turns: [aTurn('ann')] }, 'wait'],
  ['ends what people have ended', { control: 'ended' }, 'end'],
  ['settles when the termination is reached', { ...maxTurns(1), turns: [aTurn('ann')] }, 'settle'],
  ['lets nobody speak in an exchange that is settled', { settled: true }, 'settle'],
  ['goes on after one failed turn', { turns: [aTurn('ann', failed)] }, 'ben speak'],
  [
    'settles after two failed turns in a row',
    { turns: [aTurn('ann', failed), aTurn('ben', failed)] },
    'settle',
  ],
  [
    'goes on after two failed turns that are not in a row',
    { turns: [aTurn('ann', failed), aTurn('ben'), aTurn('cat', failed)] },
    'ann speak',
  ],
  [
    'leaves ideas that failed to their mode',
    {
      mode: 'brainstorm',
      turns: ['ann', 'ben', 'cat'].map((id) =>
        aTurn(id, { purpose: 'idea', ...(id === 'ann' ? {} : failed) }),
      ),
    },
    'ann merge',
  ],
  ['settles when a person has stopped a turn', { turns: [aTurn('ann', stopped)] }, 'settle'],
  [
    'settles when a person has stopped one of parallel turns',
    {
      mode: 'brainstorm',
      turns: [aTurn('ann', { purpose: 'idea', ...stopped }), aTurn('ben', { purpose: 'idea' })],
    },
    'settle',
  ],
  ['goes on when a turn was stopped because its agent left', { turns: [aTurn('zoe', stopped)] }, 'ann speak'],
  [
    'lets the agent speak whom a person wants to hear anew',
    { regenerate: { agentId: 'cat', purpose: 'speak' } },
    'cat speak',
  ],
  ['for what it spoke', { mode: 'debate', regenerate: { agentId: 'cat', purpose: 'argue' } }, 'cat argue'],
  [
    'whatever was reached before',
    {
      ...maxTurns(1),
      turns: [aTurn('ann')],
      settled: true,
      regenerate: { agentId: 'ann', purpose: 'speak' },
    },
    'ann speak',
  ],
  [
    'but for an agent that has left',
    { settled: true, regenerate: { agentId: 'zoe', purpose: 'speak' } },
    'settle',
  ],
  [
    'starts no more turns at once than are left',
    { mode: 'review', ...maxTurns(2), turns: [aTurn('ann', { purpose: 'draft' })] },
    'ben review',
  ],
  ['has nobody speak where nobody may', { speakers: [] }, 'settle'],
  [
    'lets the only agent of a circle speak on its topic',
    { speakers: ['ann'], exchange: { openedAt: 0 } },
    'ann speak',
  ],
  [
    'lets an agent in a chat not speak on its title',
    { speakers: ['ann'], exchange: { openedAt: 0 }, settled: true },
    'settle',
  ],
  [
    'lets an agent alone answer, whatever the mode',
    { speakers: ['ann'], mode: 'human_moderated' },
    'ann speak',
  ],
  ['whatever its role', { speakers: ['ray:reviewer'] }, 'ray speak'],
  ['even when it spoke last', { speakers: ['ann'], lastSpeaker: 'ann' }, 'ann speak'],
  ['and once', { speakers: ['ann'], mode: 'facilitator_led', turns: [aTurn('ann')] }, 'settle'],
  ['and once when that failed', { speakers: ['ann'], turns: [aTurn('ann', failed)] }, 'settle'],
  ['lets a circle speak on its topic', { exchange: { openedAt: 0 } }, 'ann speak'],
];

describe('the next step of a conversation', () => {
  it.each(rows)('%s', (_promise, words, next) => {
    expect(inWords(step(words))).toBe(next);
  });
  it('names the termination that was reached', () => {
    expect(step({ ...maxTurns(1), turns: [aTurn('ann')] })).toEqual({
      kind: 'settle',
      reason: 'maxTurns',
      termination: 'maxTurns',
    });
  });
  it('ends an exchange after a thousand turns where nothing else has', () => {
    const after = (turns: number): StateWords => ({
      settings: { termination: { kind: 'maxCost', usd: 1 } },
      exchange: { turns },
    });
    expect(step(after(999)).kind).toBe('speak');
    expect(step(after(1_000))).toEqual({ kind: 'settle', reason: 'maxTurns', termination: 'maxTurns' });
  });
  it('says why nobody speaks', () => {
    expect(step({ mode: 'human_moderated' })).toEqual({
      kind: 'settle',
      reason: 'Agents speak when a person mentions them',
    });
  });
  it('says why somebody speaks', () => {
    expect(step({ mentions: ['cat'] })).toEqual({
      kind: 'speak',
      turns: [{ agentId: 'cat', purpose: 'speak', reason: 'Mentioned by a person' }],
    });
  });
  it('ends a conversation that has been idle, once its exchange is settled', () => {
    const idle: StateWords = { settings: { termination: { kind: 'idle', duration: '1 day' } } };
    expect(inWords(step(idle, 2 * DAY))).toBe('ann speak');
    expect(step({ ...idle, settled: true }, 2 * DAY)).toEqual({ kind: 'end', reason: 'idle' });
  });
});
