import { expect, it } from '@jest/globals';
import { ApplicationFailure, WorkflowFailedError } from '@temporalio/client';

import type { Activities } from '../../activities/index.ts';
import { PipelineDefinition } from '../../contracts/pipeline.ts';
import { workflowIdOf } from '../../contracts/place.ts';
import type { PipelineRunInput, RunEnd } from '../../contracts/plan.ts';
import { compilePlan } from '../../platform/pipeline/compile-plan.ts';
import { withTimeSkipping } from '../../testing/shared-servers.ts';
import { openWorker } from '../../worker/open-worker.ts';

const HOUR_MS = 3_600_000;
const temporal = withTimeSkipping();

const definition = PipelineDefinition.parse({
  name: 'patient',
  nodes: [{ id: 'call', type: 'action', config: { action: 'call_api', url: 'http://target' } }],
});

/** Runs the workflow with an action that is asked to come back in an hour, so many times; the rest of the world is left out. */
async function runWith({ failures, timeoutMs }: { failures: number; timeoutMs: number }) {
  const { client, nativeConnection } = temporal.current;
  const ends: RunEnd[] = [];
  let calls = 0;
  const absent = () => Promise.reject(new Error('not part of this test'));
  const activities: Activities = {
    runItemLines: absent,
    runActions: ({ place }) => {
      calls += 1;
      if (calls <= failures)
        throw ApplicationFailure.create({ type: 'Unavailable', nextRetryDelay: HOUR_MS, message: 'later' });
      return Promise.resolve({
        outcomes: [{ id: place.path[0] ?? '', status: 'completed', port: 'default' }],
      });
    },
    closeRun: ({ status }) => {
      ends.push(status);
      return Promise.resolve({ status });
    },
    ...{ evaluateSegments: absent, callModel: absent, callTool: absent, failNode: absent },
    ...{ startMap: absent, completeMap: absent, startDelay: absent, publishFacts: absent },
    ...{ requestApproval: absent, promptApprovers: absent, settleApproval: absent },
    ...{ startCircle: absent, completeCircle: absent },
    ...{ readConversation: absent, speak: absent, callTurnTool: absent, requestToolApproval: absent },
    ...{ endTurn: absent, summarizeConversation: absent, settleConversation: absent },
    ...{ rememberConversation: absent },
    ...{ tendSpace: absent, readDocument: absent, parseDocument: absent, embedDocument: absent },
  };
  const runId = crypto.randomUUID();
  const input: PipelineRunInput = {
    ...{ runId, pipelineId: runId, pipelineName: 'patient', pipelineVersion: 1, trigger: 'api' },
    ...{ plan: compilePlan(definition, new Map()), timeoutMs, costLimitUsd: 1 },
  };
  const worker = await openWorker({
    connection: nativeConnection,
    namespace: 'default',
    taskQueue: runId,
    activities,
  });
  const now = (): Promise<number> => temporal.current.currentTimeMs();
  const begin = await now();
  const outcome: unknown = await worker.runUntil(
    client.workflow
      .execute('pipelineWorkflow', {
        taskQueue: runId,
        workflowId: workflowIdOf.pipelineRun(runId),
        args: [input],
      })
      .catch((error: unknown) => error),
  );
  return { outcome, ends, calls, tookMs: (await now()) - begin };
}

it('waits for hours between the attempts of an action and goes on', async () => {
  const { ends, calls, tookMs } = await runWith({ failures: 3, timeoutMs: 24 * HOUR_MS });
  expect({ ends, calls }).toEqual({ ends: ['completed'], calls: 4 });
  expect(tookMs).toBeGreaterThanOrEqual(3 * HOUR_MS);
});

it('times out while an action waits for its next attempt, and says so', async () => {
  const { outcome, ends, calls } = await runWith({ failures: 10, timeoutMs: 1.5 * HOUR_MS });
  expect(outcome).toBeInstanceOf(WorkflowFailedError);
  expect({ ends, calls }).toEqual({ ends: ['timed_out'], calls: 2 });
});
