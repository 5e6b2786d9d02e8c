import { describe, expect, it } from '@jest/globals';

import type { AuditEntry } from '../../../../contracts/audit.ts';
import { AT, PIPELINE_ID, RUN_ID } from '../../../testing/builders.ts';
import { readFilters } from './filters.ts';
import { dataWords, placeOf } from './words.ts';

const entry = (change: Partial<AuditEntry>): AuditEntry => ({
  id: RUN_ID,
  at: AT,
  userId: PIPELINE_ID,
  user: 'ada@example.org',
  action: 'approvals:decide',
  resource: 'approvals',
  resourceId: 'a1',
  data: {},
  requestId: null,
  ...change,
});

describe('an entry of the audit', () => {
  it('leads to the thing that it is about, where that has a page', () => {
    expect(placeOf(entry({}))).toBe('/inbox/a1');
    expect(placeOf(entry({ resource: 'runs', resourceId: 'r1' }))).toBe('/runs/r1');
    expect(placeOf(entry({ resource: 'secrets' }))).toBeUndefined();
  });

  it('says what was decided before anything else, without ids and places', () => {
    const data = { runId: 'r1', path: 'ask', status: 'approved', decision: 'approve', title: 'Sure?' };
    expect(dataWords(data)).toBe('title: Sure? · decision: approve · status: approved');
    expect(dataWords({ answer: 'x'.repeat(90), comment: null })).toBe(`answer: ${'x'.repeat(80)} …`);
  });

  it('is looked for by what stands in the address', () => {
    expect(readFilters(new URLSearchParams('userId=u1&resource=&other=1'))).toEqual({ userId: 'u1' });
  });
});
