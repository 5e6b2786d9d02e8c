import { describe, expect, it } from '@jest/globals';

import { aState, aTurn, inWords, type ModeRow } from '../../../testing/conversation-states.ts';
import { freeForm } from './free-form.ts';

const rows: ModeRow[] = [
  ['lets the most relevant speak', { relevance: { ann: 0.2, ben: 0.7, cat: 0.4 } }, 'ben speak'],
  ['lets who joined first speak where all are equal', {}, 'ann speak'],
  [
    'never lets the same one speak twice running',
    { relevance: { ben: 1 }, turns: [aTurn('ben')] },
    'ann speak',
  ],
  ['nor in a new exchange', { relevance: { ben: 1 }, lastSpeaker: 'ben' }, 'ann speak'],
  [
    'nor after a failed turn',
    { relevance: { ben: 1 }, turns: [aTurn('ben', { status: 'failed' })] },
    'ann speak',
  ],
  [
    'counts against somebody that they have just spoken',
    { relevance: { ann: 0.5, cat: 0.3 }, turns: [aTurn('ann'), aTurn('ben')] },
    'cat speak',
  ],
  [
    'forgives that in time',
    {
      relevance: { ann: 0.5, cat: 0.3 },
      turns: [aTurn('ann'), aTurn('cat'), aTurn('cat'), aTurn('cat'), aTurn('ben')],
    },
    'ann speak',
  ],
  [
    'lets a much more relevant one speak again',
    { relevance: { ann: 0.9, cat: 0.3 }, turns: [aTurn('ann'), aTurn('ben')] },
    'ann speak',
  ],
  [
    'takes an address by name for relevance',
    { relevance: { ben: 0.9 }, turns: [aTurn('ann', { mentions: ['cat'] })] },
    'cat speak',
  ],
  [
    'takes no notice of what a failed turn mentions',
    { relevance: { ben: 0.9 }, turns: [aTurn('ann', { mentions: ['cat'], status: 'failed' })] },
    'ben speak',
  ],
  ['lets whom a person mentions speak first', { mentions: ['cat'], relevance: { ann: 1 } }, 'cat speak'],
  ['even when they spoke last', { mentions: ['cat'], lastSpeaker: 'cat' }, 'cat speak'],
  [
    'passes over judges and reviewers',
    { speakers: ['jo:judge', 'ray:reviewer', 'ann', 'ben'], relevance: { jo: 1, ray: 1, ben: 0.1 } },
    'ben speak',
  ],
  [
    'lets the only one who takes part speak once',
    { speakers: ['ann', 'jo:judge'], lastSpeaker: 'ann' },
    'ann speak',
  ],
  ['begins no monologue', { speakers: ['ann', 'jo:judge'], turns: [aTurn('ann')] }, 'over'],
];

describe('free_form', () => {
  it.each(rows)('%s', (_promise, words, next) => {
    expect(inWords(freeForm(aState(words)))).toBe(next);
  });
});
