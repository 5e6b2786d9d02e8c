import { describe, expect, it } from '@jest/globals';

import { aState, aTurn, inWords, type ModeRow } from '../../../testing/conversation-states.ts';
import { mentionBased } from './mention-based.ts';

const rows: ModeRow[] = [
  ['lets the mentioned ones speak in the order of mention', { mentions: ['cat', 'ann'] }, 'cat speak'],
  ['one after the other', { mentions: ['cat', 'ann'], turns: [aTurn('cat')] }, 'ann speak'],
  [
    'lets a speaker mention the next',
    { mentions: ['cat'], turns: [aTurn('cat', { mentions: ['ben'] })] },
    'ben speak',
  ],
  [
    'lets those who wait speak before the newly mentioned',
    { mentions: ['cat', 'ann'], turns: [aTurn('cat', { mentions: ['ben'] })] },
    'ann speak',
  ],
  [
    'lets somebody speak again who is mentioned again',
    { mentions: ['cat'], turns: [aTurn('cat', { mentions: ['ben'] }), aTurn('ben', { mentions: ['cat'] })] },
    'cat speak',
  ],
  [
    'lets nobody wait twice',
    { mentions: ['cat', 'ann'], turns: [aTurn('cat', { mentions: ['ann'] }), aTurn('ann')] },
    'over',
  ],
  [
    'lets nobody mention themselves',
    { mentions: ['cat'], turns: [aTurn('cat', { mentions: ['cat'] })] },
    'over',
  ],
  ['waits for people when nobody is mentioned', {}, 'over'],
  [
    'waits for people when everybody mentioned has spoken',
    { mentions: ['cat'], turns: [aTurn('cat')] },
    'over',
  ],
  [
    'does not try a failed turn again',
    { mentions: ['cat'], turns: [aTurn('cat', { status: 'failed', mentions: ['ben'] })] },
    'over',
  ],
  ['asks the facilitator when nobody is mentioned', { speakers: ['ann', 'fay:facilitator'] }, 'fay speak'],
  [
    'lets the facilitator mention others',
    { speakers: ['ann', 'fay:facilitator'], turns: [aTurn('fay', { mentions: ['ann'] })] },
    'ann speak',
  ],
  [
    'asks the facilitator once',
    { speakers: ['ann', 'fay:facilitator'], turns: [aTurn('fay', { mentions: ['ann'] }), aTurn('ann')] },
    'over',
  ],
  [
    'does not ask the facilitator behind somebody mentioned',
    { speakers: ['ann', 'fay:facilitator'], mentions: ['ann'], turns: [aTurn('ann')] },
    'over',
  ],
  ['lets judges and reviewers speak', { speakers: ['ann', 'jo:judge'], mentions: ['jo'] }, 'jo speak'],
  ['takes no notice of the mention of somebody who may not speak', { mentions: ['zoe'] }, 'over'],
  [
    'keeps the queue over many turns',
    {
      mentions: ['cat'],
      turns: Array.from({ length: 61 }, (_, n) =>
        n % 2 === 0 ? aTurn('cat', { mentions: ['ben'] }) : aTurn('ben', { mentions: ['cat'] }),
      ),
    },
    'ben speak',
  ],
];

describe('mention_based', () => {
  it.each(rows)('%s', (_promise, words, next) => {
    expect(inWords(mentionBased(aState(words)))).toBe(next);
  });
});
