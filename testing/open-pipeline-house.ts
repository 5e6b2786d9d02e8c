import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Client, WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { v7 as uuid } from 'uuid';

import { type Activities, createActivities } from '../activities/index.ts';
import { createRunTools, createToolRegistry } from '../activities/tool/index.ts';
import { Agent } from '../contracts/agent.ts';
import { millisecondsOf } from '../contracts/duration.ts';
import type { StoredEvent } from '../contracts/event.ts';
import type { JsonObject } from '../contracts/json.ts';
import { type ModelRequest, ModelResponse } from '../contracts/model.ts';
import type { PipelineDefinition } from '../contracts/pipeline.ts';
import { channelOf, workflowIdOf } from '../contracts/place.ts';
import type { PipelineRunInput } from '../contracts/plan.ts';
import { isTerminal, type PinnedPipeline, type Run } from '../contracts/run.ts';
import { createIsolate, type Isolate } from '../platform/expression/isolate.ts';
import type { Failpoint } from '../platform/failpoint.ts';
import { createOutbound, type Outbound } from '../platform/outbound/index.ts';
import { compilePlan } from '../platform/pipeline/compile-plan.ts';
import type { PipelinesByKey } from '../platform/pipeline/sub-pipelines.ts';
import { validatePipeline } from '../platform/pipeline/validate-pipeline.ts';
import { createRunWorkflowStart } from '../platform/run-workflow.ts';
import { createSealer } from '../platform/sealed.ts';
import { openPool, type Pool } from '../store/pool.ts';
import { createStore, type Store } from '../store/store.ts';
import { buildBundle } from '../worker/build-bundle.ts';
import { openWorker } from '../worker/open-worker.ts';
import type { pipelineWorkflow } from '../workflows/index.ts';
import { type HttpTarget, startHttpTarget } from './http-target.ts';
import { type RunningWorker, stopped } from './running-worker.ts';
import { eventually } from './test-server.ts';

/** What a model answers; `text` is streamed as it is. */
export type ScriptedModel = (
  request: ModelRequest,
  signal: AbortSignal,
) => Partial<ModelResponse> | Promise<Partial<ModelResponse>>;

export interface StartOptions extends Partial<
  Pick<PipelineRunInput, 'costLimitUsd' | 'continueAfterEvents'>
> {
  input?: JsonObject;
  /** Before its workflow is started. */
  paused?: boolean;
  canceled?: boolean;
  /** A user's id. */
  startedBy?: string;
  /** Its own for each run unless named. */
  pipelineId?: string;
  agents?: Record<string, Agent>;
  /** Other pipelines that it runs, by their names. */
  pipelines?: Record<string, object>;
}

export interface StartedRun {
  id: string;
  handle: WorkflowHandleWithFirstExecutionRunId<typeof pipelineWorkflow>;
  /** Waits until the run has ended. */
  ended(limitMs?: number): Promise<Run>;
  events(): Promise<StoredEvent[]>;
}

/** A database, a worker with every real activity, a target for HTTP calls, and a model that answers as it is told. */
export interface PipelineHouse {
  readonly store: Store;
  readonly pool: Pool;
  readonly target: HttpTarget;
  readonly sealer: ReturnType<typeof createSealer>;
  readonly folder: string;
  model: ScriptedModel;
  failpoint: Failpoint;
  /** @throws when the definition is not valid */
  start(
    definition: Omit<PipelineDefinition, 'description' | 'timeout'> | object,
    options?: StartOptions,
  ): Promise<StartedRun>;
  /** Ends the worker as a deploy does, handing back what takes too long, and starts another one. */
  restartWorker(meanwhile?: () => Promise<void>): Promise<void>;
}

const KEY = new Uint8Array(32).fill(7);
const TEXT_PIECE = 24;

export interface TemporalAccess {
  address: string;
  namespace: string;
  taskQueue: string;
  client: Client;
}

export interface OpenedHouse extends PipelineHouse {
  close(): Promise<void>;
}

export async function openPipelineHouse(
  temporal: TemporalAccess,
  database: { url: string; embedded: boolean },
): Promise<OpenedHouse> {
  const folder = await mkdtemp(join(tmpdir(), 'gathering-house-'));
  const bundleFile = join(folder, 'workflow-bundle.js');
  const [target] = await Promise.all([startHttpTarget(), buildBundle(bundleFile)]);
  const pool = await openPool({ databaseUrl: database.url, embedded: database.embedded, min: 4, max: 20 });
  // One of its own: a shared one could not be closed before this worker is.
  const connection = await NativeConnection.connect({ address: temporal.address });
  const isolate = createIsolate();
  const outbound = createOutbound({ allow: [target.host] });
  const house: PipelineHouse = {
    ...{ store: createStore(pool), pool, target, folder, sealer: createSealer(KEY) },
    model: () => ({ text: 'Hello' }),
    failpoint: () => Promise.resolve(),
    start: (definition, options) => startRun(house, temporal, definition, options ?? {}),
    restartWorker: async (meanwhile = () => Promise.resolve()) => {
      await stopped(worker);
      await meanwhile();
      worker = await launch();
    },
  };
  const launch = async (): Promise<RunningWorker> => {
    const { namespace, taskQueue } = temporal;
    const activities = activitiesOf(house, isolate, outbound, temporal);
    const opened = await openWorker({ connection, namespace, taskQueue, bundleFile, activities });
    return { worker: opened, running: opened.run() };
  };
  let worker = await launch();
  return Object.assign(house, {
    close: async () => {
      await stopped(worker);
      await Promise.all([connection.close(), isolate.close(), outbound.close(), pool.end(), target.close()]);
      await rm(folder, { recursive: true, force: true });
    },
  });
}

function activitiesOf(
  house: PipelineHouse,
  isolate: Isolate,
  outbound: Outbound,
  { client, taskQueue }: TemporalAccess,
): Activities {
  const quiet = () => undefined;
  const starting = {
    ...{ pool: house.pool, providers: [], costLimitUsd: 5 },
    startRunWorkflow: createRunWorkflowStart(client, taskQueue),
    logger: { error: quiet, warn: quiet, info: quiet, debug: quiet },
  };
  return createActivities({
    ...{ ...starting, isolate, outbound, home: house.folder, sealer: house.sealer },
    model: {
      call: async (request, { onText, signal }) => {
        const response = ModelResponse.parse({
          ...{ text: '', toolCalls: [], finishReason: 'stop' },
          usage: { inputTokens: 10, outputTokens: 5, cachedInputTokens: 0, reasoningTokens: 0, costUsd: 0 },
          ...(await house.model(request, signal)),
        });
        for (let at = 0; at < response.text.length; at += TEXT_PIECE)
          onText(response.text.slice(at, at + TEXT_PIECE));
        return response;
      },
    },
    tools: createToolRegistry({
      ...{ outbound, clock: { now: () => new Date() } },
      pipelines: createRunTools(starting),
    }),
    failpoint: (name, key) => house.failpoint(name, key),
  });
}

async function startRun(
  { store }: PipelineHouse,
  { client, taskQueue }: TemporalAccess,
  written: object,
  { input = {}, agents = {}, pipelines: others = {}, costLimitUsd = 5, ...more }: StartOptions,
): Promise<StartedRun> {
  const { continueAfterEvents, pipelineId = uuid(), paused = false, canceled = false } = more;
  const { startedBy = 'test' } = more;
  const pipelines = new Map<string, PinnedPipeline>();
  for (const [name, other] of Object.entries(others)) {
    const checked = validated({ ...other, name }, { agents, pipelines });
    pipelines.set(name, { id: uuid(), name, version: 1, definition: checked });
  }
  const definition = validated({ name: 'test', ...written }, { agents, pipelines });
  const plan = compilePlan(definition, new Map(Object.entries(agents)), pipelines);
  const { run } = await store.runStarts.startRun({
    ...{ pipeline: { id: pipelineId, name: definition.name, version: 1 }, definition, agents, input },
    pipelines: Object.fromEntries(pipelines),
    ...{ trigger: 'api', requestId: 'test', startedBy },
    workflowInput: (runId) => ({
      ...{ runId, pipelineId, pipelineName: definition.name, pipelineVersion: 1, trigger: 'api', plan },
      ...{ timeoutMs: millisecondsOf(definition.timeout), costLimitUsd },
      ...(continueAfterEvents === undefined ? {} : { continueAfterEvents }),
    }),
  });
  const [queued] = (await store.runStarts.findQueuedFor(-1, 200)).filter(({ id }) => id === run.id);
  if (queued === undefined) throw new Error('the run is not queued');
  if (paused) await store.runControls.setPaused(run.id, true);
  if (canceled) await store.runControls.requestCancel(run.id);
  const handle = await client.workflow.start<typeof pipelineWorkflow>('pipelineWorkflow', {
    ...{ taskQueue, workflowId: workflowIdOf.pipelineRun(run.id), args: [queued.workflowInput] },
  });
  const get = () => store.runs.getRun(run.id, { maxOutputBytes: 10_000_000 });
  return {
    id: run.id,
    handle,
    ended: async (limitMs) => {
      await eventually(async () => {
        const status = await store.runs.getRunStatus(run.id);
        if (!isTerminal(status)) throw new Error(`the run is ${status}`);
      }, limitMs).catch(async (error: unknown) => {
        throw new Error(JSON.stringify((await get()).nodes.slice(0, 100)), { cause: error });
      });
      return get();
    },
    events: async () => [
      ...(await store.events.listEvents(channelOf.run(run.id), { after: 0, limit: 10_000 })),
    ],
  };
}

function validated(
  written: object,
  { agents, pipelines }: { agents: object; pipelines: PipelinesByKey },
): PipelineDefinition {
  const validation = validatePipeline(written, { agents: new Set(Object.keys(agents)), pipelines });
  if (!validation.ok) throw new Error(JSON.stringify(validation.problems));
  return validation.definition;
}

/** An agent of the scripted model. */
export const anAgent = (more: Partial<Agent> = {}): Agent =>
  Agent.parse({
    ...{ id: uuid(), name: 'Ada', role: 'tester', persona: null, provider: 'demo', model: 'demo' },
    ...{ personality: {}, instructions: 'Be brief.', tools: [], memoryScopes: [], limits: {}, version: 1 },
    ...{ createdAt: '2026-01-01T00:00:00.000Z', updatedAt: '2026-01-01T00:00:00.000Z' },
    ...more,
  });
