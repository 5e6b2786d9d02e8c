import { describe, expect, it } from '@jest/globals';

import type { Participant } from '../../contracts/conversation.ts';
import type { ToolCall } from '../../contracts/model.ts';
import { answerControl, awaitedTexts, type ControlPlace, controlToolsFor } from './control-tools.ts';

const agent = (id: string, name: string, role: Participant['role'] = 'member'): Participant => ({
  ...{ id, name, role, kind: 'agent' },
});
const place = (more: Partial<ControlPlace> = {}): ControlPlace => ({
  ...{ mode: 'round_robin', purpose: 'speak', termination: { kind: 'maxTurns', turns: 3 } },
  self: { id: 'ada' },
  members: [
    agent('ada', 'Ada'),
    agent('ben', 'Ben'),
    agent('olga', 'Olga', 'observer'),
    { id: 'pia', name: 'Pia', kind: 'user', role: 'member' },
  ],
  ...more,
});
const call = (name: string, args: ToolCall['arguments']): ToolCall => ({ id: 'c', name, arguments: args });

describe('control tools', () => {
  it.each<[string, Partial<ControlPlace>, string[]]>([
    ['a speaker nothing to decide by', {}, []],
    ['a facilitator the choice and the end', { purpose: 'facilitate' }, ['choose_speaker', 'conclude']],
    ['a facilitator alone only the end', { purpose: 'facilitate', members: [] }, ['conclude']],
    ['a reviewer a verdict', { purpose: 'review' }, ['give_verdict']],
    ['whoever merges ideas a verdict', { purpose: 'merge' }, ['give_verdict']],
    ['whoever has the matter a hand-over', { mode: 'handoff' }, ['hand_over']],
    [
      'everybody their agreement where that ends the exchange',
      { termination: { any: [{ kind: 'maxTurns', turns: 3 }, { all: [{ kind: 'consensus' }] }] } },
      ['agree'],
    ],
  ])('give %s', (_what, more, names) => {
    expect(controlToolsFor(place(more)).map(({ name }) => name)).toEqual(names);
  });

  it('name only other agents that may speak', () => {
    const [tool] = controlToolsFor(place({ mode: 'handoff' }));
    expect(tool?.inputSchema).toMatchObject({
      properties: { to: { enum: ['Ben'] } },
      required: ['to', 'why'],
    });
  });

  it.each([
    [
      call('hand_over', { to: ' ben ', why: 'He knows tea' }),
      { next: 'ben' },
      'Ben takes over: He knows tea.',
    ],
    [call('choose_speaker', { speaker: 'Ben', why: '' }), { next: 'ben' }, 'Ben speaks next.'],
    [
      call('conclude', { why: 'All is said!' }),
      { concludes: true },
      'This concludes the discussion: All is said!',
    ],
    [call('give_verdict', { verdict: 'revise', why: 'x' }), { verdict: 'revise' }, 'To be revised: x.'],
    [call('agree', { agrees: false, why: 'No' }), { agrees: false }, 'I do not agree: No.'],
  ])('say what comes next, and a sentence of it: %j', (made, said, sentence) => {
    expect(answerControl(made, place())).toEqual({ said, sentence });
  });

  it.each([
    call('hand_over', { to: 'Olga', why: '' }),
    call('hand_over', { to: 'Ada', why: '' }),
    call('choose_speaker', { speaker: { name: 'Ben' }, why: '' }),
    call('give_verdict', { verdict: 'maybe' }),
    call('agree', { agrees: 'yes' }),
    { ...call('conclude', {}), invalid: 'not JSON' },
  ])('answer what says nothing with an error: %j', (made) => {
    expect(answerControl(made, place())).toEqual({ error: expect.any(String) });
  });
});

it('finds the texts that a termination waits for, however deep', () => {
  const text = (word: string) => ({ kind: 'textMention' as const, text: word });
  expect(awaitedTexts({ any: [text('[DONE]'), { all: [text('OK'), { kind: 'consensus' }] }] })).toEqual([
    '[DONE]',
    'OK',
  ]);
});
