/**
 * Everything that workflows let happen outside of themselves. An activity gets ids and gives back ids, statuses and counts:
 * values stay in Postgres. Each is safe to repeat; what it throws is a failure for good, or the engine's to try again.
 */
import { join } from 'node:path';

import type { Fact } from '../contracts/event.ts';
import type { Failure } from '../contracts/failure.ts';
import type { ProviderStatus } from '../contracts/model.ts';
import type { NodePlace } from '../contracts/place.ts';
import type { NodeOutcome, RunEnd } from '../contracts/plan.ts';
import type { Embedders } from '../platform/embeddings/index.ts';
import type { Isolate } from '../platform/expression/isolate.ts';
import type { Failpoint } from '../platform/failpoint.ts';
import type { Logger } from '../platform/logger.ts';
import type { Outbound } from '../platform/outbound/index.ts';
import { createSchemaCompiler } from '../platform/pipeline/json-schema.ts';
import type { StartRunWorkflow } from '../platform/run-workflow.ts';
import type { Sealer } from '../platform/sealed.ts';
import { createApprovalSteps } from '../store/approval-steps.ts';
import { createCircleNodes } from '../store/circle-nodes.ts';
import { createEffects } from '../store/effects.ts';
import { createLedger } from '../store/ledger.ts';
import { createMemoryStore, type MemoryStore } from '../store/memory/memory-store.ts';
import type { Pool } from '../store/pool.ts';
import { createRunRecords } from '../store/run-records.ts';
import { createRunSteps } from '../store/run-steps.ts';
import { createSecrets } from '../store/secrets.ts';
import { createCallModel } from './agent/call-model.ts';
import { createCallTool } from './agent/call-tool.ts';
import { type ConversationActivities, createConversationActivities } from './conversation/index.ts';
import { createDocumentActivities, type DocumentActivities } from './document/index.ts';
import { createEmbeddingActivities, type EmbeddingActivities } from './embedding/index.ts';
import { createEffectRunner } from './engine/effect.ts';
import { withAttempt } from './engine/with-attempt.ts';
import { createReadsAt } from './expression/bindings.ts';
import { createEvaluateNode } from './expression/evaluate-node.ts';
import { createMemoryActivities, createRecallForTurn, type MemoryActivities } from './memory/index.ts';
import { createAccountedModel, type ModelPort, type Price } from './model/index.ts';
import { createRunActions, createRunItemLines } from './node-kinds/action.ts';
import { createBeginNode } from './node-kinds/begin-node.ts';
import { createCircleActivities } from './node-kinds/circle.ts';
import { createStartDelay } from './node-kinds/delay.ts';
import { createExecutePipeline } from './node-kinds/execute-pipeline.ts';
import { createHumanActivities } from './node-kinds/human.ts';
import { createMapActivities } from './node-kinds/map.ts';
import { createOpenSecrets } from './node-kinds/secrets.ts';
import { createRunActivities } from './run-activities.ts';
import { createEvaluateSegments } from './segment/evaluate-segments.ts';
import { createStartRunFor } from './start-run-for.ts';
import type { ToolRegistry } from './tool/index.ts';

/** What rides on every activity: facts that only the workflow knows, told before anything else. */
interface Carrying {
  runId: string;
  facts: readonly Fact[];
}

/** An activity about one node. */
export interface NodeStep extends Carrying {
  place: NodePlace;
}

/** One graph in which something pure can be computed. */
export interface SegmentRequest {
  /** '' at the top, else the item of a map. */
  scope: NodePlace;
  /** In the order in which they were decided. */
  decided: readonly NodeOutcome[];
}

/** What a segment or a line of actions decided, in order; `error` is that of a node that ends the graph. */
export interface SegmentResult {
  outcomes: readonly NodeOutcome[];
  error?: Failure;
}

/** `place` is that of the first action. */
export interface ActionsStep extends NodeStep {
  /** Ids of the actions that follow it in the same graph, see `lineFrom`. */
  line: readonly string[];
}

/** Items of the map at `map` whose graphs are one line of actions each. */
export interface ItemLinesStep extends Carrying {
  map: NodePlace;
  line: readonly string[];
  indexes: readonly number[];
}

/** So many of the items are completed, in their order; `last`: how far the next one has come. What is left has not begun. */
export interface ItemLinesResult {
  done: number;
  last?: SegmentResult;
}

export interface ModelStep extends NodeStep {
  step: number;
  budget: { remainingMs: number; maxOutputTokens?: number };
}

export interface ModelStepResult {
  /** None: the model has answered, and the node is completed. */
  toolCalls: { id: string; name: string; signature: string }[];
  usage: { inputTokens: number; outputTokens: number; costUsd: number };
}

/** How far an approval has come that a run waits for. */
export interface AskedPeople {
  /** Nobody has settled it yet. */
  pending: boolean;
  /** By the engine's clock, in milliseconds since 1970. */
  askedAtMs: number;
  /** Number of the last reminder. */
  reminders: number;
  escalated: boolean;
}

export interface Activities
  extends ConversationActivities, DocumentActivities, EmbeddingActivities, MemoryActivities {
  /** Computes everything pure that can be computed now, and tells of it, in one transaction. */
  evaluateSegments(
    input: Carrying & { requests: readonly SegmentRequest[] },
  ): Promise<{ results: SegmentResult[] }>;
  /**
   * Does the effects of a line of actions, one after the other and each once under its own key, for as long as that takes no
   * long time: what is left is for the next activity. Fails for good when the retries of the first one are used up.
   */
  runActions(input: ActionsStep): Promise<SegmentResult>;
  /** The same for the lines of several items of a map, one item after the other; ends at the first that is not completed. */
  runItemLines(input: ItemLinesStep): Promise<ItemLinesResult>;
  /** Asks the model for the next step of an agent's turn; its answer without a tool call completes the node. */
  callModel(input: ModelStep): Promise<ModelStepResult>;
  /** Runs one tool call of the step; what it gave, good or not, is for the model. */
  callTool(input: NodeStep & { step: number; toolCallId: string }): Promise<void>;
  /** Ends an agent's node or a map that its workflow has given up. */
  failNode(input: NodeStep & { error: Failure }): Promise<void>;
  /** Lists and keeps the items of a map; `misfits` are those that the pipeline that they are for does not take. */
  startMap(input: NodeStep): Promise<{ count: number; misfits: readonly number[] }>;
  /** Collects the outputs of a map's items. */
  completeMap(input: NodeStep & { failed: readonly number[]; sinks: readonly string[] }): Promise<void>;
  /** Works out until when a node waits, in milliseconds since 1970; an instant that has passed is told at once. */
  startDelay(input: NodeStep): Promise<{ untilMs: number }>;
  /** Asks people, once for each place: later calls get how far that has come. */
  requestApproval(input: NodeStep): Promise<AskedPeople>;
  /** Reminds for the nth time, or asks others too (0); nothing where it is settled. */
  promptApprovers(input: NodeStep & { number: number }): Promise<void>;
  /**
   * Ends the node as people have decided, or as is said for nobody having done so when the time is up. No outcome: nothing is
   * decided yet. With an error, the node has failed for good.
   */
  settleApproval(
    input: NodeStep & { timeIsUp: boolean },
  ): Promise<{ outcome?: NodeOutcome; error?: Failure }>;
  /** Begins the conversation of a circle's node, once for each place: later calls get what was begun. */
  startCircle(input: NodeStep): Promise<{ id: string; startedAtMs: number }>;
  /** Ends the node as its conversation, which has ended, came out. With an error, the node has failed for good. */
  completeCircle(input: NodeStep & { conversationId: string }): Promise<{ costUsd: number; error?: Failure }>;
  publishFacts(input: Carrying): Promise<void>;
  /** Ends the run. Answers with the status that it has in the end, another one if it had ended before. */
  closeRun(
    input: Carrying & { status: RunEnd; sinks: readonly string[]; error?: Failure },
  ): Promise<{ status: RunEnd }>;
}

export interface ActivityDependencies {
  pool: Pool;
  isolate: Pick<Isolate, 'evaluate'>;
  outbound: Outbound;
  model: Pick<ModelPort, 'call'>;
  /** Prices of the house's own, which go before the list. */
  ownPrices?: readonly Price[];
  tools: ToolRegistry;
  /** Absent where the installation has no `SECRET_KEY`. */
  sealer?: Sealer;
  /** `GATHERING_HOME`, absolute: the files of runs are below it. */
  home: string;
  /** For runs that are started by runs. */
  startRunWorkflow: StartRunWorkflow;
  providers: readonly ProviderStatus[];
  /** Ceiling of what such a run may cost. */
  costLimitUsd: number;
  failpoint: Failpoint;
  logger: Logger;
  /** Absent: nothing is remembered. */
  memory?: MemoryStore;
  /** Absent: nothing is embedded. */
  embedders?: Embedders;
}

/** Every activity, made once a process. */
export function createActivities({
  pool,
  logger,
  home,
  sealer,
  tools,
  providers,
  ...deps
}: ActivityDependencies): Activities {
  const effects = createEffects(pool);
  const schemas = createSchemaCompiler();
  const shared = {
    ...deps,
    effects,
    model: createAccountedModel({
      ...{ model: deps.model, ledger: createLedger(pool) },
      ...(deps.ownPrices === undefined ? {} : { ownPrices: deps.ownPrices }),
    }),
    steps: createRunSteps(pool),
    approvals: createApprovalSteps(pool),
    circles: createCircleNodes(pool),
    records: createRunRecords(pool),
    readsAt: createReadsAt(),
    evaluateNode: createEvaluateNode(deps.isolate),
    schemas,
    runEffect: createEffectRunner({ effects, failpoint: deps.failpoint, logger }),
    runFolderOf: (runId: string) => join(home, 'runs', runId),
  };
  const beginning = { ...shared, beginNode: createBeginNode(shared) };
  const { startMap, completeMap } = createMapActivities(beginning);
  const { startCircle, completeCircle } = createCircleActivities(beginning);
  const { requestApproval, promptApprovers, settleApproval } = createHumanActivities(beginning);
  const { failNode, publishFacts, closeRun } = createRunActivities(shared);
  const openSecrets = createOpenSecrets(createSecrets(pool), sealer);
  const executePipeline = createExecutePipeline(createStartRunFor({ ...deps, pool, providers, logger }));
  const memory = deps.memory ?? createMemoryStore(pool);
  const actions = { ...shared, openSecrets, tools, executePipeline, memory };
  const { embedTexts } = memory;
  return {
    ...createEmbeddingActivities({ pool, logger, embedTexts }),
    ...createDocumentActivities({ pool, logger, embedTexts, failpoint: deps.failpoint }),
    ...createMemoryActivities({ ...shared, pool, memory, logger }),
    ...createConversationActivities({
      ...{ ...shared, pool, tools, home, logger },
      recall: createRecallForTurn(memory),
    }),
    evaluateSegments: withAttempt(createEvaluateSegments(shared), logger),
    runActions: withAttempt(createRunActions(actions), logger),
    runItemLines: withAttempt(createRunItemLines(actions), logger),
    callModel: withAttempt(createCallModel({ ...shared, tools: () => tools.list() }), logger),
    callTool: withAttempt(createCallTool({ ...shared, tools }), logger),
    failNode: withAttempt(failNode, logger),
    startMap: withAttempt(startMap, logger),
    completeMap: withAttempt(completeMap, logger),
    startDelay: withAttempt(createStartDelay(beginning), logger),
    requestApproval: withAttempt(requestApproval, logger),
    promptApprovers: withAttempt(promptApprovers, logger),
    settleApproval: withAttempt(settleApproval, logger),
    startCircle: withAttempt(startCircle, logger),
    completeCircle: withAttempt(completeCircle, logger),
    publishFacts: withAttempt(publishFacts, logger),
    closeRun: withAttempt(closeRun, logger),
  };
}
