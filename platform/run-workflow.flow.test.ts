import { beforeAll, expect, it } from '@jest/globals';
import type { WorkflowExecutionDescription } from '@temporalio/client';
import { Connection } from '@temporalio/client';
import { v7 as uuid } from 'uuid';

import { prepareNamespace } from '../cli/start/temporal-namespace.ts';
import { workflowIdOf } from '../contracts/place.ts';
import type { PipelineRunInput } from '../contracts/plan.ts';
import { withTemporal } from '../testing/shared-servers.ts';
import { eventually } from '../testing/test-server.ts';
import { createRunWorkflowStart } from './run-workflow.ts';

const temporal = withTemporal();
beforeAll(async () => {
  const { address, namespace } = temporal.current;
  const connection = await Connection.connect({ address });
  await prepareNamespace(connection, namespace);
  await connection.close();
});

async function start(more: Partial<PipelineRunInput>): Promise<WorkflowExecutionDescription> {
  const { client, taskQueue } = temporal.current;
  const id = uuid();
  const workflowInput = {
    ...{ runId: id, pipelineId: 'p', pipelineName: 'digest', pipelineVersion: 3, trigger: 'fork' },
    ...{ plan: { nodes: [], edges: [] }, timeoutMs: 1000, costLimitUsd: 1, ...more },
  };
  const startWorkflow = createRunWorkflowStart(client, taskQueue);
  await startWorkflow({ id, requestId: 'request 7', workflowInput });
  // A run that is started again is the same run.
  await startWorkflow({ id, requestId: 'request 7', workflowInput });
  const handle = client.workflow.getHandle(workflowIdOf.pipelineRun(id));
  const description = await handle.describe();
  await handle.terminate();
  return description;
}

it('is found by its run, pipeline, version, trigger, parent and tags, and says what it is', async () => {
  const description = await start({ parentRunId: 'the other', tags: ['nightly', 'acme'] });
  const found = Object.fromEntries(
    description.typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]),
  );
  expect(found).toMatchObject({
    ...{ GatheringKind: 'pipeline-run', GatheringPipeline: 'digest', GatheringVersion: '3' },
    ...{ GatheringTrigger: 'fork', GatheringParent: 'the other' },
    GatheringRun: expect.any(String),
    GatheringTags: expect.arrayContaining(['nightly', 'acme']),
  });
  expect(description.memo).toEqual({ requestId: 'request 7', pipelineId: 'p' });
  expect(await description.staticSummary()).toBe('digest v3');
  expect(await description.staticDetails()).toMatch(/comes from run `the other`[^]*nightly, acme/);
});

it('is listed by a query as an operator writes it', async () => {
  const tag = uuid();
  await start({ tags: [tag] });
  const { client } = temporal.current;
  const type = await eventually(async () => {
    for await (const { type } of client.workflow.list({ query: `GatheringTags = "${tag}"` })) return type;
    throw new Error('nothing is listed');
  });
  expect(type).toBe('pipelineWorkflow');
});
