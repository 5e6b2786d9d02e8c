/**
 * What the turns of a conversation are decided by: read from Postgres, bounded in size, in nobody's memory but the workflow's
 * history. Free of zod, since every workflow loads it.
 */
import type { MemberRole } from './circle.ts';
import type { TurnPurpose } from './conversation.ts';
import type { ConversationMode, ConversationSettings } from './conversation-settings.ts';

/** An agent that may speak, in the order of joining; observers are not among them. */
export interface Speaker {
  id: string;
  name: string;
  role: Exclude<MemberRole, 'observer'>;
  limits: { maxSteps: number; maxTokens: number; maxCostUsd: number; maxSeconds: number };
}

/** A turn that has ended, as much of it as decisions are made by. */
export interface TurnFact {
  number: number;
  agentId: string;
  purpose: TurnPurpose;
  status: 'completed' | 'stopped' | 'failed';
  /** Of the agents that its text mentions, in the order of their mention. */
  mentions: readonly string[];
  /** Whom it handed over to, or chose. */
  next?: string;
  concludes?: boolean;
  verdict?: 'approve' | 'revise';
  agrees?: boolean;
  /** Which of the termination's texts it holds. */
  texts: readonly string[];
}

/** An exchange begins with the topic (`openedAt` 0) or with what a person said last; its turns are those that began after that. */
export interface Exchange {
  /** Sequence of the message that opened it; 0: the topic. */
  openedAt: number;
  /** Of agents, in what opened it. */
  mentions: readonly string[];
  /** That have ended, however. */
  turns: number;
  /** How many of them were completed, by purpose; none: absent. Exact where `recent` has forgotten. */
  completed: Readonly<Partial<Record<TurnPurpose, number>>>;
  tokens: number;
  costUsd: number;
  startedAtMs: number;
  /** The last ones, oldest first; at most `RECENT_TURNS`. */
  recent: readonly TurnFact[];
}

export const RECENT_TURNS = 40;

export interface OpenTurn {
  number: number;
  agentId: string;
  purpose: TurnPurpose;
  reason: string;
  /** A person has asked for its end. */
  stopRequested: boolean;
}

export interface ConversationState {
  /** Rises with everything that changes the state. Of two states the one with the higher revision is the later one. */
  revision: number;
  /** Paused or ended by people, a program or a budget; what agents do does not change it. */
  control: 'open' | 'paused' | 'ended';
  mode: ConversationMode;
  settings: ConversationSettings;
  speakers: readonly Speaker[];
  /** The number of the next turn; numbers are never used twice, whatever branch they are in. */
  nextTurn: number;
  exchange: Exchange;
  /** Who spoke last before this exchange, on this branch; null at the beginning. */
  lastSpeaker: string | null;
  /** How well each agent fits what was said last, between 0 and 1; only where the mode asks (`free_form`). */
  relevance: Readonly<Record<string, number>>;
  /** A turn that a person wants anew: who speaks next, once. */
  regenerate: { agentId: string; purpose: TurnPurpose } | null;
  /** Turns that have begun and not ended; a workflow that begins goes on with them. */
  openTurns: readonly OpenTurn[];
  /** When something was said last, in milliseconds since 1970. */
  lastMessageAtMs: number;
  /** The exchange was found to be over. */
  settled: boolean;
}

/** A turn that is to begin. */
export interface NextTurn {
  agentId: string;
  purpose: TurnPurpose;
  /** Why this agent, for people: one short sentence. */
  reason: string;
}

export type NextStep =
  /** All of them at once. */
  | { kind: 'speak'; turns: readonly NextTurn[] }
  /** Nothing begins now and nothing is over: it is paused, or turns are under way. The state is to be asked again when it has changed. */
  | { kind: 'wait' }
  /** Nobody is to speak: people are waited for. `reason` names the termination, or says what the mode waits for. */
  | { kind: 'settle'; reason: string; termination?: string }
  /** A condition that ends the conversation itself (`idle`). */
  | { kind: 'end'; reason: string };

/** The one argument of `conversationWorkflow`, and all that it hands to the next execution. */
export interface ConversationInput {
  conversationId: string;
  /** Of a node of a run: the conversation ends with its first exchange. */
  once?: true;
  /** Continues as new no later than at so many events; the server's own suggestion counts too. */
  continueAfterEvents?: number;
}

/** What the query `getConversationState` answers. */
export interface ConversationProgress {
  /** As it was read last; null: not yet. */
  state: ConversationState | null;
  /** The highest revision that the workflow was told of. */
  heard: number;
  /** Turns that are under way in it. */
  turns: readonly { number: number; agent: string; purpose: TurnPurpose; doing: string }[];
}

/** The search attribute that says in which mode a conversation is now. */
export const MODE_ATTRIBUTE = 'GatheringMode';
