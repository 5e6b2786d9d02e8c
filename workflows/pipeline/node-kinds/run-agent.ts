import { ApplicationFailure, condition } from '@temporalio/workflow';

import type { NodePlace } from '../../../contracts/place.ts';
import { DEFAULT_PORT, type PlanNode } from '../../../contracts/plan.ts';
import { type AgentTurnEffects, runAgentTurn } from '../../agent/agent-turn.ts';
import { model, quick, tool } from '../../proxies.ts';
import { pauseRevisionOf } from '../activity-failure.ts';
import type { Engine, NodeRunner } from '../engine.ts';
import type { PipelineRun } from '../run-state.ts';
import { startToCloseOf, stepOptions } from '../run-step.ts';

/**
 * An agent's node is one turn: an activity for each model call and for each tool call. The model call that is answered without
 * a tool call also completes the node.
 */
export const runAgentNode: NodeRunner = async (engine, { place, node }) => {
  const { run } = engine;
  if (node.limits === undefined) throw new TypeError(`the agent node ${node.id} has no limits`);
  const end = await runAgentTurn(node.limits, effectsOf(engine, place, node));
  if (end.status === 'answered')
    return { outcomes: [{ id: node.id, status: 'completed', port: DEFAULT_PORT }] };
  const options = stepOptions(run, place, node, { suffix: 'fail', what: 'stop' });
  await run.outbox.carry((facts) =>
    quick.failNode.executeWithOptions(options, [{ runId: run.runId, place, error: end.error, facts }]),
  );
  throw ApplicationFailure.nonRetryable(end.error.message, end.error.type);
};

function effectsOf({ run }: Engine, place: NodePlace, node: PlanNode): AgentTurnEffects {
  const { runId } = run;
  /** For which the turn stood still, since a budget was used up. */
  let waitedMs = 0;
  return {
    now: () => Date.now() - waitedMs,
    runRemainingUsd: () => run.remainingCostUsd,
    callModel: async (step, budget) => {
      const options = {
        ...stepOptions(run, place, node, { suffix: `model.${step}`, what: `model call ${step + 1}` }),
        ...startToCloseOf(node),
      };
      const ask = () =>
        run.outbox.carry((facts) =>
          model.callModel.executeWithOptions(options, [{ runId, place, step, budget, facts }]),
        );
      let answer = await ask().catch(pausedIn(run, step));
      while (answer === undefined) {
        const since = Date.now();
        await condition(() => !run.pause.isPaused);
        waitedMs += Date.now() - since;
        answer = await ask().catch(pausedIn(run, step));
      }
      run.costUsd += answer.usage.costUsd;
      return answer;
    },
    callTool: async ({ id, name }, step) => {
      const options = stepOptions(run, place, node, { suffix: id, what: name });
      await run.outbox.carry((facts) =>
        tool.callTool.executeWithOptions(options, [{ runId, place, step, toolCallId: id, facts }]),
      );
    },
  };
}

/**
 * A turn whose first call has not begun begins anew with its node, once the run goes on. One that is in its middle waits for that
 * where it is: what it has done stays done.
 */
const pausedIn =
  (run: PipelineRun, step: number) =>
  (error: unknown): undefined => {
    const revision = step === 0 ? undefined : pauseRevisionOf(error);
    if (revision === undefined) throw error;
    run.pause.hear({ revision, paused: true }, Date.now());
  };
