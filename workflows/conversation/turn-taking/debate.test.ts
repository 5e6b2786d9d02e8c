import { describe, expect, it } from '@jest/globals';

import {
  aState,
  aTurn,
  inWords,
  type ModeRow,
  type TurnWords,
} from '../../../testing/conversation-states.ts';
import { debate } from './debate.ts';

const four = ['ann', 'ben', 'cat', 'dan', 'fay:facilitator', 'jo:judge'];
const argued = (...ids: string[]): TurnWords[] => ids.map((id) => aTurn(id, { purpose: 'argue' }));

const rows: ModeRow[] = [
  ['begins with the first side', { speakers: four }, 'ann argue'],
  ['alternates between the sides', { speakers: four, turns: argued('ann') }, 'ben argue'],
  ['lets everybody argue in a round', { speakers: four, turns: argued('ann', 'ben') }, 'cat argue'],
  [
    'has as many rounds as there are to be',
    { speakers: four, turns: argued('ann', 'ben', 'cat', 'dan') },
    'ann argue',
  ],
  [
    'ends with the judge',
    { speakers: four, turns: argued('ann', 'ben', 'cat', 'dan', 'ann', 'ben', 'cat', 'dan') },
    'jo judge',
  ],
  [
    'is over when the judge has decided',
    { speakers: four, turns: [...argued('ann', 'ben'), aTurn('jo', { purpose: 'judge' })] },
    'over',
  ],
  [
    'lets the judge try again',
    {
      speakers: four,
      settings: { rounds: 1 },
      turns: [...argued('ann', 'ben', 'cat', 'dan'), aTurn('jo', { purpose: 'judge', status: 'failed' })],
    },
    'jo judge',
  ],
  [
    'lets a debater try again',
    { speakers: four, turns: [...argued('ann'), aTurn('ben', { purpose: 'argue', status: 'failed' })] },
    'ben argue',
  ],
  [
    'takes the sides as they are set',
    { speakers: four, settings: { sides: [['Dan'], ['ann']] } },
    'dan argue',
  ],
  [
    'finds them by id and by name in any case',
    { speakers: four, settings: { sides: [['dan'], ['ANN']] }, turns: argued('dan') },
    'ann argue',
  ],
  [
    'lets the smaller side argue as often',
    { speakers: four, settings: { sides: [['ann', 'ben'], ['cat']] }, turns: argued('ann', 'cat', 'ben') },
    'cat argue',
  ],
  [
    'puts nobody on both sides',
    { speakers: four, settings: { sides: [['ann'], ['ann', 'ben']] }, turns: argued('ann') },
    'ben argue',
  ],
  [
    'leaves out who has left',
    { speakers: four, settings: { sides: [['zoe', 'ann'], ['ben']] } },
    'ann argue',
  ],
  [
    'waits for people where a side is empty',
    { speakers: four, settings: { sides: [['ann'], ['zoe']] } },
    'over',
  ],
  ['waits for people where nobody would answer', { speakers: ['ann', 'jo:judge'] }, 'over'],
  [
    'lets the facilitator judge where nobody else does',
    { speakers: ['fay:facilitator', 'ann', 'ben'], settings: { rounds: 1 }, turns: argued('ann', 'ben') },
    'fay judge',
  ],
  [
    'lets the facilitator argue where there is one member',
    { speakers: ['ann', 'fay:facilitator'], turns: argued('ann') },
    'fay argue',
  ],
  [
    'is over without a judge',
    { speakers: ['ann', 'ben'], settings: { rounds: 1 }, turns: argued('ann', 'ben') },
    'over',
  ],
  [
    'lets nobody judge who argues',
    {
      speakers: ['ann', 'jo:judge'],
      settings: { rounds: 1, sides: [['ann'], ['jo']] },
      turns: argued('ann', 'jo'),
    },
    'over',
  ],
  [
    'keeps a turn for the judge',
    {
      speakers: four,
      settings: { termination: { kind: 'maxTurns', turns: 4 } },
      turns: argued('ann', 'ben'),
    },
    'jo judge',
  ],
  [
    'lets the second side answer before',
    { speakers: four, settings: { termination: { kind: 'maxTurns', turns: 4 } }, turns: argued('ann') },
    'ben argue',
  ],
  [
    'counts arguments that are long ago',
    {
      speakers: ['ann', 'ben'],
      settings: { rounds: 20 },
      turns: argued(...Array.from({ length: 40 }, (_, n) => (n % 2 === 0 ? 'ann' : 'ben'))),
    },
    'over',
  ],
  ['takes no notice of whom a person mentions', { speakers: four, mentions: ['dan'] }, 'ann argue'],
];

describe('debate', () => {
  it.each(rows)('%s', (_promise, words, next) => {
    expect(inWords(debate(aState(words)))).toBe(next);
  });
});
