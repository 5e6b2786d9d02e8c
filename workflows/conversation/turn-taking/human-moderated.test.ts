import { describe, expect, it } from '@jest/globals';

import { aState, aTurn, inWords, type ModeRow } from '../../../testing/conversation-states.ts';
import { humanModerated } from './human-moderated.ts';

const rows: ModeRow[] = [
  ['waits for people when they mention nobody', {}, 'over'],
  ['lets the mentioned ones speak in the order of mention', { mentions: ['cat', 'ann'] }, 'cat speak'],
  [
    'lets each of them speak once',
    { mentions: ['cat', 'ann', 'cat'], turns: [aTurn('cat'), aTurn('ann')] },
    'over',
  ],
  [
    'takes no notice of whom agents mention',
    { mentions: ['cat'], turns: [aTurn('cat', { mentions: ['ann'] })] },
    'over',
  ],
  [
    'takes a failed turn for the turn',
    { mentions: ['cat', 'ann'], turns: [aTurn('cat', { status: 'failed' })] },
    'ann speak',
  ],
  ['lets judges and reviewers speak', { speakers: ['ann', 'jo:judge'], mentions: ['jo'] }, 'jo speak'],
  ['takes no notice of the mention of somebody who may not speak', { mentions: ['zoe', 'ben'] }, 'ben speak'],
  [
    'lets fifty mentioned ones speak once each',
    {
      speakers: Array.from({ length: 50 }, (_, n) => `a${n}`),
      mentions: Array.from({ length: 50 }, (_, n) => `a${n}`),
      turns: Array.from({ length: 45 }, (_, n) => aTurn(`a${n}`)),
    },
    'a45 speak',
  ],
  [
    'and then waits',
    {
      speakers: Array.from({ length: 50 }, (_, n) => `a${n}`),
      mentions: Array.from({ length: 50 }, (_, n) => `a${n}`),
      turns: Array.from({ length: 50 }, (_, n) => aTurn(`a${n}`)),
    },
    'over',
  ],
];

describe('human_moderated', () => {
  it.each(rows)('%s', (_promise, words, next) => {
    expect(inWords(humanModerated(aState(words)))).toBe(next);
  });
});
