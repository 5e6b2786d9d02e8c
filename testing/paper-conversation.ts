import { Context } from '@temporalio/activity';
import { v7 as uuid } from 'uuid';

import type {
  ConversationActivities,
  SpeakResult,
  SpeakStep,
  ToolStep,
} from '../activities/conversation/conversation-activities.ts';
import { ConversationSettings } from '../contracts/conversation-settings.ts';
import { type ConversationState, RECENT_TURNS, type TurnFact } from '../contracts/conversation-state.ts';

/** A model call of a conversation that exists on paper only; `ends` is the turn's end, with whatever it said. */
export type PaperModel = (step: SpeakStep) => Promise<PaperAnswer> | PaperAnswer;
export type PaperAnswer = Partial<TurnFact> & {
  calls?: readonly { name: string; needsApproval?: boolean }[];
};

/** What happened, in order. */
export type PaperEvent = string;

/** A conversation in memory, with the activities that its workflow calls: what these do with it is what the real ones promise. */
export interface PaperConversation {
  readonly id: string;
  readonly state: ConversationState;
  readonly log: readonly PaperEvent[];
  model: PaperModel;
  activities: ConversationActivities;
  /** What a person does: it changes the state and raises its revision, which it gives. */
  change(change: (state: ConversationState) => Partial<ConversationState>): number;
  /** Something is said, which opens an exchange. */
  post(): number;
  /** Open turns are to stop. */
  stop(): number;
  decide(call: string, status: 'approved' | 'rejected'): number;
}

const LIMITS = { maxSteps: 12, maxTokens: 200_000, maxCostUsd: 1, maxSeconds: 300 };
const USAGE = { inputTokens: 10, outputTokens: 5, costUsd: 0.001 };

export function paperConversation(
  names: readonly string[],
  more: Partial<Omit<ConversationState, 'settings'>> & { settings?: object } = {},
): PaperConversation {
  const id = uuid();
  const log: string[] = [];
  const recorded = new Map<string, SpeakResult>();
  const decisions = new Map<string, 'approved' | 'rejected'>();
  const stops: (() => void)[] = [];
  const { settings = {}, ...given } = more;
  let state: ConversationState = {
    ...{ revision: 1, control: 'open', mode: 'round_robin', settings: ConversationSettings.parse(settings) },
    speakers: names.map((name) => ({ id: name, name, role: 'member', limits: LIMITS })),
    ...{ nextTurn: 1, exchange: exchangeAt(0), lastSpeaker: null, relevance: {}, regenerate: null },
    ...{ openTurns: [], lastMessageAtMs: Date.now(), settled: false },
    ...given,
  };
  const change: PaperConversation['change'] = (make) => {
    state = { ...state, ...make(state), revision: state.revision + 1 };
    return state.revision;
  };
  const end = (number: number, fact: Partial<TurnFact>): void => {
    const turn = state.openTurns.find((open) => open.number === number);
    if (turn === undefined) return;
    const { agentId, purpose } = turn;
    const ended: TurnFact = {
      ...{ number, agentId, purpose, status: 'completed', mentions: [], texts: [] },
      ...fact,
    };
    log.push(`${ended.status} ${number} ${agentId}`);
    change(({ exchange, openTurns }) => ({
      openTurns: openTurns.filter((open) => open.number !== number),
      exchange: {
        ...exchange,
        turns: exchange.turns + 1,
        completed:
          ended.status === 'completed'
            ? { ...exchange.completed, [purpose]: (exchange.completed[purpose] ?? 0) + 1 }
            : exchange.completed,
        recent: [...exchange.recent, ended].slice(-RECENT_TURNS),
      },
    }));
  };
  const begin = ({ turn: { number, agentId, purpose, reason } }: SpeakStep): void => {
    log.push(`started ${number} ${agentId}`);
    change(({ openTurns, nextTurn }) => ({
      openTurns: [...openTurns, { number, agentId, purpose, reason, stopRequested: false }],
      nextTurn: Math.max(nextTurn, number + 1),
    }));
  };

  const paper: PaperConversation = {
    id,
    get state() {
      return state;
    },
    log,
    model: () => ({}),
    change,
    post: () => {
      log.push('post');
      return change(({ exchange, lastSpeaker }) => ({
        exchange: exchangeAt(exchange.openedAt + 1),
        lastSpeaker: exchange.recent.at(-1)?.agentId ?? lastSpeaker,
        settled: false,
      }));
    },
    stop: () => {
      const revision = change(({ openTurns }) => ({
        openTurns: openTurns.map((turn) => ({ ...turn, stopRequested: true })),
      }));
      for (const stop of stops.splice(0)) stop();
      return revision;
    },
    decide: (call, status) => {
      decisions.set(call, status);
      return change(() => ({}));
    },
    activities: {
      readConversation: () => {
        log.push('read');
        return Promise.resolve(state);
      },
      speak: async (step) => {
        const { number } = step.turn;
        const key = `${number}/model.${step.step}`;
        const done = recorded.get(key);
        if (done !== undefined) return done.kind === 'ended' ? { ...done, state } : done;
        if (state.control !== 'open') return { kind: 'paused', state };
        if (step.step === 0) begin(step);
        const stopped = new Promise<void>((resolve) => stops.push(resolve));
        const answer = await Promise.race([paper.model(step), stopped, Context.current().cancelled]);
        let result: SpeakResult;
        if (answer === undefined) {
          end(number, { status: 'stopped' });
          result = { kind: 'ended', status: 'stopped', state, needsSummary: false };
        } else if (answer.calls !== undefined) {
          const toolCalls = answer.calls.map(({ name, needsApproval = false }, index) => ({
            ...{ id: `tool.${step.step}.${index}`, name, needsApproval, signature: `${name} ${key}` },
          }));
          result = { kind: 'tools', toolCalls, usage: USAGE };
        } else {
          end(number, answer);
          result = { kind: 'ended', status: answer.status ?? 'completed', state, needsSummary: false };
        }
        recorded.set(key, result);
        return result;
      },
      callTurnTool: ({ turn, call }: ToolStep) => {
        if (state.control === 'paused') return Promise.resolve({ kind: 'paused', state });
        log.push(`called ${turn} ${call}`);
        return Promise.resolve({ kind: 'done' });
      },
      requestToolApproval: ({ turn, call }) => {
        const status = decisions.get(call) ?? 'pending';
        log.push(`${status} ${turn} ${call}`);
        const stopRequested = state.openTurns.some((open) => open.number === turn && open.stopRequested);
        return Promise.resolve({ status, stopRequested, state });
      },
      endTurn: ({ turn, status }) => {
        end(turn, { status });
        return Promise.resolve(state);
      },
      summarizeConversation: () => {
        log.push('summary');
        return Promise.resolve();
      },
      settleConversation: ({ revision, step }) => {
        if (revision === state.revision) {
          log.push(`${step.kind}: ${'reason' in step ? step.reason : ''}`);
          change(() => (step.kind === 'end' ? { control: 'ended' } : { settled: true }));
        }
        return Promise.resolve(state);
      },
    },
  };
  return paper;
}

const exchangeAt = (openedAt: number): ConversationState['exchange'] => ({
  ...{ openedAt, mentions: [], turns: 0, completed: {}, tokens: 0, costUsd: 0 },
  ...{ startedAtMs: Date.now(), recent: [] },
});
