import fc from 'fast-check';

import { MemberRole } from '../contracts/circle.ts';
import { ConversationMode, type Termination } from '../contracts/conversation-settings.ts';
import type { ConversationState, NextTurn, TurnFact } from '../contracts/conversation-state.ts';
import { aState, turnsOfExchange } from './conversation-states.ts';

export const MOST_TURNS = 60;

/** Speakers are some of these. */
const AGENTS = ['ann', 'ben', 'cat', 'dan', 'eve', 'fay'];
/** Known to all, and never among the speakers: an observer, and somebody who has left. */
const OTHERS = ['obs', 'zoe'];
const anybody = fc.constantFrom(...AGENTS, ...OTHERS);

const simple: fc.Arbitrary<Termination> = fc.oneof(
  fc.record({ kind: fc.constant('maxTurns' as const), turns: fc.integer({ min: 1, max: MOST_TURNS }) }),
  fc.record({ kind: fc.constant('maxTokens' as const), tokens: fc.integer({ min: 1, max: 900 }) }),
  fc.record({ kind: fc.constant('maxCost' as const), usd: fc.constantFrom(0.25, 1, 4) }),
  fc.record({
    kind: fc.constant('maxDuration' as const),
    duration: fc.constantFrom('5 seconds', '2 minutes'),
  }),
  fc.record({ kind: fc.constant('textMention' as const), text: fc.constantFrom('[DONE]', 'STOP') }),
  fc.record({ kind: fc.constantFrom('consensus' as const, 'external' as const) }),
  fc.record({ kind: fc.constant('idle' as const), duration: fc.constantFrom('1 second', '1 hour') }),
);

export const randomTermination: fc.Arbitrary<Termination> = fc.letrec<{ termination: Termination }>(
  (tie) => ({
    termination: fc.oneof(
      { depthSize: 'small', maxDepth: 2, withCrossShrink: true },
      simple,
      fc.record({ any: fc.array(tie('termination'), { minLength: 1, maxLength: 3 }) }),
      fc.record({ all: fc.array(tie('termination'), { minLength: 1, maxLength: 3 }) }),
    ),
  }),
).termination;

/** What an agent says and what it costs, whoever it is and whatever for: models say anything. */
const saying = fc.record({
  status: fc.oneof(
    { weight: 14, arbitrary: fc.constant('completed' as const) },
    { weight: 3, arbitrary: fc.constant('failed' as const) },
    { weight: 1, arbitrary: fc.constant('stopped' as const) },
  ),
  mentions: fc.array(anybody, { maxLength: 3 }),
  next: fc.option(anybody, { nil: undefined, freq: 4 }),
  concludes: fc.oneof(
    { weight: 5, arbitrary: fc.constant(false) },
    { weight: 1, arbitrary: fc.constant(true) },
  ),
  verdict: fc.constantFrom('approve' as const, 'approve' as const, 'revise' as const, undefined),
  agrees: fc.boolean(),
  texts: fc.oneof(
    { weight: 9, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.subarray(['[DONE]', 'STOP'], { minLength: 1 }) },
  ),
  tokens: fc.nat(100),
  costUsd: fc.constantFrom(0, 0.125, 0.5),
  tookMs: fc.nat(9_000),
  relevance: fc.dictionary(fc.constantFrom(...AGENTS), fc.constantFrom(0, 0.25, 0.5, 1), {
    noNullPrototype: true,
  }),
});
type Saying = typeof saying extends fc.Arbitrary<infer T> ? T : never;

export interface RandomExchange {
  start: ConversationState;
  /** Said in this order by whoever is to speak, from the beginning again when all are used up. */
  sayings: readonly Saying[];
}

const names = fc.subarray([...AGENTS, 'Zoe', 'FAY'], { minLength: 1, maxLength: 4 });

/** Exchanges of all kinds, of `MOST_TURNS` turns at most. */
export const randomExchange = (
  modes = fc.constantFrom(...ConversationMode.options),
): fc.Arbitrary<RandomExchange> =>
  fc
    .record({
      mode: modes,
      roles: fc.array(fc.constantFrom('member', 'member', ...MemberRole.exclude(['observer']).options), {
        minLength: 1,
        maxLength: 6,
      }),
      maxTurns: fc.integer({ min: 1, max: MOST_TURNS }),
      termination: fc.option(randomTermination, { nil: undefined }),
      rounds: fc.integer({ min: 1, max: 5 }),
      maxHandovers: fc.integer({ min: 1, max: 50 }),
      sides: fc.option(fc.tuple(names, names), { nil: undefined }),
      mentions: fc.oneof(fc.constant([]), fc.array(anybody, { maxLength: 4 })),
      lastSpeaker: fc.option(anybody),
      openedAt: fc.nat(1),
      sayings: fc.array(saying, { minLength: 1, maxLength: 30 }),
    })
    .map(({ mode, roles, maxTurns, termination, rounds, maxHandovers, sides, sayings, ...drawn }) => {
      const bound: Termination = { kind: 'maxTurns', turns: maxTurns };
      const start = aState({
        mode,
        speakers: roles.map((role, index) => `${AGENTS[index] ?? ''}:${role}`),
        settings: {
          termination: termination === undefined ? bound : { any: [termination, bound] },
          rounds,
          maxHandovers,
          ...(sides === undefined ? {} : { sides }),
        },
        mentions: drawn.mentions,
        lastSpeaker: drawn.lastSpeaker,
        exchange: { openedAt: drawn.openedAt },
      });
      return { start, sayings };
    });

/** A moment of an exchange that is played: all of its turns so far, and the state that tells of them. */
export interface Moment {
  facts: readonly TurnFact[];
  state: ConversationState;
  nowMs: number;
}

export const firstMoment = ({ start }: RandomExchange): Moment => ({ facts: [], state: start, nowMs: 0 });

/** The moment at which these turns, which began together, have ended. */
export function afterTurns({ sayings }: RandomExchange, before: Moment, turns: readonly NextTurn[]): Moment {
  const said = turns.map(({ agentId, purpose }, index) => {
    const number = before.facts.length + index + 1;
    const words = sayings[(number - 1) % sayings.length];
    if (words === undefined) throw new Error('a random exchange has sayings');
    return { ...words, number, agentId, purpose };
  });
  const facts = [...before.facts, ...said.map(factOf)];
  const nowMs = before.nowMs + Math.max(...said.map(({ tookMs }) => tookMs));
  const { exchange } = before.state;
  const state: ConversationState = {
    ...before.state,
    revision: before.state.revision + said.length,
    nextTurn: facts.length + 1,
    exchange: {
      ...exchange,
      ...turnsOfExchange(facts),
      tokens: said.reduce((sum, { tokens }) => sum + tokens, exchange.tokens),
      costUsd: said.reduce((sum, { costUsd }) => sum + costUsd, exchange.costUsd),
    },
    relevance: said.at(-1)?.relevance ?? {},
    regenerate: null,
    lastMessageAtMs: nowMs,
  };
  return { facts, state, nowMs };
}

type Said = Saying & Pick<TurnFact, 'number' | 'agentId' | 'purpose'>;

const factOf = ({
  number,
  agentId,
  purpose,
  status,
  mentions,
  next,
  concludes,
  verdict,
  agrees,
  texts,
}: Said): TurnFact => ({
  ...{ number, agentId, purpose, status, mentions, concludes, agrees, texts },
  ...(next === undefined ? {} : { next }),
  ...(verdict === undefined ? {} : { verdict }),
});
