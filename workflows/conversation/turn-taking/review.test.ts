import { describe, expect, it } from '@jest/globals';

import type { TurnFact } from '../../../contracts/conversation-state.ts';
import {
  aState,
  aTurn,
  inWords,
  type ModeRow,
  type TurnWords,
} from '../../../testing/conversation-states.ts';
import { review } from './review.ts';

const team = ['ann', 'ben', 'ray:reviewer', 'rob:reviewer'];
const draft = (said: Partial<TurnFact> = {}): TurnWords => aTurn('ann', { purpose: 'draft', ...said });
const revision = (said: Partial<TurnFact> = {}): TurnWords => aTurn('ann', { purpose: 'revise', ...said });
const reviewed = (agentId: string, verdict: 'approve' | 'revise'): TurnWords =>
  aTurn(agentId, { purpose: 'review', verdict });
const unheard = (agentId: string): TurnWords => aTurn(agentId, { purpose: 'review', status: 'failed' });

const rows: ModeRow[] = [
  ['begins with a draft of the first member', { speakers: team }, 'ann draft'],
  [
    'has it reviewed by all reviewers at once',
    { speakers: team, turns: [draft()] },
    'ray review, rob review',
  ],
  [
    'has it reviewed by the others where nobody is a reviewer',
    { speakers: ['ann', 'ben', 'fay:facilitator', 'jo:judge'], turns: [draft()] },
    'ben review, fay review',
  ],
  [
    'is over when all approve',
    { speakers: team, turns: [draft(), reviewed('ray', 'approve'), reviewed('rob', 'approve')] },
    'over',
  ],
  [
    'has it revised when one asks for that',
    { speakers: team, turns: [draft(), reviewed('ray', 'approve'), reviewed('rob', 'revise')] },
    'ann revise',
  ],
  [
    'takes a review without a verdict for one that asks',
    { speakers: team, turns: [draft(), reviewed('ray', 'approve'), aTurn('rob', { purpose: 'review' })] },
    'ann revise',
  ],
  [
    'has the revision reviewed by all',
    { speakers: team, turns: [draft(), reviewed('ray', 'approve'), reviewed('rob', 'revise'), revision()] },
    'ray review, rob review',
  ],
  [
    'is over when the revision is approved',
    {
      speakers: team,
      turns: [
        draft(),
        reviewed('ray', 'approve'),
        reviewed('rob', 'revise'),
        revision(),
        reviewed('ray', 'approve'),
        reviewed('rob', 'approve'),
      ],
    },
    'over',
  ],
  [
    'has no more rounds than there may be',
    {
      speakers: team,
      turns: [
        draft(),
        reviewed('ray', 'revise'),
        reviewed('rob', 'revise'),
        revision(),
        reviewed('ray', 'approve'),
        reviewed('rob', 'revise'),
      ],
    },
    'over',
  ],
  [
    'does not revise in a single round',
    {
      speakers: team,
      settings: { rounds: 1 },
      turns: [draft(), reviewed('ray', 'revise'), reviewed('rob', 'revise')],
    },
    'over',
  ],
  [
    'tries a failed review again where nobody asks for a revision',
    { speakers: team, turns: [draft(), reviewed('ray', 'approve'), unheard('rob')] },
    'rob review',
  ],
  [
    'approves when the second try does',
    {
      speakers: team,
      turns: [draft(), reviewed('ray', 'approve'), unheard('rob'), reviewed('rob', 'approve')],
    },
    'over',
  ],
  [
    'leaves it to people when a reviewer failed twice',
    { speakers: team, turns: [draft(), reviewed('ray', 'approve'), unheard('rob'), unheard('rob')] },
    'over',
  ],
  [
    'does not wait for a failed review where a revision is asked for',
    { speakers: team, turns: [draft(), reviewed('ray', 'revise'), unheard('rob')] },
    'ann revise',
  ],
  ['tries a failed draft again', { speakers: team, turns: [draft({ status: 'failed' })] }, 'ann draft'],
  [
    'tries a failed revision again',
    {
      speakers: team,
      turns: [draft(), reviewed('ray', 'approve'), reviewed('rob', 'revise'), revision({ status: 'failed' })],
    },
    'ann revise',
  ],
  [
    'asks a reviewer who has joined',
    {
      speakers: [...team, 'ria:reviewer'],
      turns: [draft(), reviewed('ray', 'approve'), reviewed('rob', 'approve')],
    },
    'ria review',
  ],
  [
    'does not wait for a reviewer who has left',
    {
      speakers: ['ann', 'ray:reviewer'],
      turns: [draft(), reviewed('ray', 'approve'), reviewed('rob', 'revise')],
    },
    'over',
  ],
  [
    'has nothing but the draft where nobody reviews',
    { speakers: ['ann', 'jo:judge'], turns: [draft()] },
    'over',
  ],
  [
    'counts rounds that are long ago',
    {
      speakers: team,
      settings: { rounds: 20 },
      turns: Array.from({ length: 20 }, (_, n) => [
        n === 0 ? draft() : revision(),
        reviewed('ray', 'approve'),
        reviewed('rob', 'revise'),
      ]).flat(),
    },
    'over',
  ],
];

describe('review', () => {
  it.each(rows)('%s', (_promise, words, next) => {
    expect(inWords(review(aState(words)))).toBe(next);
  });
});
