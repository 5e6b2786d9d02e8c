import { defineSearchAttributeKey, TypedSearchAttributes } from '@temporalio/common';
import {
  ApplicationFailure,
  CancellationScope,
  type ChildWorkflowHandle,
  condition,
  workflowInfo,
} from '@temporalio/workflow';

import type { Failure } from '../../../contracts/failure.ts';
import { type NodePlace, workflowIdOf } from '../../../contracts/place.ts';
import { DEFAULT_PORT, type PlanNode } from '../../../contracts/plan.ts';
import type { conversationWorkflow } from '../../conversation/conversation-workflow.ts';
import { drainSignal } from '../../messages.ts';
import { quick } from '../../proxies.ts';
import type { Engine, NodeRunner } from '../engine.ts';
import { ignoreEnded, startChildOnce } from '../run-child-start.ts';
import { inTime } from '../run-in-time.ts';
import type { PipelineRun } from '../run-state.ts';
import { stepOptions } from '../run-step.ts';

/**
 * Lets a circle discuss. The conversation is begun by the first activity; a child workflow leads it until its first exchange is over, and
 * ends it when the node is canceled or its time is up; the last activity makes the node's output of it. When the run drains, the child
 * hands the conversation back between two turns, and the next execution starts another one, which goes on where it stands.
 */
export const runCircleNode: NodeRunner = async (engine, { place, node }) => {
  const { run } = engine;
  const { id, startedAtMs } = await start(engine, place, node);
  const deadlineMs = run.earlier(startedAtMs + node.timeoutMs - Date.now());
  const end = await inTime(run, deadlineMs, () => discuss(run, id, place));
  if (end.status === 'drained') return 'drained';
  if (end.status === 'failed') {
    await fail(engine, place, node, end.error);
    throw ApplicationFailure.nonRetryable(end.error.message, end.error.type);
  }
  const { costUsd, error } = await complete(engine, place, node, id);
  run.costUsd += costUsd;
  if (error !== undefined) throw ApplicationFailure.nonRetryable(error.message, error.type);
  return { outcomes: [{ id: node.id, status: 'completed', port: DEFAULT_PORT }] };
};

const kind = defineSearchAttributeKey('GatheringKind', 'KEYWORD');

async function discuss(
  run: PipelineRun,
  conversationId: string,
  place: NodePlace,
): Promise<{ status: 'completed' | 'drained' }> {
  const { typedSearchAttributes } = workflowInfo();
  const child = await startChildOnce<typeof conversationWorkflow>('conversationWorkflow', {
    workflowId: workflowIdOf.conversation(conversationId),
    args: [{ conversationId, once: true }],
    typedSearchAttributes: new TypedSearchAttributes([
      ...typedSearchAttributes.getAll().filter(({ key }) => key.name !== kind.name),
      { key: kind, value: 'conversation' },
    ]),
    staticSummary: `${place.path.join('.')}: a circle discusses`,
  });
  const telling = new CancellationScope();
  void telling.run(() => tellToDrain(run, child)).catch(ignoreEnded);
  try {
    const { drained } = await child.result();
    return { status: drained === true ? 'drained' : 'completed' };
  } finally {
    telling.cancel();
  }
}

async function tellToDrain(
  run: PipelineRun,
  child: ChildWorkflowHandle<typeof conversationWorkflow>,
): Promise<void> {
  await condition(() => run.draining);
  await child.signal(drainSignal);
}

function start({ run }: Engine, place: NodePlace, node: PlanNode) {
  const options = stepOptions(run, place, node, { suffix: 'start', what: 'call the circle together' });
  return run.outbox.carry((facts) =>
    quick.startCircle.executeWithOptions(options, [{ runId: run.runId, place, facts }]),
  );
}

function complete({ run }: Engine, place: NodePlace, node: PlanNode, conversationId: string) {
  const options = stepOptions(run, place, node, { suffix: 'complete', what: 'note what was said' });
  return run.outbox.carry((facts) =>
    quick.completeCircle.executeWithOptions(options, [{ runId: run.runId, place, conversationId, facts }]),
  );
}

async function fail({ run }: Engine, place: NodePlace, node: PlanNode, error: Failure): Promise<void> {
  const options = stepOptions(run, place, node, { suffix: 'fail', what: 'fail' });
  await run.outbox.carry((facts) =>
    quick.failNode.executeWithOptions(options, [{ runId: run.runId, place, error, facts }]),
  );
}
