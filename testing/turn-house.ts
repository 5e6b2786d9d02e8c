import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { MockActivityEnvironment } from '@temporalio/testing';
import { v7 as uuid } from 'uuid';

import {
  type ConversationActivities,
  createConversationActivities,
} from '../activities/conversation/index.ts';
import {
  createMemoryActivities,
  createRecallForTurn,
  type MemoryActivities,
} from '../activities/memory/index.ts';
import { createAccountedModel, type ModelPort } from '../activities/model/index.ts';
import { createToolRegistry } from '../activities/tool/index.ts';
import { createStartConversation } from '../api/start-conversation.ts';
import { CreateAgent } from '../contracts/agent.ts';
import { CreateCircle, type MemberRole } from '../contracts/circle.ts';
import { PostMessage, StartConversation, type TurnPurpose } from '../contracts/conversation.ts';
import type { ConversationState } from '../contracts/conversation-state.ts';
import type { StoredEvent } from '../contracts/event.ts';
import { mentionsIn } from '../contracts/mentions.ts';
import { type ModelRequest, ModelResponse, type ProviderName } from '../contracts/model.ts';
import { createOutbound } from '../platform/outbound/index.ts';
import type { Person } from '../store/conversations.ts';
import { createLedger } from '../store/ledger.ts';
import type { Pool } from '../store/pool.ts';
import { createStore, type Store } from '../store/store.ts';

type Hooks = Parameters<ModelPort['call']>[1];

/** What a model answers; its text is streamed unless the model has streamed something itself. */
export type ScriptedModel = (
  request: ModelRequest,
  hooks: Hooks,
) => Partial<ModelResponse> | Promise<Partial<ModelResponse>>;

/** Which attempt an activity is. */
export interface AttemptOf {
  engineRunId?: string;
  attempt?: number;
}

export interface NewAgent {
  name: string;
  role?: MemberRole;
  tools?: readonly string[];
  approveTools?: readonly string[];
  instructions?: string;
  provider?: ProviderName;
  model?: string;
  memoryScopes?: CreateAgent['memoryScopes'];
}

/** What a conversation lets happen. */
type TurnActivities = ConversationActivities & MemoryActivities;

/** A conversation whose activities a test calls itself, in the place of a workflow. */
export interface TurnConversation {
  id: string;
  circleId: string;
  /** By name. */
  agents: Readonly<Record<string, string>>;
  post(content: string, more?: Partial<PostMessage>): Promise<string>;
  /** A turn's model call; the number is the state's next one unless it is given. */
  speak(
    agent: string,
    more?: AttemptOf & { number?: number; step?: number; purpose?: TurnPurpose; remainingMs?: number },
  ): ReturnType<ConversationActivities['speak']>;
  state(): Promise<ConversationState>;
  call<Name extends keyof TurnActivities>(
    name: Name,
    input: Omit<Parameters<TurnActivities[Name]>[0], 'conversationId'>,
    attempt?: AttemptOf,
  ): Promise<Awaited<ReturnType<TurnActivities[Name]>>>;
  said(): Promise<string[]>;
  events(): Promise<StoredEvent[]>;
}

export interface TurnHouse {
  pool: Pool;
  store: Store;
  person: Person;
  model: ScriptedModel;
  /** Of every call of the model, oldest first. */
  requests: ModelRequest[];
  start(agents: readonly (string | NewAgent)[], more?: object): Promise<TurnConversation>;
  /** Another conversation of the same circle. */
  startBeside(other: TurnConversation, more?: object): Promise<TurnConversation>;
}

const USAGE = { inputTokens: 10, outputTokens: 5, cachedInputTokens: 0, reasoningTokens: 0, costUsd: 0.01 };
const quiet = () => undefined;
const LOGGER = { error: quiet, warn: quiet, info: quiet, debug: quiet };

/** Everything that turns need but a workflow: a database, a scripted model, real activities. */
export async function openTurnHouse(pool: Pool): Promise<TurnHouse> {
  const store = createStore(pool);
  const person = await store.users.insertUser({
    ...{ email: `${uuid()}@example.com`, name: 'Pia', role: 'admin', passwordHash: '' },
  });
  const house: TurnHouse = {
    ...{ pool, store, person, requests: [] },
    model: () => ({ text: 'Hello' }),
    start: (agents, more = {}) => start(house, activities, agents, more),
    startBeside: (other, more = {}) => startIn(house, activities, other, more),
  };
  const shared = {
    ...{ pool, logger: LOGGER, failpoint: () => Promise.resolve() },
    model: createAccountedModel({
      model: { call: (request, hooks) => answer(house, request, hooks) },
      ledger: createLedger(pool),
    }),
  };
  const outbound = createOutbound({ allow: [] });
  const tools = createToolRegistry({
    outbound,
    clock: { now: () => new Date(0) },
    memory: { ...store, model: shared.model },
  });
  const activities: TurnActivities = {
    ...createMemoryActivities({ ...shared, memory: store }),
    ...createConversationActivities({
      ...{ ...shared, tools, home: join(tmpdir(), 'gathering-turns') },
      recall: createRecallForTurn(store),
    }),
  };
  return house;
}

async function answer(house: TurnHouse, request: ModelRequest, hooks: Hooks): Promise<ModelResponse> {
  house.requests.push(request);
  const streamed: string[] = [];
  const onText = (text: string): void => {
    streamed.push(text);
    hooks.onText(text);
  };
  const given = await house.model(request, { ...hooks, onText });
  const response = ModelResponse.parse({
    text: '',
    toolCalls: [],
    finishReason: 'stop',
    usage: USAGE,
    ...given,
  });
  if (streamed.length === 0 && response.text !== '') hooks.onText(response.text);
  return response;
}

async function start(
  { store, person }: TurnHouse,
  activities: TurnActivities,
  members: readonly (string | NewAgent)[],
  more: object,
): Promise<TurnConversation> {
  const suffix = uuid().slice(-12);
  const circle = await store.circles.insertCircle(CreateCircle.parse({ name: `circle ${suffix}` }), person);
  const agents: Record<string, string> = {};
  for (const member of members) {
    const {
      name,
      role = 'member',
      ...given
    }: NewAgent = typeof member === 'string' ? { name: member } : member;
    const agent = CreateAgent.parse({
      name: `${name} ${suffix}`,
      role: 'tester',
      provider: 'demo',
      model: 'demo',
      ...given,
    });
    const { id } = await store.agents.insertAgent(agent);
    await store.circles.putMember(circle.id, id, { kind: 'agent', role });
    agents[name] = id;
  }
  return startIn({ store, person }, activities, { circleId: circle.id, agents }, more);
}

async function startIn(
  { store, person }: Pick<TurnHouse, 'store' | 'person'>,
  activities: TurnActivities,
  { circleId, agents }: Pick<TurnConversation, 'circleId' | 'agents'>,
  more: object,
): Promise<TurnConversation> {
  const id = uuid();
  const asked = StartConversation.parse({ circleId, topic: 'Tea or coffee?', ...more });
  await store.conversations.insertConversation(
    await createStartConversation(store)(asked, person, 'test'),
    person,
    id,
  );
  return conversationOf({ store, person }, activities, { id, circleId, agents });
}

function conversationOf(
  { store, person }: Pick<TurnHouse, 'store' | 'person'>,
  activities: TurnActivities,
  { id, circleId, agents }: Pick<TurnConversation, 'id' | 'circleId' | 'agents'>,
): TurnConversation {
  const workflowExecution = (engineRunId: string) => ({
    workflowId: `conversation:${id}`,
    runId: engineRunId,
  });
  const call: TurnConversation['call'] = (name, input, { engineRunId = randomUUID(), attempt = 1 } = {}) => {
    const environment = new MockActivityEnvironment({
      attempt,
      workflowExecution: workflowExecution(engineRunId),
    });
    // The names and what belongs to them come from one interface; TypeScript does not keep them together.
    const activity = activities[name] as (given: object) => Promise<never>;
    return environment.run(activity, { ...input, conversationId: id });
  };
  const state = () => call('readConversation', {});
  return {
    ...{ id, circleId, agents, call, state },
    post: async (content, more = {}) => {
      const named = (await store.conversationMessages.listNamed(id)).filter(({ kind }) => kind === 'agent');
      const post = { ...PostMessage.parse({ content, ...more }), mentions: mentionsIn(content, named) };
      return (await store.conversationMessages.postMessage(id, post, person)).id;
    },
    speak: async (agent, { number, step = 0, purpose = 'speak', remainingMs = 60_000, ...attempt } = {}) => {
      const turn = {
        number: number ?? (await state()).nextTurn,
        agentId: agents[agent] ?? agent,
        purpose,
        reason: 'Its turn',
      };
      return call('speak', { turn, step, budget: { remainingMs } }, attempt);
    },
    said: async () => {
      const { items } = await store.conversationMessages.listMessages(id, {
        after: 0,
        limit: 1000,
        branch: undefined,
      });
      return items.map(({ author, content, status }) => {
        const mark = status === 'completed' ? '' : ` (${status})`;
        return `${author.name.split(' ')[0] ?? ''}: ${content}${mark}`;
      });
    },
    events: async () => [
      ...(await store.events.listEvents(`conversations/${id}`, { after: 0, limit: 1000 })),
    ],
  };
}
