import { expect, it } from '@jest/globals';

import { edge, pipeline } from '../../testing/pipeline-parts.ts';
import { validate } from '../../testing/pipeline-validation.ts';
import { compilePlan } from './compile-plan.ts';

const after = (id: string) => ({ id, type: 'transform', config: { expression: '1' } });

function planOf(config: object, more: object = {}, edges: object[] = []) {
  const ask = { id: 'ask', type: 'human', config: { title: 'Well?', ...config }, ...more };
  const valid = validate(pipeline([ask, after('a')], edges));
  if (!valid.ok) throw new Error(JSON.stringify(valid.problems));
  return compilePlan(valid.definition, new Map()).nodes[0]?.human;
}

it('waits as long as the run may take, unless a timeout is set', () => {
  expect(planOf({})).toEqual({ onTimeout: 'fail' });
  expect(planOf({ timeout: '2 days' })).toEqual({ timeoutMs: 172_800_000, onTimeout: 'fail' });
  expect(planOf({}, { timeout: '1 hour' })).toEqual({ timeoutMs: 3_600_000, onTimeout: 'fail' });
});

it('knows when people are reminded and when others are asked', () => {
  const escalate = { after: '1 hour', to: ['role:admin'] };
  expect(planOf({ remindAfter: '30 minutes', escalate, onTimeout: 'approve' })).toEqual({
    ...{ remindAfterMs: 1_800_000, escalateAfterMs: 3_600_000, onTimeout: 'approve' },
  });
});

it('goes on at the port of the timeout where an edge leaves by it, whatever else is said', () => {
  const timeout = '1 day';
  expect(planOf({ timeout, onTimeout: 'approve' }, {}, [edge('ask', 'a', 'timeout')])).toMatchObject({
    onTimeout: 'port',
  });
  expect(planOf({ timeout, onTimeout: 'approve' }, {}, [edge('ask', 'a', 'approved')])).toMatchObject({
    onTimeout: 'approve',
  });
});
