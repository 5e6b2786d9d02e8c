/**
 * One conversation, for as long as it lives.
 * Started, and told of everything that people do in it, by the API's signal-with-start; by the run of a pipeline, where it is a node of
 * one. A wake-up starts it again after it was terminated: it reads where the conversation stands and goes on with its open turns.
 * Ends when the conversation is ended, which a cancellation does too.
 * Waits for activities, for what people say and decide, for the end of a pause, and for the time at which an idle one ends. Continues as
 * new when the server finds its history long: between turns, or while all that is under way waits for people. One that is a node of a run
 * hands the conversation back at such a place when the run continues as new.
 */
import {
  CancellationScope,
  condition,
  continueAsNew,
  isCancellation,
  log,
  TemporalFailure,
} from '@temporalio/workflow';

import type { ConversationInput } from '../../contracts/conversation-state.ts';
import { model, quick } from '../proxies.ts';
import { LiveConversation } from './live-conversation.ts';
import { type Move, nextMove, type NumberedTurn } from './next-move.ts';
import { isHistoryLong, listenToPeople, read, whileReading } from './run-reading.ts';
import { runTurn } from './run-turn.ts';
import { endTurn } from './run-turn-life.ts';

/** @throws CancelledFailure when it was canceled */
export async function conversationWorkflow(
  input: ConversationInput,
): Promise<{ turns: number; drained?: true }> {
  const live = new LiveConversation(input);
  listenToPeople(live);
  try {
    if ((await converse(live)) === 'over') return { turns: live.state.nextTurn - 1 };
  } catch (error) {
    if (isCancellation(error)) await CancellationScope.nonCancellable(() => endIt(live));
    throw error;
  }
  if (live.handsBack) return { turns: live.state.nextTurn - 1, drained: true };
  return continueAsNew<typeof conversationWorkflow>(input);
}

async function converse(live: LiveConversation): Promise<'over' | 'drained'> {
  await read(live);
  for (;;) {
    const move = nextMove(live.state, { nowMs: Date.now(), once: live.input.once === true });
    if (move.kind === 'over') return 'over';
    // What is over is told first: a summary takes its time, and what comes next is decided anew after it.
    if (live.needsSummary && move.kind !== 'settle') await summarize(live);
    else await make(live, move);
    if (live.handsBack || isHistoryLong(live)) return 'drained';
    if (live.isBehind) await read(live);
  }
}

/** Once it is made, nothing is under way any more but what waits for people. */
async function make(live: LiveConversation, move: Exclude<Move, { kind: 'over' }>): Promise<void> {
  switch (move.kind) {
    case 'turns':
      await makeTurns(live, move.turns);
      return;
    case 'settle':
      await settle(live, move.step);
      return;
    case 'wait':
      await waitForNews(live, move.untilMs);
  }
}

/** Turns that changed nothing would change nothing again: then people are waited for. */
async function makeTurns(live: LiveConversation, turns: readonly NumberedTurn[]): Promise<void> {
  const { revision } = live.state;
  const isUnchanged = (): boolean => live.state.revision === revision && !live.isBehind && !live.draining;
  await whileReading(live, () => Promise.all(turns.map((turn) => runTurn(live, turn))));
  if (isUnchanged()) await settle(live, { kind: 'settle', reason: 'The turn could not begin' });
  if (isUnchanged()) await waitForNews(live, undefined);
}

async function waitForNews(live: LiveConversation, untilMs: number | undefined): Promise<void> {
  const isNew = (): boolean => live.isBehind || live.handsBack;
  if (untilMs === undefined) await condition(isNew);
  else await condition(isNew, Math.max(1, untilMs - Date.now()), { summary: 'nobody says anything' });
}

async function settle(
  live: LiveConversation,
  step: Extract<Move, { kind: 'settle' }>['step'],
  key = 'settle',
): Promise<void> {
  const { revision } = live.state;
  const state = await quick.settleConversation.executeWithOptions(
    { activityId: `${key}/${revision}`, summary: `${step.kind}: ${step.reason}`.slice(0, 100) },
    [{ conversationId: live.id, revision, step }],
  );
  live.adopt(state);
}

/** Without it, what no longer fits is left out of prompts: that ends no conversation. */
async function summarize(live: LiveConversation): Promise<void> {
  live.needsSummary = false;
  const before = live.state.nextTurn;
  try {
    await model.summarizeConversation.executeWithOptions(
      { activityId: `summary/${before}`, summary: `what was said before turn ${before}, told short` },
      [{ conversationId: live.id }],
    );
  } catch (error) {
    if (isCancellation(error) || !(error instanceof TemporalFailure)) throw error;
    log.warn('a conversation could not be summarized', { conversationId: live.id, error });
  }
}

/** Of an activity: one that was canceled has its id until its worker has heard of that. */
const CANCELED = 'canceled';

/** Whoever cancels the workflow ends the conversation: what its turns have said so far is kept. */
async function endIt(live: LiveConversation): Promise<void> {
  await read(live, CANCELED);
  while (live.state.control !== 'ended' || live.state.openTurns.length > 0) {
    for (const turn of live.state.openTurns) await endTurn(live, turn, { status: 'stopped' }, CANCELED);
    if (live.state.control !== 'ended') await settle(live, { kind: 'end', reason: 'canceled' }, CANCELED);
  }
}
