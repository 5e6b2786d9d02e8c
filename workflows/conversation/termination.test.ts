import { describe, expect, it } from '@jest/globals';

import type { Termination } from '../../contracts/conversation-settings.ts';
import { aState, aTurn, type StateWords } from '../../testing/conversation-states.ts';
import { idleDeadlineMs, reachedTermination, turnsLeft } from './termination.ts';

const HOUR = 3_600_000;
const maxTurns: Termination = { kind: 'maxTurns', turns: 2 };
const idle: Termination = { kind: 'idle', duration: '1 hour' };
const consensus: Termination = { kind: 'consensus' };
const done: Termination = { kind: 'textMention', text: '[DONE]' };
const soon: Termination = { kind: 'maxDuration', duration: '2 hours' };
const two = [aTurn('ann'), aTurn('ben')];
const agreed = { agrees: true };
const saysDone = { texts: ['[DONE]'] };

type Row = [
  promise: string,
  termination: Termination,
  words: StateWords & { nowMs?: number },
  reached: string | undefined,
];

const rows: Row[] = [
  ['maxTurns holds before', maxTurns, { turns: [aTurn('ann')] }, undefined],
  ['maxTurns is reached with its last turn', maxTurns, { turns: two }, 'maxTurns'],
  [
    'maxTurns counts failed turns',
    maxTurns,
    { turns: [aTurn('ann'), aTurn('ben', { status: 'failed' })] },
    'maxTurns',
  ],
  ['maxTokens holds before', { kind: 'maxTokens', tokens: 100 }, { exchange: { tokens: 99 } }, undefined],
  ['maxTokens is reached', { kind: 'maxTokens', tokens: 100 }, { exchange: { tokens: 100 } }, 'maxTokens'],
  ['maxCost holds before', { kind: 'maxCost', usd: 0.5 }, { exchange: { costUsd: 0.49 } }, undefined],
  ['maxCost is reached', { kind: 'maxCost', usd: 0.5 }, { exchange: { costUsd: 0.5 } }, 'maxCost'],
  ['maxDuration holds before', soon, { turns: two, nowMs: 2 * HOUR - 1 }, undefined],
  ['maxDuration is reached', soon, { turns: two, nowMs: 2 * HOUR }, 'maxDuration'],
  [
    'maxDuration begins with the exchange',
    soon,
    { turns: two, exchange: { startedAtMs: HOUR }, nowMs: 2 * HOUR },
    undefined,
  ],
  ['maxDuration leaves nobody unanswered', soon, { nowMs: 9 * HOUR }, undefined],
  ['textMention needs the text', done, { turns: two }, undefined],
  [
    'textMention is reached by the last turn',
    done,
    { turns: [aTurn('ann'), aTurn('ben', saysDone)] },
    'textMention',
  ],
  [
    'textMention takes no turn but the last',
    done,
    { turns: [aTurn('ann', saysDone), aTurn('ben')] },
    undefined,
  ],
  ['textMention takes its own text only', done, { turns: [aTurn('ann', { texts: ['STOP'] })] }, undefined],
  [
    'textMention takes no failed turn',
    done,
    { turns: [aTurn('ann', { ...saysDone, status: 'failed' })] },
    undefined,
  ],
  ['textMention takes no idea', done, { turns: [aTurn('ann', { ...saysDone, purpose: 'idea' })] }, undefined],
  [
    'textMention takes no review',
    done,
    { turns: [aTurn('ann', { ...saysDone, purpose: 'review' })] },
    undefined,
  ],
  ['consensus needs turns', consensus, {}, undefined],
  [
    'consensus needs everybody',
    consensus,
    { turns: [aTurn('ann', agreed), aTurn('ben', agreed)] },
    undefined,
  ],
  [
    'consensus is reached when everybody agrees',
    consensus,
    { turns: [aTurn('ann', agreed), aTurn('ben', agreed), aTurn('cat', agreed)] },
    'consensus',
  ],
  [
    'consensus takes the last word of each',
    consensus,
    {
      turns: [
        aTurn('ann', agreed),
        aTurn('ben', agreed),
        aTurn('cat', agreed),
        aTurn('ann', { agrees: false }),
      ],
    },
    undefined,
  ],
  [
    'consensus takes no word for no agreement',
    consensus,
    { turns: [aTurn('ann', agreed), aTurn('ben', agreed), aTurn('cat')] },
    undefined,
  ],
  [
    'consensus takes no failed turn for agreement',
    consensus,
    {
      speakers: ['ann', 'ben'],
      turns: [aTurn('ann', agreed), aTurn('ben', { ...agreed, status: 'failed' })],
    },
    undefined,
  ],
  [
    'consensus does not wait for judges and reviewers who have not spoken',
    consensus,
    { speakers: ['ann', 'jo:judge', 'ray:reviewer'], turns: [aTurn('ann', agreed)] },
    'consensus',
  ],
  [
    'consensus hears a judge who has spoken',
    consensus,
    { speakers: ['ann', 'jo:judge'], turns: [aTurn('jo'), aTurn('ann', agreed)] },
    undefined,
  ],
  [
    'consensus of a review needs the reviewers',
    consensus,
    { mode: 'review', speakers: ['ann', 'ray:reviewer'], turns: [aTurn('ann', agreed)] },
    undefined,
  ],
  [
    'consensus does not wait for who has left',
    consensus,
    { speakers: ['ann'], turns: [aTurn('zoe', { agrees: false }), aTurn('ann', agreed)] },
    'consensus',
  ],
  ['idle holds before', idle, { settled: true, nowMs: HOUR - 1 }, undefined],
  ['idle is reached', idle, { settled: true, nowMs: HOUR }, 'idle'],
  [
    'idle begins with the last message',
    idle,
    { settled: true, lastMessageAtMs: HOUR, nowMs: HOUR },
    undefined,
  ],
  ['idle leaves nobody unanswered', idle, { nowMs: 9 * HOUR }, undefined],
  [
    'idle does not end what is paused',
    idle,
    { settled: true, control: 'paused', nowMs: 9 * HOUR },
    undefined,
  ],
  [
    'idle does not end what waits for an approval',
    idle,
    {
      settled: true,
      nowMs: 9 * HOUR,
      openTurns: [{ number: 1, agentId: 'ann', purpose: 'speak', reason: '', stopRequested: false }],
    },
    undefined,
  ],
  [
    'external is never reached',
    { kind: 'external' },
    { turns: two, settled: true, nowMs: 9 * HOUR },
    undefined,
  ],
  ['any is reached with one part', { any: [done, maxTurns] }, { turns: two }, 'maxTurns'],
  [
    'any tells all of its parts that are reached, each once',
    { any: [done, maxTurns, maxTurns] },
    { turns: [aTurn('ann'), aTurn('ben', saysDone)] },
    'textMention, maxTurns',
  ],
  ['any is not reached without a part', { any: [done, maxTurns] }, { turns: [aTurn('ann')] }, undefined],
  ['all is not reached with one part', { all: [done, maxTurns] }, { turns: two }, undefined],
  [
    'all is reached with all parts',
    { all: [done, maxTurns] },
    { turns: [aTurn('ann'), aTurn('ben', saysDone)] },
    'textMention, maxTurns',
  ],
  [
    'parts may be terminations themselves',
    { any: [{ all: [done, maxTurns] }, consensus] },
    { turns: two },
    undefined,
  ],
];

describe('a termination', () => {
  it.each(rows)('%s', (_promise, termination, { nowMs = 0, ...words }, reached) => {
    expect(reachedTermination(termination, aState(words), nowMs)?.join(', ')).toBe(reached);
  });
});

describe('the turns that are left', () => {
  it.each<[promise: string, termination: Termination, left: number]>([
    ['are what maxTurns leaves', { kind: 'maxTurns', turns: 5 }, 3],
    [
      'are the fewest of any',
      { any: [{ kind: 'maxTurns', turns: 5 }, { kind: 'maxTurns', turns: 4 }, consensus] },
      2,
    ],
    [
      'are the most of all',
      {
        all: [
          { kind: 'maxTurns', turns: 5 },
          { kind: 'maxTurns', turns: 4 },
        ],
      },
      3,
    ],
    [
      'are those of a thousand where another condition has to be reached too',
      { all: [maxTurns, consensus] },
      998,
    ],
    [
      'are as many as maxTurns wants where those are more',
      { all: [{ kind: 'maxTurns', turns: 5_000 }, consensus] },
      4_998,
    ],
    ['are those of a thousand where no maxTurns is named', { any: [consensus, idle] }, 998],
  ])('%s', (_promise, termination, left) => {
    expect(turnsLeft(aState({ turns: two, settings: { termination } }))).toBe(left);
  });
});

describe('the end of a conversation that is idle', () => {
  const settled = { settled: true, lastMessageAtMs: HOUR };
  it.each<[promise: string, termination: Termination, words: StateWords, atMs: number | undefined]>([
    ['comes so long after the last message', idle, settled, 2 * HOUR],
    [
      'comes with the first of any',
      { any: [{ kind: 'idle', duration: '3 hours' }, idle] },
      settled,
      2 * HOUR,
    ],
    ['waits for the last of all', { all: [{ kind: 'idle', duration: '3 hours' }, idle] }, settled, 4 * HOUR],
    [
      'waits for other times',
      { all: [soon, idle] },
      { ...settled, turns: two, exchange: { startedAtMs: HOUR } },
      3 * HOUR,
    ],
    ['does not come without what else has to be reached', { all: [idle, maxTurns] }, settled, undefined],
    [
      'comes with what else has to be reached',
      { all: [idle, maxTurns] },
      { ...settled, turns: two },
      2 * HOUR,
    ],
    ['does not come where nothing speaks of it', maxTurns, settled, undefined],
    ['does not come as long as agents are to speak', idle, {}, undefined],
    ['does not come as long as it is paused', idle, { ...settled, control: 'paused' }, undefined],
  ])('%s', (_promise, termination, words, atMs) => {
    expect(idleDeadlineMs(aState({ ...words, settings: { termination } }))).toBe(atMs);
  });
});
