import { describe, expect, it } from '@jest/globals';

import { aState, aTurn, inWords, type ModeRow } from '../../../testing/conversation-states.ts';
import { handoff } from './handoff.ts';

const rows: ModeRow[] = [
  ['begins with the first member', {}, 'ann speak'],
  ['begins with whom a person mentions', { mentions: ['cat', 'ben'], lastSpeaker: 'ben' }, 'cat speak'],
  ['stays with who had the matter', { lastSpeaker: 'ben' }, 'ben speak'],
  ['begins anew when the last speaker has left', { lastSpeaker: 'zoe' }, 'ann speak'],
  ['does not begin with a judge', { speakers: ['jo:judge', 'ann'] }, 'ann speak'],
  ['goes on with whom the last turn hands over to', { turns: [aTurn('ann', { next: 'cat' })] }, 'cat speak'],
  [
    'hands over to judges and reviewers too',
    { speakers: ['ann', 'ray:reviewer'], turns: [aTurn('ann', { next: 'ray' })] },
    'ray speak',
  ],
  [
    'gives the floor to people without a hand-over',
    { turns: [aTurn('ann', { next: 'cat' }), aTurn('cat')] },
    'over',
  ],
  ['takes no hand-over to oneself', { turns: [aTurn('ann', { next: 'ann' })] }, 'over'],
  ['takes no hand-over to somebody who may not speak', { turns: [aTurn('ann', { next: 'zoe' })] }, 'over'],
  [
    'takes no hand-over of a failed turn',
    { turns: [aTurn('ann', { next: 'cat', status: 'failed' })] },
    'over',
  ],
  ['does not take a mention for a hand-over', { turns: [aTurn('ann', { mentions: ['cat'] })] }, 'over'],
  [
    'hands over as often as it may',
    { settings: { maxHandovers: 2 }, turns: [aTurn('ann', { next: 'cat' }), aTurn('cat', { next: 'ann' })] },
    'ann speak',
  ],
  [
    'and no oftener',
    {
      settings: { maxHandovers: 2 },
      turns: [aTurn('ann', { next: 'cat' }), aTurn('cat', { next: 'ann' }), aTurn('ann', { next: 'cat' })],
    },
    'over',
  ],
  [
    'counts hand-overs that are long ago',
    {
      settings: { maxHandovers: 50 },
      turns: Array.from({ length: 51 }, (_, n) =>
        n % 2 === 0 ? aTurn('ann', { next: 'cat' }) : aTurn('cat', { next: 'ann' }),
      ),
    },
    'over',
  ],
  [
    'and not one too many',
    {
      settings: { maxHandovers: 50 },
      turns: Array.from({ length: 50 }, (_, n) =>
        n % 2 === 0 ? aTurn('ann', { next: 'cat' }) : aTurn('cat', { next: 'ann' }),
      ),
    },
    'ann speak',
  ],
];

describe('handoff', () => {
  it.each(rows)('%s', (_promise, words, next) => {
    expect(inWords(handoff(aState(words)))).toBe(next);
  });
});
