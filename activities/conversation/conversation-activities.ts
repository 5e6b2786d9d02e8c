/** What conversations let happen outside of their workflow. Each is safe to repeat; texts stay in Postgres. */
import type { ConversationState, NextStep, NextTurn } from '../../contracts/conversation-state.ts';
import type { Failure } from '../../contracts/failure.ts';
import type { Usage } from '../../contracts/model.ts';

interface InConversation {
  conversationId: string;
}

/** One model call of a turn; steps count from 0. The claim of the first one begins the turn. */
export interface SpeakStep extends InConversation {
  turn: { number: number } & NextTurn;
  step: number;
  budget: { remainingMs: number; maxOutputTokens?: number };
}

export type SpeakResult =
  /** `id` is the call: `tool.<step>.<index>`; `needsApproval`: people are asked before it runs. */
  | {
      kind: 'tools';
      toolCalls: { id: string; name: string; signature: string; needsApproval: boolean }[];
      usage: Pick<Usage, 'inputTokens' | 'outputTokens' | 'costUsd'>;
    }
  /** `needsSummary`: much of the conversation no longer fits into a prompt and is in no summary yet. */
  | {
      kind: 'ended';
      status: 'completed' | 'stopped' | 'failed';
      state: ConversationState;
      needsSummary: boolean;
    }
  /** Not begun: ask again once `state.control` is `open`. */
  | { kind: 'paused'; state: ConversationState };

/** One tool call of a turn; `call` is its id of `SpeakResult`. */
export interface ToolStep extends InConversation {
  turn: number;
  step: number;
  call: string;
}

export type CallTurnToolResult =
  | { kind: 'done' }
  | { kind: 'paused'; state: ConversationState }
  /** The turn has ended in it, or before. */
  | { kind: 'ended'; state: ConversationState };

export interface AskedApproval {
  /** A rejected call is not run, `callTurnTool` is not called for it: its answer to the model is recorded. */
  status: 'pending' | 'approved' | 'rejected';
  /** Of the turn. */
  stopRequested: boolean;
  state: ConversationState;
}

export interface ConversationActivities {
  readConversation(input: InConversation): Promise<ConversationState>;
  /** Asks the model for the next step of a turn; an answer without tool calls ends the turn. Throws nothing for good: the turn ends. */
  speak(input: SpeakStep): Promise<SpeakResult>;
  /** Runs one tool call; what it gave, good or not, is for the model. */
  callTurnTool(input: ToolStep): Promise<CallTurnToolResult>;
  /** Asks, once; later calls say how it stands. Nothing while it waits costs anything. */
  requestToolApproval(input: ToolStep): Promise<AskedApproval>;
  /** Ends a turn that its workflow has given up; nothing where it has ended or never began. */
  endTurn(
    input: InConversation & { turn: number; status: 'stopped' | 'failed'; error?: Failure },
  ): Promise<ConversationState>;
  /** Tells what no longer fits into a prompt short, once. Nothing where there is nothing to tell. */
  summarizeConversation(input: InConversation): Promise<void>;
  /** Writes that the exchange (or the conversation) is over, unless something was said since `revision`. */
  settleConversation(
    input: InConversation & { revision: number; step: Extract<NextStep, { kind: 'settle' | 'end' }> },
  ): Promise<ConversationState>;
}
