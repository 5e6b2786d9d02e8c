import { ApplicationFailure } from '@temporalio/workflow';

import type { NodePlace } from '../../../contracts/place.ts';
import { DEFAULT_PORT, type PlanNode } from '../../../contracts/plan.ts';
import { type AgentTurnEffects, runAgentTurn } from '../../agent/agent-turn.ts';
import { model, quick, tool } from '../../proxies.ts';
import type { Engine, NodeRunner } from '../engine.ts';
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
  return {
    now: Date.now,
    runRemainingUsd: () => run.remainingCostUsd,
    callModel: async (step, budget) => {
      const options = {
        ...stepOptions(run, place, node, { suffix: `model.${step}`, what: `model call ${step + 1}` }),
        ...startToCloseOf(node),
      };
      const answer = await run.outbox.carry((facts) =>
        model.callModel.executeWithOptions(options, [{ runId, place, step, budget, facts }]),
      );
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
