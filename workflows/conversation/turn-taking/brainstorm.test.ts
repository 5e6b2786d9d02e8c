import { describe, expect, it } from '@jest/globals';

import type { TurnFact } from '../../../contracts/conversation-state.ts';
import {
  aState,
  aTurn,
  inWords,
  type ModeRow,
  type TurnWords,
} from '../../../testing/conversation-states.ts';
import { brainstorm } from './brainstorm.ts';

const idea = (agentId: string, said: Partial<TurnFact> = {}): TurnWords =>
  aTurn(agentId, { purpose: 'idea', ...said });
const ideas = (...ids: string[]): TurnWords[] => ids.map((id) => idea(id));
const merge = (said: Partial<TurnFact> = {}): TurnWords => aTurn('ann', { purpose: 'merge', ...said });

const rows: ModeRow[] = [
  ['begins with an idea of every member at once', {}, 'ann idea, ben idea, cat idea'],
  ['has the first member merge them', { turns: [...ideas('ann', 'ben', 'cat')] }, 'ann merge'],
  [
    'has the facilitator merge them, who has none',
    { speakers: ['fay:facilitator', 'ann', 'ben'], turns: [...ideas('ann', 'ben')] },
    'fay merge',
  ],
  [
    'does not ask the facilitator for an idea',
    { speakers: ['fay:facilitator', 'ann', 'ben'] },
    'ann idea, ben idea',
  ],
  ['is over when they are merged', { turns: [...ideas('ann', 'ben', 'cat'), merge()] }, 'over'],
  [
    'has one more round when the merge asks for it',
    { turns: [...ideas('ann', 'ben', 'cat'), merge({ verdict: 'revise' })] },
    'ann idea, ben idea, cat idea',
  ],
  [
    'merges the second round as well',
    { turns: [...ideas('ann', 'ben', 'cat'), merge({ verdict: 'revise' }), ...ideas('ann', 'ben', 'cat')] },
    'ann merge',
  ],
  [
    'has no more rounds than there may be',
    {
      turns: [
        ...ideas('ann', 'ben', 'cat'),
        merge({ verdict: 'revise' }),
        ...ideas('ann', 'ben', 'cat'),
        merge({ verdict: 'revise' }),
      ],
    },
    'over',
  ],
  [
    'goes on without ideas that failed',
    { turns: [idea('ann'), idea('ben', { status: 'failed' }), idea('cat', { status: 'failed' })] },
    'ann merge',
  ],
  [
    'is over when no idea came about',
    {
      turns: [
        idea('ann', { status: 'failed' }),
        idea('ben', { status: 'failed' }),
        idea('cat', { status: 'failed' }),
      ],
    },
    'over',
  ],
  [
    'tries a failed merge again',
    { turns: [...ideas('ann', 'ben', 'cat'), merge({ status: 'failed' })] },
    'ann merge',
  ],
  ['asks who has not been asked', { turns: [...ideas('ann', 'cat')] }, 'ben idea'],
  [
    'keeps a turn for the merge',
    { settings: { termination: { kind: 'maxTurns', turns: 3 } } },
    'ann idea, ben idea',
  ],
  [
    'merges what there is in the last turn',
    { settings: { termination: { kind: 'maxTurns', turns: 3 } }, turns: [...ideas('ann', 'ben')] },
    'ann merge',
  ],
  [
    'has one idea where there is one turn',
    { settings: { termination: { kind: 'maxTurns', turns: 1 } } },
    'ann idea',
  ],
  [
    'asks a reviewer for an idea whom a person mentions',
    { speakers: ['ann', 'ben', 'ray:reviewer', 'jo:judge'], mentions: ['ray'] },
    'ann idea, ben idea, ray idea',
  ],
  [
    'lets a facilitator have the idea where there is no member',
    { speakers: ['fay:facilitator', 'jo:judge'] },
    'fay idea',
  ],
  ['waits for people where nobody takes part', { speakers: ['jo:judge', 'ray:reviewer'] }, 'over'],
];

describe('brainstorm', () => {
  it.each(rows)('%s', (_promise, words, next) => {
    expect(inWords(brainstorm(aState(words)))).toBe(next);
  });
});
