import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import type { SimpleTermination, Termination } from '../../contracts/conversation-settings.ts';
import {
  afterTurns,
  firstMoment,
  type Moment,
  randomExchange,
  randomTermination,
} from '../../testing/random-exchanges.ts';
import { holdsTrue } from '../../testing/reference-terminations.ts';
import { nextStep } from './next-step.ts';
import { idleDeadlineMs, reachedTermination } from './termination.ts';

const RUNS = { numRuns: 150 };

const partsOf = (termination: Termination): SimpleTermination[] => {
  if ('kind' in termination) return [termination];
  return ('any' in termination ? termination.any : termination.all).flatMap(partsOf);
};

/** A moment of some exchange, its end most often. */
const moments: fc.Arbitrary<Moment> = fc
  .tuple(randomExchange(), fc.integer({ min: 0, max: 20 }))
  .map(([exchange, steps]) => {
    let moment = firstMoment(exchange);
    for (let step = 0; step < steps; step += 1) {
      const next = nextStep(moment.state, moment.nowMs);
      if (next.kind !== 'speak') return { ...moment, state: { ...moment.state, settled: true } };
      moment = afterTurns(exchange, moment, next.turns);
    }
    return moment;
  });

describe('random terminations', () => {
  const given = (promise: (termination: Termination, moment: Moment) => void): void =>
    fc.assert(fc.property(randomTermination, moments, promise), RUNS);

  it('of an exchange are reached when and only when what they say holds', () => {
    given((termination, { facts, state, nowMs }) => {
      const going = { ...state, settled: false };
      const reached = reachedTermination(termination, going, nowMs);
      expect(reached !== undefined).toBe(holdsTrue(termination, { facts, state: going, nowMs }));
    });
  });

  it('tell the names of conditions that are reached, each once', () => {
    given((termination, { state, nowMs }) => {
      const reached = reachedTermination(termination, state, nowMs) ?? [];
      const single = partsOf(termination).filter(
        (part) => reachedTermination(part, state, nowMs) !== undefined,
      );
      expect(single.map(({ kind }) => kind)).toEqual(expect.arrayContaining([...reached]));
      expect(new Set(reached).size).toBe(reached.length);
    });
  });

  it('are reached with one of any, and with all of all', () => {
    fc.assert(
      fc.property(
        fc.array(randomTermination, { minLength: 1, maxLength: 4 }),
        moments,
        (parts, { state, nowMs }) => {
          const each = parts.map((part) => reachedTermination(part, state, nowMs) !== undefined);
          expect(reachedTermination({ any: parts }, state, nowMs) !== undefined).toBe(each.includes(true));
          expect(reachedTermination({ all: parts }, state, nowMs) !== undefined).toBe(!each.includes(false));
        },
      ),
      RUNS,
    );
  });

  it('end an idle conversation at its deadline and not before', () => {
    given((termination, moment) => {
      const state = { ...moment.state, settings: { ...moment.state.settings, termination } };
      const deadlineMs = idleDeadlineMs(state);
      const stepAt = (nowMs: number): string => nextStep(state, nowMs).kind;
      if (deadlineMs === undefined) expect(stepAt(moment.nowMs + 10 * 86_400_000)).not.toBe('end');
      else {
        expect(stepAt(deadlineMs)).toBe('end');
        expect(stepAt(deadlineMs - 1)).toBe('settle');
      }
    });
  });
});
