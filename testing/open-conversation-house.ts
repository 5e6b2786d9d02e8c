import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { NativeConnection } from '@temporalio/worker';
import { v7 as uuid } from 'uuid';

import { type ActivityDependencies, createActivities } from '../activities/index.ts';
import { createRunTools, createToolRegistry } from '../activities/tool/index.ts';
import { startMemoryWaker } from '../api/memory-waker.ts';
import { type SignalSender, startSignalSender } from '../api/signal-sender.ts';
import { CreateAgent } from '../contracts/agent.ts';
import { CreateCircle, type MemberRole } from '../contracts/circle.ts';
import { type ModelRequest, ModelResponse } from '../contracts/model.ts';
import { createConversationWake } from '../platform/conversation-workflow.ts';
import { createIsolate } from '../platform/expression/isolate.ts';
import type { Failpoint } from '../platform/failpoint.ts';
import { createMemoryWake } from '../platform/memory-workflows.ts';
import { createOutbound } from '../platform/outbound/index.ts';
import { createRunWorkflowStart } from '../platform/run-workflow.ts';
import type { Person } from '../store/conversations.ts';
import { openPool, type Pool } from '../store/pool.ts';
import { createStore, type Store } from '../store/store.ts';
import { buildBundle } from '../worker/build-bundle.ts';
import { openWorker } from '../worker/open-worker.ts';
import type { TemporalAccess } from './open-pipeline-house.ts';
import { type RunningWorker, stopped } from './running-worker.ts';
import { startConversation, type StartedConversation, type StartOptions } from './started-conversation.ts';

type ModelCallHooks = Parameters<ActivityDependencies['model']['call']>[1];

/** What a model answers; its text is streamed at once unless the model has streamed something itself. */
export type SpeakingModel = (
  request: ModelRequest,
  hooks: Pick<ModelCallHooks, 'signal' | 'onText'>,
) => Partial<ModelResponse> | Promise<Partial<ModelResponse>>;

export interface NewMember {
  name: string;
  role?: MemberRole;
  tools?: readonly string[];
  approveTools?: readonly string[];
  limits?: object;
  instructions?: string;
  memoryScopes?: CreateAgent['memoryScopes'];
}

export interface TestCircle {
  id: string;
  /** Ids of its agents, by their names in this test. */
  agents: Readonly<Record<string, string>>;
}

/** A database, a worker with every real activity, wake-ups as the API sends them, and a model that answers as it is told. */
export interface ConversationHouse {
  readonly store: Store;
  readonly pool: Pool;
  readonly temporal: TemporalAccess;
  readonly sender: SignalSender;
  /** An administrator, who does what no other is named for. */
  readonly person: Person;
  /** What was logged as an error or a warning. */
  readonly complaints: readonly string[];
  model: SpeakingModel;
  failpoint: Failpoint;
  /** A circle of new agents; their names are theirs alone in the whole house. */
  circle(members: readonly (string | NewMember)[], more?: Partial<CreateCircle>): Promise<TestCircle>;
  agent(member: NewMember): Promise<string>;
  newPerson(role?: Person['role']): Promise<Person>;
  start(options: StartOptions): Promise<StartedConversation>;
  /** Ends the worker as a deploy does and starts another one. */
  restartWorker(meanwhile?: () => Promise<void>): Promise<void>;
}

export interface OpenedConversationHouse extends ConversationHouse {
  close(): Promise<void>;
}

const quiet = () => undefined;

export async function openConversationHouse(
  temporal: TemporalAccess,
  database: { url: string; embedded: boolean },
): Promise<OpenedConversationHouse> {
  const { client, namespace, taskQueue } = temporal;
  const folder = await mkdtemp(join(tmpdir(), 'gathering-house-'));
  const bundleFile = join(folder, 'workflow-bundle.js');
  await buildBundle(bundleFile);
  const pool = await openPool({ databaseUrl: database.url, embedded: database.embedded, min: 4, max: 20 });
  const store = createStore(pool);
  const connection = await NativeConnection.connect({ address: temporal.address });
  const complaints: string[] = [];
  const complain = (message: string, { error }: { error?: unknown } = {}): void =>
    void complaints.push(`${message}: ${String(error)} ${error instanceof Error ? String(error.cause) : ''}`);
  const logger = { error: complain, warn: complain, info: quiet, debug: quiet };
  const parts = { isolate: createIsolate(), outbound: createOutbound({ allow: [] }) };
  const sender = startSignalSender({
    ...{ client, signals: store.signals, logger, failpoint: () => Promise.resolve() },
    wakeConversation: createConversationWake(client, taskQueue),
  });
  const memoryWaker = startMemoryWaker({
    ...{ wakeUps: store.wakeUps, logger, failpoint: () => Promise.resolve() },
    wakeMemoryWorkflow: createMemoryWake(client, taskQueue),
  });
  const house: ConversationHouse = {
    ...{ store, pool, temporal, sender, complaints, person: await insertPerson(store) },
    model: () => ({ text: 'Hello' }),
    failpoint: () => Promise.resolve(),
    agent: async (member) => (await insertAgent(store, member)).id,
    newPerson: (role) => insertPerson(store, role),
    circle: (members, more = {}) => insertCircle(house, members, more),
    start: (options) => startConversation(house, options),
    restartWorker: async (meanwhile = () => Promise.resolve()) => {
      await stopped(worker);
      await meanwhile();
      worker = await launch();
    },
  };
  const launch = async (): Promise<RunningWorker> => {
    const starting = {
      ...{ pool, logger, providers: [], costLimitUsd: 5 },
      startRunWorkflow: createRunWorkflowStart(client, taskQueue),
    };
    const activities = createActivities({
      ...{ ...parts, ...starting, home: folder },
      model: { call: (request, hooks) => answer(house, request, hooks) },
      tools: createToolRegistry({
        ...{ outbound: parts.outbound, clock: { now: () => new Date() } },
        ...{ pipelines: createRunTools(starting), memory: store },
      }),
      failpoint: (name, key) => house.failpoint(name, key),
      memory: store,
    });
    const opened = await openWorker({ connection, namespace, taskQueue, bundleFile, activities });
    return { worker: opened, running: opened.run() };
  };
  let worker = await launch();
  return Object.assign(house, {
    close: async () => {
      await stopped(worker);
      await Promise.all([sender.stop(), memoryWaker.stop()]);
      await Promise.all([connection.close(), parts.isolate.close(), parts.outbound.close(), pool.end()]);
      await rm(folder, { recursive: true, force: true });
    },
  });
}

const USAGE = { inputTokens: 10, outputTokens: 5, cachedInputTokens: 0, reasoningTokens: 0, costUsd: 0 };

async function answer(
  { model }: ConversationHouse,
  request: ModelRequest,
  { signal, onText }: ModelCallHooks,
): Promise<ModelResponse> {
  const streamed: string[] = [];
  const response = ModelResponse.parse({
    ...{ text: '', toolCalls: [], finishReason: 'stop', usage: USAGE },
    ...(await model(request, {
      signal,
      onText: (text) => {
        streamed.push(text);
        onText(text);
      },
    })),
  });
  if (streamed.length === 0 && response.text !== '') onText(response.text);
  return response;
}

function insertPerson(store: Store, role: Person['role'] = 'admin'): Promise<Person> {
  const email = `${uuid()}@example.com`;
  return store.users.insertUser({ email, name: 'Pia', role, passwordHash: '' });
}

const insertAgent = (
  store: Store,
  { name, tools, approveTools, limits, instructions, memoryScopes }: NewMember,
) =>
  store.agents.insertAgent(
    CreateAgent.parse({
      ...{ name, role: 'tester', provider: 'demo', model: 'demo' },
      ...{ tools, approveTools, limits, instructions, memoryScopes },
    }),
  );

async function insertCircle(
  { store, person }: ConversationHouse,
  members: readonly (string | NewMember)[],
  more: Partial<CreateCircle>,
): Promise<TestCircle> {
  const suffix = uuid().slice(-12);
  const circle = await store.circles.insertCircle(
    CreateCircle.parse({ name: `circle ${suffix}`, ...more }),
    person,
  );
  const agents: Record<string, string> = {};
  for (const member of members) {
    const given = typeof member === 'string' ? { name: member } : member;
    const { id } = await insertAgent(store, { ...given, name: `${given.name} ${suffix}` });
    await store.circles.putMember(circle.id, id, { kind: 'agent', role: given.role ?? 'member' });
    agents[given.name] = id;
  }
  return { id: circle.id, agents };
}
