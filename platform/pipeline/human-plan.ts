import { millisecondsOf } from '../../contracts/duration.ts';
import type { PipelineEdge, PipelineNode } from '../../contracts/pipeline.ts';
import type { HumanPlan } from '../../contracts/plan.ts';

type HumanNode = Extract<PipelineNode, { type: 'human' }>;

/** How long people are waited for, and what the timeout leads to: its own port, where an edge leaves by that. */
export function humanPlanOf({ id, timeout, config }: HumanNode, edges: readonly PipelineEdge[]): HumanPlan {
  const written = config.timeout ?? timeout;
  const { approvers, remindAfter, escalate, onTimeout } = config;
  return {
    ...(written === undefined ? {} : { timeoutMs: millisecondsOf(written) }),
    ...(remindAfter === undefined ? {} : { remindAfterMs: millisecondsOf(remindAfter) }),
    ...(escalate === undefined ? {} : { escalateAfterMs: millisecondsOf(escalate.after) }),
    ...(approvers === undefined ? {} : { approvers }),
    onTimeout: edges.some(({ from, port }) => from === id && port === 'timeout') ? 'port' : onTimeout,
  };
}
