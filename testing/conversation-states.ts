import type { TurnPurpose } from '../contracts/conversation.ts';
import type { ConversationSettings } from '../contracts/conversation-settings.ts';
import {
  type ConversationState,
  type Exchange,
  type NextStep,
  type NextTurn,
  RECENT_TURNS,
  type Speaker,
  type TurnFact,
} from '../contracts/conversation-state.ts';

/** `ann`, `fay:facilitator`: the name is the id with a capital letter. */
export function aSpeaker(words: string): Speaker {
  const [id = '', role = 'member'] = words.split(':');
  return {
    id,
    name: id.charAt(0).toUpperCase() + id.slice(1),
    // The words are a test's own.
    role: role as Speaker['role'],
    limits: { maxSteps: 12, maxTokens: 200_000, maxCostUsd: 1, maxSeconds: 300 },
  };
}

export type TurnWords = Partial<TurnFact> & { agentId: string };

/** A completed turn that says nothing to anybody. */
export const aTurn = (agentId: string, said: Partial<TurnFact> = {}): TurnWords => ({ agentId, ...said });

const countCompleted = (turns: readonly TurnFact[]): Exchange['completed'] => {
  const completed: Partial<Record<TurnPurpose, number>> = {};
  for (const { purpose, status } of turns)
    if (status === 'completed') completed[purpose] = (completed[purpose] ?? 0) + 1;
  return completed;
};

/** What the state tells of these turns: all of them counted, the last ones remembered. */
export const turnsOfExchange = (
  turns: readonly TurnFact[],
): Pick<Exchange, 'turns' | 'completed' | 'recent'> => ({
  turns: turns.length,
  completed: countCompleted(turns),
  recent: turns.slice(-RECENT_TURNS),
});

export interface StateWords extends Partial<Omit<ConversationState, 'speakers' | 'settings' | 'exchange'>> {
  speakers?: readonly string[];
  settings?: Partial<ConversationSettings>;
  turns?: readonly TurnWords[];
  mentions?: readonly string[];
  exchange?: Partial<Exchange>;
}

/** A conversation of ann, ben and cat to whom a person has just said something; nothing ends it but what the words say. */
export function aState(words: StateWords = {}): ConversationState {
  const { speakers, settings, turns = [], mentions = [], exchange, ...rest } = words;
  const facts = turns.map((turn, index) => ({
    number: index + 1,
    purpose: 'speak' as const,
    status: 'completed' as const,
    mentions: [],
    texts: [],
    ...turn,
  }));
  return {
    revision: 1,
    control: 'open',
    mode: 'round_robin',
    settings: {
      termination: { kind: 'external' },
      turnTimeout: '60 seconds',
      rounds: 2,
      maxHandovers: 8,
      ...settings,
    },
    speakers: (speakers ?? ['ann', 'ben', 'cat']).map(aSpeaker),
    nextTurn: facts.length + 1,
    exchange: {
      openedAt: 1,
      mentions,
      tokens: 0,
      costUsd: 0,
      startedAtMs: 0,
      ...turnsOfExchange(facts),
      ...exchange,
    },
    lastSpeaker: null,
    relevance: {},
    regenerate: null,
    openTurns: [],
    lastMessageAtMs: 0,
    settled: false,
    ...rest,
  };
}

/** `ann speak`, `ann idea, ben idea`, `over`: who speaks and what for. */
export const inWords = (next: { speak: readonly NextTurn[] } | { over: string } | NextStep): string => {
  if ('over' in next) return 'over';
  if ('kind' in next && next.kind !== 'speak') return next.kind;
  const turns = 'kind' in next ? next.turns : next.speak;
  return turns.map(({ agentId, purpose }) => `${agentId} ${purpose}`).join(', ');
};

/** A row of a mode’s table. */
export type ModeRow = [promise: string, state: StateWords, next: string];
