import { describe, expect, it } from '@jest/globals';

import { aState, aTurn, inWords, type ModeRow } from '../../../testing/conversation-states.ts';
import { facilitatorLed } from './facilitator-led.ts';

const rows: ModeRow[] = [
  ['begins with the facilitator', { speakers: ['ann', 'fay:facilitator'] }, 'fay facilitate'],
  ['begins with the first member where nobody facilitates', {}, 'ann facilitate'],
  [
    'lets the chosen one speak',
    { turns: [aTurn('ann', { purpose: 'facilitate', next: 'cat' })] },
    'cat speak',
  ],
  [
    'returns to the facilitator',
    { turns: [aTurn('ann', { purpose: 'facilitate', next: 'cat' }), aTurn('cat')] },
    'ann facilitate',
  ],
  [
    'returns to the facilitator after a failed turn',
    { turns: [aTurn('ann', { purpose: 'facilitate', next: 'cat' }), aTurn('cat', { status: 'failed' })] },
    'ann facilitate',
  ],
  [
    'lets the facilitator conclude',
    { turns: [aTurn('ann', { purpose: 'facilitate', concludes: true })] },
    'over',
  ],
  [
    'lets a conclusion weigh more than a choice',
    { turns: [aTurn('ann', { purpose: 'facilitate', concludes: true, next: 'cat' })] },
    'over',
  ],
  [
    'lets only the facilitator conclude',
    { turns: [aTurn('ann', { purpose: 'facilitate', next: 'cat' }), aTurn('cat', { concludes: true })] },
    'ann facilitate',
  ],
  [
    'asks once more when nobody was chosen',
    { turns: [aTurn('ann', { purpose: 'facilitate' })] },
    'ann facilitate',
  ],
  [
    'asks once more when the facilitator chose itself',
    { turns: [aTurn('ann', { purpose: 'facilitate', next: 'ann' })] },
    'ann facilitate',
  ],
  [
    'asks once more when somebody was chosen who may not speak',
    { turns: [aTurn('ann', { purpose: 'facilitate', next: 'zoe' })] },
    'ann facilitate',
  ],
  [
    'asks once more when the facilitator failed',
    { turns: [aTurn('ann', { purpose: 'facilitate', status: 'failed' })] },
    'ann facilitate',
  ],
  [
    'asks no third time',
    {
      turns: [aTurn('ann', { purpose: 'facilitate' }), aTurn('ann', { purpose: 'facilitate', next: 'ann' })],
    },
    'over',
  ],
  [
    'takes a choice at the second time',
    {
      turns: [
        aTurn('ann', { purpose: 'facilitate', status: 'failed' }),
        aTurn('ann', { purpose: 'facilitate', next: 'ben' }),
      ],
    },
    'ben speak',
  ],
  [
    'lets judges and reviewers be chosen',
    { speakers: ['ann', 'ben', 'jo:judge'], turns: [aTurn('ann', { purpose: 'facilitate', next: 'jo' })] },
    'jo speak',
  ],
  ['takes no notice of whom a person mentions', { mentions: ['cat'] }, 'ann facilitate'],
  ['waits for people where nobody can facilitate', { speakers: ['jo:judge', 'ray:reviewer'] }, 'over'],
];

describe('facilitator_led', () => {
  it.each(rows)('%s', (_promise, words, next) => {
    expect(inWords(facilitatorLed(aState(words)))).toBe(next);
  });
});
