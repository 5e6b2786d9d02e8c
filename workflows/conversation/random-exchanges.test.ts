import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { ConversationMode } from '../../contracts/conversation-settings.ts';
import type { NextTurn, TurnFact } from '../../contracts/conversation-state.ts';
import { MOST_RELEVANT, scriptOf } from '../../testing/mode-scripts.ts';
import {
  afterTurns,
  firstMoment,
  type Moment,
  MOST_TURNS,
  type RandomExchange,
  randomExchange,
} from '../../testing/random-exchanges.ts';
import { mustEnd } from '../../testing/reference-terminations.ts';
import { nextStep } from './next-step.ts';
import { turnsLeft } from './termination.ts';

const RUNS = { numRuns: 150 };

interface Played extends Moment {
  /** Who speaks then; nobody at the last moment. */
  turns: readonly NextTurn[];
}

/** All moments of an exchange at which the next step is asked for. */
function play(exchange: RandomExchange, first = firstMoment(exchange)): Played[] {
  const played: Played[] = [];
  for (let moment = first; ;) {
    const step = nextStep(moment.state, moment.nowMs);
    const turns = step.kind === 'speak' ? step.turns : [];
    played.push({ ...moment, turns });
    if (step.kind !== 'speak') {
      expect(step.kind).toBe('settle');
      return played;
    }
    expect(turns).not.toHaveLength(0);
    expect(played.length).toBeLessThanOrEqual(MOST_TURNS + 1);
    moment = afterTurns(exchange, moment, turns);
  }
}

const spokenBy = (played: readonly Played[]): string[] =>
  played.flatMap(({ turns }) => turns.map(({ agentId }) => agentId));

/** Of those who take part in a free conversation, with what each has said in it counted against them. */
function mostRelevant({ state, facts }: Moment): string {
  const last = facts.at(-1);
  const scored = state.speakers
    .filter(
      ({ id, role }) =>
        ['member', 'facilitator'].includes(role) && id !== (last?.agentId ?? state.lastSpeaker),
    )
    .map(({ id }) => {
      const isAddressed = last?.status === 'completed' && last.mentions.includes(id);
      const spoken = facts
        .slice(-state.exchange.recent.length)
        .toReversed()
        .map(({ agentId }, index) => (agentId === id ? 0.5 ** (index + 1) : 0));
      const relevance = isAddressed ? 1 : (state.relevance[id] ?? 0);
      return { id, score: relevance - spoken.reduce((sum, part) => sum + part, 0) };
    });
  const best = Math.max(...scored.map(({ score }) => score));
  return scored.find(({ score }) => score === best)?.id ?? '';
}

describe.each(ConversationMode.options)('random exchanges of %s', (mode) => {
  const given = (promise: (exchange: RandomExchange) => void): void =>
    fc.assert(fc.property(randomExchange(fc.constant(mode)), promise), RUNS);

  it('go as the mode is described, and end when and only when they should', () => {
    given((exchange) => {
      let left = 0;
      let heard: readonly TurnFact[] = [];
      const script = scriptOf(exchange.start, () => left);
      for (const moment of play(exchange)) {
        left = turnsLeft(moment.state);
        const spoken = moment.turns.map(({ agentId, purpose }) => [agentId, purpose]);
        if (mustEnd(moment)) {
          expect(spoken).toEqual([]);
          return;
        }
        const line = (script.next(heard).value ?? []).map(([id, purpose]) => [
          id === MOST_RELEVANT ? mostRelevant(moment) : id,
          purpose,
        ]);
        expect(spoken).toEqual(line.slice(0, left));
        heard = afterTurns(exchange, moment, moment.turns).facts.slice(moment.facts.length);
      }
    });
  });

  it('name speakers only, each once at a time, and no more than there is room for', () => {
    given((exchange) => {
      const speakers = exchange.start.speakers.map(({ id }) => id);
      for (const moment of play(exchange)) {
        const named = spokenBy([moment]);
        expect(speakers).toEqual(expect.arrayContaining(named));
        expect(new Set(named).size).toBe(named.length);
        expect(named.length).toBeLessThanOrEqual(Math.max(0, turnsLeft(moment.state)));
        for (const { reason } of moment.turns) expect(reason).toMatch(/^[A-Z].{5}/u);
      }
    });
  });

  it('let an agent speak first whom a person wants to hear anew, and end all the same', () => {
    fc.assert(
      fc.property(randomExchange(fc.constant(mode)), fc.nat(), (exchange, pick) => {
        const { speakers } = exchange.start;
        const agentId = speakers[pick % speakers.length]?.id ?? '';
        const regenerate = { agentId, purpose: 'speak' as const };
        const [first] = play(exchange, {
          ...firstMoment(exchange),
          state: { ...exchange.start, regenerate },
        });
        expect(first?.turns).toEqual([{ ...regenerate, reason: 'A person wants it said anew' }]);
      }),
      RUNS,
    );
  });

  it('begin nothing while they are paused, ended, settled or under way', () => {
    given((exchange) => {
      for (const { state, nowMs, turns } of play(exchange)) {
        expect(nextStep({ ...state, control: 'paused' }, nowMs)).toEqual({ kind: 'wait' });
        expect(nextStep({ ...state, control: 'ended' }, nowMs).kind).toBe('end');
        expect(nextStep({ ...state, settled: true }, nowMs).kind).not.toBe('speak');
        const openTurns = turns.map((turn) => ({ ...turn, number: state.nextTurn, stopRequested: false }));
        if (openTurns.length > 0) expect(nextStep({ ...state, openTurns }, nowMs)).toEqual({ kind: 'wait' });
      }
    });
  });
});

describe('random exchanges', () => {
  const given = (modes: ConversationMode[], promise: (exchange: RandomExchange) => void): void =>
    fc.assert(fc.property(randomExchange(fc.constantFrom(...modes)), promise), RUNS);

  it('let nobody speak twice running, where that is promised', () => {
    given(['round_robin', 'free_form', 'handoff', 'mention_based', 'human_moderated'], (exchange) => {
      const speakers = spokenBy(play(exchange));
      for (const [index, id] of speakers.slice(1).entries()) expect(id).not.toBe(speakers[index]);
    });
  });

  it('let nobody speak twice running across exchanges of a free conversation, but whom a person mentions', () => {
    given(['free_form', 'round_robin'], (exchange) => {
      const { lastSpeaker, speakers, exchange: opened } = exchange.start;
      const partakers = speakers.filter(({ role }) => role === 'member' || role === 'facilitator');
      const [first] = spokenBy(play(exchange));
      if (partakers.length > 1 && first !== undefined && !opened.mentions.includes(first))
        expect(first).not.toBe(lastSpeaker);
    });
  });

  it('hand over no oftener than they may', () => {
    given(['handoff'], (exchange) => {
      const turns = spokenBy(play(exchange)).length;
      expect(turns).toBeLessThanOrEqual(exchange.start.settings.maxHandovers + 1);
    });
  });

  it('have no more rounds than they may', () => {
    given(['brainstorm', 'debate', 'review'], (exchange) => {
      const { speakers, settings } = exchange.start;
      const last = play(exchange).at(-1);
      const completed = last?.state.exchange.completed ?? {};
      expect(completed.merge ?? 0).toBeLessThanOrEqual(settings.rounds);
      expect((completed.draft ?? 0) + (completed.revise ?? 0)).toBeLessThanOrEqual(settings.rounds);
      expect(completed.argue ?? 0).toBeLessThanOrEqual(settings.rounds * 2 * speakers.length);
      expect(completed.judge ?? 0).toBeLessThanOrEqual(1);
    });
  });
});
