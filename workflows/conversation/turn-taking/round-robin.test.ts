import { describe, expect, it } from '@jest/globals';

import { aState, aTurn, inWords, type ModeRow } from '../../../testing/conversation-states.ts';
import { roundRobin } from './round-robin.ts';

const rows: ModeRow[] = [
  ['begins with the first to join', {}, 'ann speak'],
  ['goes on with the next to join', { turns: [aTurn('ann')] }, 'ben speak'],
  ['goes round', { turns: [aTurn('ann'), aTurn('ben'), aTurn('cat')] }, 'ann speak'],
  ['goes on over exchanges where it was', { lastSpeaker: 'ann' }, 'ben speak'],
  ['begins anew when the last speaker has left', { lastSpeaker: 'zoe' }, 'ann speak'],
  ['passes over a failed turn', { turns: [aTurn('ann', { status: 'failed' })] }, 'ben speak'],
  ['lets whom a person mentions speak first', { mentions: ['cat'] }, 'cat speak'],
  [
    'lets the mentioned ones speak in the order of mention',
    { mentions: ['cat', 'ann'], turns: [aTurn('cat')] },
    'ann speak',
  ],
  [
    'goes on behind the last of the mentioned ones',
    { mentions: ['cat', 'ann'], turns: [aTurn('cat'), aTurn('ann')] },
    'ben speak',
  ],
  [
    'lets somebody mentioned twice speak once',
    { mentions: ['cat', 'cat'], turns: [aTurn('cat')] },
    'ann speak',
  ],
  ['takes no notice of whom agents mention', { turns: [aTurn('ann', { mentions: ['cat'] })] }, 'ben speak'],
  ['takes no notice of the mention of somebody who may not speak', { mentions: ['zoe'] }, 'ann speak'],
  ['includes facilitators', { speakers: ['ann', 'fay:facilitator'], turns: [aTurn('ann')] }, 'fay speak'],
  [
    'passes over judges and reviewers',
    { speakers: ['ann', 'jo:judge', 'ray:reviewer', 'ben'], turns: [aTurn('ann')] },
    'ben speak',
  ],
  [
    'lets a judge speak whom a person mentions',
    { speakers: ['ann', 'ben', 'jo:judge'], mentions: ['jo'] },
    'jo speak',
  ],
  [
    'goes on behind a judge',
    { speakers: ['ann', 'jo:judge', 'ben'], mentions: ['jo'], turns: [aTurn('jo')] },
    'ben speak',
  ],
  ['lets the only one who takes part speak once', { speakers: ['ann', 'jo:judge'] }, 'ann speak'],
  ['begins no monologue', { speakers: ['ann', 'jo:judge'], turns: [aTurn('ann')] }, 'over'],
  ['waits for people where nobody takes part', { speakers: ['jo:judge', 'ray:reviewer'] }, 'over'],
  [
    'does not ask the mentioned ones again after many turns',
    {
      mentions: ['cat'],
      turns: [aTurn('cat'), ...Array.from({ length: 41 }, (_, n) => aTurn(n % 2 === 0 ? 'ann' : 'ben'))],
    },
    'ben speak',
  ],
];

describe('round_robin', () => {
  it.each(rows)('%s', (_promise, words, next) => {
    expect(inWords(roundRobin(aState(words)))).toBe(next);
  });
});
