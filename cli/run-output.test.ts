import { expect, it } from '@jest/globals';

import { readableOutput } from './run-output.ts';

it("shows an agent's text as it is", () => {
  expect(readableOutput({ summary: { text: '# Report\n', usage: { inputTokens: 3 } } })).toBe('# Report\n');
});

it('shows the text inside a merge', () => {
  expect(readableOutput({ end: { summary: { text: 'Report' } } })).toBe('Report');
});

it('shows the texts of several sinks one after another', () => {
  expect(readableOutput({ a: 'first', b: { report: 'second' } })).toBe('first\n\nsecond');
});

it('shows what has no text as JSON, and nothing for nothing', () => {
  expect(readableOutput({ count: 3 })).toBe('{\n  "count": 3\n}');
  expect(readableOutput(undefined)).toBe('');
});
