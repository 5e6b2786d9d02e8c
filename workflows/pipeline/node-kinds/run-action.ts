import { DEFAULT_PORT } from '../../../contracts/plan.ts';
import { tool } from '../../proxies.ts';
import type { NodeRunner } from '../engine.ts';
import { startToCloseOf, stepOptions } from '../run-step.ts';

/** An action is one effect, and one activity. */
export const runActionNode: NodeRunner = ({ run }, place, node) => {
  const options = { ...stepOptions(run, place, node), ...startToCloseOf(node) };
  return run.outbox
    .carry((facts) => tool.runAction.executeWithOptions(options, [{ runId: run.runId, place, facts }]))
    .then(() => ({ id: node.id, status: 'completed', port: DEFAULT_PORT }));
};
