import { describe, expect, it } from '@jest/globals';

import { anApproval } from '../../../testing/builders.ts';
import { editableOf, editedValue } from './edited-value.ts';
import { searchOf, shownOf } from './shown.ts';
import { askedWords, decidedWords, quorumWords, whyNot } from './words.ts';

describe('a value that is edited before it is approved', () => {
  it('is a text as it reads, and JSON where it is none', () => {
    expect(editableOf('A brief')).toEqual({ text: 'A brief', isText: true });
    expect(editableOf({ text: 'A brief', usage: 1 })).toEqual({ text: 'A brief', isText: true });
    expect(editableOf({ n: 1 })).toEqual({ text: '{\n  "n": 1\n}', isText: false });
  });

  it('is no edit where nothing was changed, whatever the spaces of its JSON', () => {
    expect(editedValue('A brief', 'A brief')).toEqual({ ok: true, value: undefined });
    expect(editedValue({ n: 1 }, '{"n":1}')).toEqual({ ok: true, value: undefined });
  });

  it('keeps what else belongs to the answer of an agent', () => {
    expect(editedValue({ text: 'Old', usage: { n: 1 } }, 'New')).toEqual({
      ok: true,
      value: { text: 'New', usage: { n: 1 } },
    });
  });

  it('is refused where it is no JSON and has to be', () => {
    expect(editedValue([1], '[1,')).toMatchObject({ ok: false, error: expect.stringContaining('not JSON') });
    expect(editedValue([1], '[1, 2]')).toEqual({ ok: true, value: [1, 2] });
  });
});

describe('what is said of an approval', () => {
  it('names who is asked', () => {
    expect(askedWords(null)).toBe('any operator, editor or administrator');
    expect(askedWords(['ada@example.org'])).toBe('ada@example.org');
    expect(askedWords(['ada@example.org', 'bob@example.org', 'role:editor'])).toBe(
      'ada@example.org, bob@example.org or any editor',
    );
  });

  it('says how far the quorum is, and never more than all of it', () => {
    expect(quorumWords(anApproval({ quorum: 2, approvals: 1 }))).toBe('1 of 2 approvals');
    expect(quorumWords(anApproval({ quorum: 1, approvals: 2 }))).toBe('1 of 1 approval');
  });

  it('says why somebody has nothing to press', () => {
    const own = { by: 'ada@example.org', decision: 'approve' as const, at: '2026-05-04T10:00:00.000Z' };
    expect(whyNot(anApproval({ decisions: [own] }), 'ada@example.org')).toBe(
      'You have decided. It waits for others.',
    );
    expect(whyNot(anApproval({ approvers: ['role:editor'] }), 'ada@example.org')).toBe(
      'It waits for any editor.',
    );
    expect(whyNot(anApproval({ status: 'approved' }), 'ada@example.org')).toBe('');
  });

  it('says what a decision has led to', () => {
    expect(decidedWords(anApproval({ status: 'approved' }))).toContain('is approved');
    expect(decidedWords(anApproval({ quorum: 3, approvals: 1 }))).toBe(
      'Your decision counts: 1 of 3 approvals so far.',
    );
  });
});

describe('what the inbox shows', () => {
  it('lives in its address', () => {
    for (const shown of ['mine', 'waiting', 'ended'] as const)
      expect(shownOf(new URLSearchParams(searchOf(shown)))).toBe(shown);
    expect(shownOf(new URLSearchParams('show=everything'))).toBe('mine');
  });
});
