import { condition } from '@temporalio/workflow';

import { turnEffectKeyOf } from '../../contracts/place.ts';
import type { ToolCallRef } from '../agent/agent-turn.ts';
import { quick, tool } from '../proxies.ts';
import { giveUp, mayGoOn, type TurnUnderWay } from './run-turn-life.ts';

/** Runs one tool call of a turn, and before, where that is wanted, asks people and waits for as long as they take. */
export async function runToolCall(
  underWay: TurnUnderWay,
  { id: call, name }: ToolCallRef,
  step: number,
): Promise<void> {
  const { live, turn } = underWay;
  const where = { conversationId: live.id, turn: turn.number, step, call };
  if (underWay.needsApproval.has(call) && !(await isApproved(underWay, where, name))) return;
  while (await mayGoOn(underWay)) {
    live.show(turn, `calls ${name}`);
    const result = await tool.callTurnTool.executeWithOptions(
      {
        activityId: turnEffectKeyOf(live.id, turn.number, call),
        summary: `${live.nameOf(turn.agentId)}: turn ${turn.number}, ${name}`,
      },
      [where],
    );
    if (result.kind === 'done') return;
    live.adopt(result.state);
    if (result.kind === 'ended') underWay.isOver = true;
  }
}

interface Where {
  conversationId: string;
  turn: number;
  step: number;
  call: string;
}

/** False: people have rejected it, which is recorded; or the turn is over. */
async function isApproved(underWay: TurnUnderWay, where: Where, name: string): Promise<boolean> {
  const { live, turn, clock } = underWay;
  while (!underWay.isOver) {
    const { status, stopRequested, state } = await quick.requestToolApproval.executeWithOptions(
      {
        activityId: turnEffectKeyOf(live.id, turn.number, `${where.call}/ask`),
        summary: `${live.nameOf(turn.agentId)}: turn ${turn.number}, may it call ${name}?`,
      },
      [where],
    );
    live.adopt(state);
    if (stopRequested || live.isToStop(turn.number)) await giveUp(underWay, 'stopped');
    else if (status !== 'pending') return status === 'approved';
    else {
      live.show(turn, `waits until people have decided on ${name}`);
      const isNew = (): boolean => live.state.revision > state.revision;
      await clock.standStill(() => condition(() => isNew() || live.draining || underWay.isOver));
      if (!isNew() && live.draining) underWay.isOver = true;
    }
  }
  return false;
}
