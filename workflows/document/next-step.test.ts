import { expect, it } from '@jest/globals';

import type { DocumentState } from '../../contracts/document-state.ts';
import { nextStep } from './next-step.ts';

const at = (status: DocumentState['status'], revision = 3): DocumentState => ({
  revision,
  version: 1,
  status,
});

it.each([
  ['a document that was not read yet', undefined, 'read'],
  ['a queued one', at('queued'), 'parse'],
  ['one whose reading was broken off', at('parsing'), 'parse'],
  ['one that has chunks', at('embedding'), 'embed'],
  ['a completed one', at('completed'), 'end'],
  ['one that rests', at('paused'), 'end'],
  ['one that has failed', at('failed'), 'end'],
  ['one that was given up', at('canceled'), 'end'],
  ['one that is gone', at('deleted', Number.MAX_SAFE_INTEGER), 'end'],
  ['one of which there is more to hear', at('completed', 2), 'read'],
])('of %s: what comes next', (_, state, step) => {
  expect(nextStep(state, 3)).toBe(step);
});
