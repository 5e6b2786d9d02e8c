import { describe, expect, it } from '@jest/globals';

import { memoryStorage } from '../../../testing/memory-storage.ts';
import { commandOf } from './commands.ts';
import { completed, completionAt } from './completion.ts';
import { createDraftKeeper } from './drafts.ts';

const HERE = {
  members: [
    { id: '1', name: 'Product manager', about: 'Member' },
    { id: '2', name: 'Critic', about: 'Reviewer' },
  ],
};
const labels = (text: string, caret = text.length) =>
  completionAt(text, caret, HERE)?.suggestions.map(({ label }) => label);

describe('what is offered while somebody writes', () => {
  it.each([
    ['@', ['Product manager', 'Critic', 'everyone']],
    ['Ask @cr', ['Critic']],
    ['(@CR', ['Critic']],
    ['@product m', ['Product manager']],
    ['@product manager ', undefined],
    ['mail@cr', undefined],
    ['@nobody', undefined],
    ['@cr\n', undefined],
    ['/', ['/stop', '/pause', '/resume', '/mode <mode>', '/topic <text>', '/end']],
    ['/re', ['/resume']],
    ['a /re', undefined],
    ['/mode deb', undefined],
  ])('after %j are %j', (text, expected) => {
    expect(labels(text)).toEqual(expected);
  });

  it('takes the place of what was typed, in the middle of a text too', () => {
    const text = 'Dear @cr what now';
    const completion = completionAt(text, 8, HERE);
    const [first] = completion?.suggestions ?? [];
    if (completion === null || first === undefined) throw new Error('nothing is offered');
    expect(completed(text, completion, first)).toEqual({ text: 'Dear @Critic what now', caret: 13 });
  });
});

describe('what somebody wrote', () => {
  it.each([
    ['/stop', { kind: 'verb', verb: 'interrupt' }],
    [' /end ', { kind: 'verb', verb: 'end' }],
    ['/mode Round robin', { kind: 'mode', mode: 'round_robin' }],
    ['/mode free_form', { kind: 'mode', mode: 'free_form' }],
    ['/topic Tea\nand cake', { kind: 'topic', topic: 'Tea\nand cake' }],
    ['/etc/hosts is wrong', null],
    ['Stop', null],
    ['//', null],
  ])('%j is %j', (text, expected) => {
    expect(commandOf(text)).toEqual(expected);
  });

  it.each(['/dance', '/mode dance', '/topic'])('%j is refused with words, not sent', (text) => {
    expect(commandOf(text)).toMatchObject({ kind: 'refused' });
  });

  it('is kept until it is sent, for each person and conversation by itself', () => {
    const storage = memoryStorage();
    const keeper = createDraftKeeper(storage, 'ada', 'c1');
    keeper.keep('Half a thought');
    expect(createDraftKeeper(storage, 'ada', 'c1').read()).toBe('Half a thought');
    expect(createDraftKeeper(storage, 'grace', 'c1').read()).toBe('');
    keeper.keep('');
    expect(storage).toHaveLength(0);
  });
});
