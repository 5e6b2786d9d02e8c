import { condition } from '@temporalio/workflow';

import type { Failure } from '../../contracts/failure.ts';
import { turnEffectKeyOf } from '../../contracts/place.ts';
import { quick } from '../proxies.ts';
import type { LiveConversation } from './live-conversation.ts';
import type { NumberedTurn } from './next-move.ts';
import type { TurnClock } from './turn-clock.ts';

/** One turn, as long as it is under way here. */
export interface TurnUnderWay {
  live: LiveConversation;
  turn: NumberedTurn;
  clock: TurnClock;
  /**
   * Nothing more is done for it here: it has ended, or has not begun and is decided anew, or it goes on in the next execution, which
   * runs through what is recorded of it again.
   */
  isOver: boolean;
  hasBegun: boolean;
  /** Calls of the last step that people are asked about. */
  needsApproval: ReadonlySet<string>;
}

const isPaused = ({ state }: LiveConversation): boolean => state.control === 'paused';

/**
 * Waits while the conversation is paused; false: nothing more is to be done. A turn that is to stop is ended; one that has not begun when
 * a pause does is decided anew after it.
 */
export async function mayGoOn(underWay: TurnUnderWay): Promise<boolean> {
  const { live, turn, clock } = underWay;
  if (underWay.isOver) return false;
  if (isPaused(live)) {
    if (!underWay.hasBegun) {
      underWay.isOver = true;
      return false;
    }
    live.show(turn, 'is paused');
    await clock.standStill(() => condition(() => !isPaused(live) || live.draining));
    if (isPaused(live)) underWay.isOver = true;
  }
  if (!underWay.isOver && live.isToStop(turn.number)) await giveUp(underWay, 'stopped');
  return !underWay.isOver;
}

/** Ends a turn in which nothing is under way, once. */
export async function giveUp(
  underWay: TurnUnderWay,
  status: 'stopped' | 'failed',
  error?: Failure,
): Promise<void> {
  if (underWay.isOver) return;
  underWay.isOver = true;
  await endTurn(underWay.live, underWay.turn, { status, ...(error === undefined ? {} : { error }) });
}

/**
 * Ends a turn from outside of its effects; one that has ended, or never began, stays as it is.
 * @param key names this end, where another one may be under way
 */
export async function endTurn(
  live: LiveConversation,
  { number, agentId }: Pick<NumberedTurn, 'number' | 'agentId'>,
  end: { status: 'stopped' | 'failed'; error?: Failure },
  key = 'end',
): Promise<void> {
  const state = await quick.endTurn.executeWithOptions(
    {
      activityId: turnEffectKeyOf(live.id, number, key),
      summary: `${live.nameOf(agentId)}: turn ${number} is ${end.status}`,
    },
    [{ conversationId: live.id, turn: number, ...end }],
  );
  live.adopt(state);
}
