import { expect, it } from '@jest/globals';

import { chatCommandOf } from './chat-commands.ts';

it.each([
  ['Hello /end', { kind: 'say', content: 'Hello /end' }],
  ['//end', { kind: 'say', content: '/end' }],
  ['/stop', { kind: 'control', verb: 'interrupt' }],
  [' /pause ', { kind: 'control', verb: 'pause' }],
  ['/mode debate', { kind: 'mode', mode: 'debate' }],
  ['/approve', { kind: 'decide', decide: { decision: 'approve' } }],
  ['/always', { kind: 'decide', decide: { decision: 'approve', always: true } }],
  ['/reject too dear', { kind: 'decide', decide: { decision: 'reject', comment: 'too dear' } }],
  ['/edit {"a": 1}', { kind: 'decide', decide: { decision: 'approve', edit: { a: 1 } } }],
  ['/quit', { kind: 'leave' }],
  ['/help', { kind: 'help' }],
])('takes %s for what it is', (line, command) => {
  expect(chatCommandOf(line)).toEqual(command);
});

it.each(['/mode loud', '/edit {', '/dance'])('says what is wrong with %s', (line) => {
  expect(chatCommandOf(line)).toMatchObject({ kind: 'wrong' });
});

it('takes an empty line for nothing', () => {
  expect(chatCommandOf('  ')).toBeNull();
});
