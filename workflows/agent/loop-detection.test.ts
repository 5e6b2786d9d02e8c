import { describe, expect, it } from '@jest/globals';

import { detectLoop, NO_LOOP } from './loop-detection.ts';

const verdicts = (steps: string[][]): string[] => {
  let state = NO_LOOP;
  return steps.map((signatures) => {
    const judged = detectLoop(state, signatures);
    state = judged.state;
    return judged.verdict;
  });
};
const [a, b] = [['a'], ['b']];

describe('the detection of loops', () => {
  it('takes no notice of the order of parallel calls', () => {
    expect(
      verdicts([
        ['a', 'b'],
        ['b', 'a'],
        ['a', 'b'],
        ['b', 'a'],
      ]),
    ).toEqual(['run', 'run', 'warn', 'fail']);
  });
  it('counts only calls in a row', () => {
    expect(verdicts([a, a, b, a, a])).toEqual(['run', 'run', 'run', 'run', 'run']);
  });
  it('warns once a turn', () => {
    expect(verdicts([a, a, a, b, b, b])).toEqual(['run', 'run', 'warn', 'run', 'run', 'fail']);
  });
});
