import { describe, expect, it } from '@jest/globals';

import { GivenSettings, SomeSettings, type Termination } from './conversation-settings.ts';

const names = (count: number, length = 10): string[] =>
  Array.from({ length: count }, (_, place) => `${place}`.padEnd(length, 'x'));
const mentions = (count: number): Termination => ({
  any: Array.from({ length: count }, () => ({ kind: 'textMention', text: 'é'.repeat(200) })),
});

describe.each([
  ['of a circle', GivenSettings],
  ['in place of a circle’s', SomeSettings],
])('settings %s', (_, schema) => {
  const problemsOf = (settings: object) =>
    schema.safeParse(settings).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ??
    [];

  it('name at most 50 agents of 80 characters on each side', () => {
    expect(problemsOf({ sides: [names(50), names(50)] })).toEqual([]);
    expect(problemsOf({ sides: [names(51), names(1)] })).toEqual([expect.stringContaining('sides.0: ')]);
    expect(problemsOf({ sides: [names(1, 80), names(1, 81)] })).toEqual([
      expect.stringContaining('sides.1.0: '),
    ]);
  });

  it('give a turn at least a second', () => {
    expect(problemsOf({ turnTimeout: '1 second' })).toEqual([]);
    for (const turnTimeout of ['0ms', '999ms'])
      expect(problemsOf({ turnTimeout })).toEqual(['turnTimeout: must be at least 1 second']);
    expect(problemsOf({ turnTimeout: 'soon' })).toHaveLength(1);
  });

  it('have at most 8 KB altogether', () => {
    expect(problemsOf({ termination: mentions(15) })).toEqual([]);
    expect(problemsOf({ termination: mentions(20) })).toEqual([': settings have at most 8192 bytes of JSON']);
  });
});
