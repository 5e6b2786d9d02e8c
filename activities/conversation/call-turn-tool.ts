import type { JsonObject } from '../../contracts/json.ts';
import type { Failpoint } from '../../platform/failpoint.ts';
import type { Logger } from '../../platform/logger.ts';
import {
  type ConversationTurns,
  keyOfTurnEffect,
  type ToolClaim,
  type TurnAttempt,
} from '../../store/conversation-turns.ts';
import { isOutage } from '../../store/store-failure.ts';
import type { ToolRecord } from '../agent/turn-record.ts';
import type { ActivityAttempt } from '../engine/activity-attempt.ts';
import { withinDeadline } from '../engine/deadline.ts';
import { cannotBeKept, foreseen, superseded, tryAgain } from '../engine/engine-failures.ts';
import { persistently } from '../engine/persistently.ts';
import { retryAfter } from '../engine/retry-policy.ts';
import { noResultWithin } from '../node-kinds/node-at.ts';
import type { ToolRegistry } from '../tool/index.ts';
import type { CallTurnToolResult, ToolStep } from './conversation-activities.ts';
import type { ReadState } from './read-state.ts';
import { StopRequested, type StopWatch } from './stop-watch.ts';

export interface CallTurnToolDependencies {
  turns: ConversationTurns;
  tools: Pick<ToolRegistry, 'call'>;
  readState: ReadState;
  stops: StopWatch;
  /** Ends a turn as stopped, with the text that it has. */
  stopTurn: (turn: { conversationId: string; turn: number }) => Promise<void>;
  /** The folder of a conversation's files. */
  folderOf: (conversationId: string) => string;
  failpoint: Failpoint;
  logger: Logger;
}

type Claimed = Extract<ToolClaim, { outcome: 'claimed' }>;

/** Far above what any tool allows itself. */
const TIMEOUT_MS = 90_000;

/**
 * One tool call of a turn: one effect, with the arguments that the model call has recorded or those that a person put in their place.
 * Whether the agent may use the tool, and whether people have approved where they have to, is checked here again; what goes wrong is an
 * answer to the model.
 */
export function createCallTurnTool(deps: CallTurnToolDependencies) {
  const { turns, tools, readState, stops, stopTurn, folderOf, failpoint, logger } = deps;

  return async (
    { conversationId, turn, call }: ToolStep,
    attempt: ActivityAttempt,
  ): Promise<CallTurnToolResult> => {
    const own: TurnAttempt = {
      ...{ conversationId, turn, suffix: call },
      ...{ engineRunId: attempt.engineRunId, attempt: attempt.attempt },
    };
    const key = keyOfTurnEffect(own);
    await failpoint('effect.claiming', key);
    const claim = await turns.claimToolCall(own);
    if (claim.outcome !== 'claimed') return unclaimed(own, claim.outcome);
    await failpoint('effect.claimed', key);

    const given = await stops
      .during({ conversationId, number: turn, signal: attempt.signal }, (signal) => run(own, claim, signal))
      .catch<ToolRecord | StopRequested>((error: unknown) => {
        if (error instanceof StopRequested) return error;
        if (attempt.signal.aborted || isOutage(error)) throw error;
        return fail(own, claim, error);
      });
    await failpoint('effect.done', key);
    if (given instanceof StopRequested) return unclaimed(own, 'stopped');

    await failpoint('effect.recording', key);
    const record = (answer: ToolRecord) =>
      persistently(() => turns.recordToolCall(own, answer), attempt.signal);
    const held = await record(given).catch((error: unknown) => {
      if (attempt.signal.aborted || isOutage(error)) throw error;
      return record({ content: cannotBeKept(error, key, logger).message, isError: true });
    });
    if (!held) throw superseded();
    await failpoint('effect.recorded', key);
    return { kind: 'done' };
  };

  async function run(
    own: TurnAttempt,
    { call, tools: allowed }: Claimed,
    signal: AbortSignal,
  ): Promise<ToolRecord> {
    if (call.invalid !== undefined)
      return { content: `The arguments are not a JSON object: ${call.invalid}`, isError: true };
    if (call.asks && !call.isApproved)
      return { content: 'Nobody has approved this call, so it was not run.', isError: true };
    const timeout = { ms: TIMEOUT_MS, failure: () => noResultWithin(TIMEOUT_MS) };
    const answer = await withinDeadline(signal, timeout, (inTime) =>
      tools.call(call.name, call.edit ?? call.arguments, {
        ...{ caller: { kind: 'conversation', id: own.conversationId }, agentId: call.agentId },
        firstPassage: (aCall) => turns.findFirstPassage(own, aCall),
        ...{ runFolder: folderOf(own.conversationId), idempotencyKey: keyOfTurnEffect(own) },
        ...{ signal: inTime, allowed },
      }),
    );
    return call.edit === null ? answer : { ...answer, content: `${changedBy(call.edit)}\n${answer.content}` };
  }

  async function unclaimed(
    own: TurnAttempt,
    outcome: Exclude<ToolClaim['outcome'], 'claimed'>,
  ): Promise<CallTurnToolResult> {
    if (outcome === 'superseded') throw superseded();
    if (outcome === 'done') return { kind: 'done' };
    if (outcome === 'stopped') await stopTurn(own);
    const state = await readState(own.conversationId);
    return { kind: outcome === 'paused' ? 'paused' : 'ended', state };
  }

  /** Tries again where that may help; what failed for good is the tool's answer. */
  async function fail(own: TurnAttempt, { failures }: Claimed, cause: unknown): Promise<ToolRecord> {
    const failure = foreseen(cause, keyOfTurnEffect(own), logger);
    const verdict = retryAfter(failure, failures + 1);
    if (!verdict.again) return { content: `The tool failed: ${failure.message}`, isError: true };
    const error = { type: failure.type, message: failure.message };
    if (!(await turns.failToolCall(own, { error, delayMs: verdict.delayMs }))) throw superseded();
    throw tryAgain(error, verdict.delayMs);
  }
}

const changedBy = (edit: JsonObject): string =>
  `(A person has changed the arguments to ${JSON.stringify(edit)} before it was run.)`;
