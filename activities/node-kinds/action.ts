import { ApplicationFailure } from '@temporalio/common';

import type { Fact } from '../../contracts/event.ts';
import type { Failure } from '../../contracts/failure.ts';
import { failedOutcome } from '../../contracts/graph/index.ts';
import { isJsonObject, type Json, type JsonObject } from '../../contracts/json.ts';
import { nodeFact } from '../../contracts/node-facts.ts';
import type { PipelineNode } from '../../contracts/pipeline.ts';
import { itemOf, nodeIn, type NodePlace } from '../../contracts/place.ts';
import { DEFAULT_PORT, type NodeOutcome, RUN_PAUSED } from '../../contracts/plan.ts';
import type { Outbound } from '../../platform/outbound/index.ts';
import type { RunRecord, RunRecords } from '../../store/run-records.ts';
import type { ActivityAttempt } from '../engine/activity-attempt.ts';
import type { EffectRunner, EffectTools, Performed } from '../engine/effect.ts';
import type { ReadsAt } from '../expression/bindings.ts';
import type { EvaluateNode } from '../expression/evaluate-node.ts';
import type { ActionsStep, ItemLinesResult, ItemLinesStep, SegmentResult } from '../index.ts';
import type { ToolRegistry } from '../tool/index.ts';
import { breakerOf } from './breaker-of.ts';
import { callApi } from './call-api.ts';
import type { ExecutePipeline } from './execute-pipeline.ts';
import { nodeAt, noResultWithin, planNodeAt } from './node-at.ts';
import { createMask, maskOutput, masksOf, type OpenSecrets } from './secrets.ts';
import { recallInRun, rememberInRun, type RunMemory } from './use-memory.ts';
import { useTool } from './use-tool.ts';
import { writeFile } from './write-file.ts';

export type ActionNode = Extract<PipelineNode, { type: 'action' }>;

/** What an action is done with: its config with the expressions filled in. */
export interface ActionTools extends Pick<EffectTools, 'key' | 'signal'> {
  given: JsonObject;
  /** The same with masks in place of secrets: what everybody may read. */
  shown: Json;
  timeoutMs: number;
  runId: string;
  runFolder: string;
  outbound: Outbound;
}

export interface ActionDependencies {
  records: RunRecords;
  runEffect: EffectRunner;
  evaluateNode: EvaluateNode;
  readsAt: ReadsAt;
  openSecrets: OpenSecrets;
  outbound: Outbound;
  tools: Pick<ToolRegistry, 'run'>;
  executePipeline: ExecutePipeline;
  memory: RunMemory;
  /** The folder of a run's files. */
  runFolderOf: (runId: string) => string;
}

/** After so long, what is left of a line is for another activity: a deploy waits for what runs, but not for ever. */
const LINE_MS = 5_000;

/** A line of actions: each is an effect of its own, and the next one is not begun before it is recorded. */
export function createRunActions(deps: ActionDependencies) {
  return async (
    { runId, place, line, facts }: ActionsStep,
    attempt: ActivityAttempt,
  ): Promise<SegmentResult> => {
    const record = await deps.records.getRunRecord(runId);
    const [head = '', ...inside] = place.path.toReversed();
    const scope = { path: inside.toReversed(), indexes: place.indexes };
    const endMs = performance.now() + LINE_MS;
    const result = await runLine(deps, { record, scope, ids: [head, ...line], endMs }, facts, attempt);
    // The failure of the first is the activity's own.
    if (result.thrown !== undefined && result.outcomes.length <= 1) throw result.thrown;
    return resultOf(result);
  };
}

/** The same for the graphs of items that are such a line: item after item, which is far cheaper than an activity each. */
export function createRunItemLines(deps: ActionDependencies) {
  return async (
    { runId, map, line, indexes, facts }: ItemLinesStep,
    attempt: ActivityAttempt,
  ): Promise<ItemLinesResult> => {
    const record = await deps.records.getRunRecord(runId);
    const endMs = performance.now() + LINE_MS;
    for (const [done, index] of indexes.entries()) {
      if (done > 0 && performance.now() > endMs) return { done };
      const site = { record, scope: itemOf(map, index), ids: line, endMs };
      const result = await runLine(deps, site, done === 0 ? facts : [], attempt);
      const isWhole = result.outcomes.length === line.length && result.thrown === undefined;
      if (isWhole) continue;
      if (result.outcomes.length > 0) return { done, last: resultOf(result) };
      // Nothing has begun, since the run is paused: the workflow hears of that where it hears of nothing else.
      if (done === 0 && result.thrown !== undefined) throw result.thrown;
      return { done };
    }
    return { done: indexes.length };
  };
}

interface LineSite {
  record: RunRecord;
  scope: NodePlace;
  ids: readonly string[];
  /** By `performance.now()`: no action but the first begins after that. */
  endMs: number;
}

interface LineEnd {
  outcomes: readonly NodeOutcome[];
  /** What the last one failed with for good, or that it has not begun because the run is paused. */
  thrown?: ApplicationFailure;
  error?: Failure;
}

const resultOf = ({ outcomes, error }: LineEnd): SegmentResult =>
  error === undefined ? { outcomes } : { outcomes, error };

/** @throws what is to be tried again */
async function runLine(
  deps: ActionDependencies,
  { record, scope, ids, endMs }: LineSite,
  facts: readonly Fact[],
  attempt: ActivityAttempt,
): Promise<LineEnd> {
  const outcomes: NodeOutcome[] = [];
  for (const id of ids) {
    if (outcomes.length > 0 && performance.now() > endMs) break;
    const site = { record, place: nodeIn(scope, id) };
    try {
      await runAction(deps, site, outcomes.length === 0 ? facts : [], attempt);
      outcomes.push({ id, status: 'completed', port: DEFAULT_PORT });
    } catch (error) {
      if (!(error instanceof ApplicationFailure) || !error.nonRetryable) throw error;
      if (error.type === RUN_PAUSED)
        return outcomes.length === 0 ? { outcomes, thrown: error } : { outcomes };
      const { type, onError } = nodeAt(record, site.place, 'action');
      outcomes.push(failedOutcome(id, type, onError));
      const failure = { type: error.type ?? 'Unavailable', message: error.message, nodeId: id };
      return { outcomes, thrown: error, error: failure };
    }
  }
  return { outcomes };
}

/** One effect: its expressions are evaluated once it is claimed, and secrets are known only from there on. */
async function runAction(
  deps: ActionDependencies,
  { record, place }: { record: RunRecord; place: NodePlace },
  facts: readonly Fact[],
  attempt: ActivityAttempt,
): Promise<void> {
  const runId = record.id;
  const node = nodeAt(record, place, 'action');
  const { timeoutMs } = planNodeAt(record, place);
  const reads = deps.readsAt(record, place);
  const subject = { runId, place, kind: node.type };

  const perform = async (tools: EffectTools): Promise<Performed> => {
    const secrets = await deps.openSecrets(reads.reads?.secrets ?? []);
    const hasSecrets = Object.keys(secrets).length > 0;
    const evaluate = (visible: Readonly<Record<string, string>>) =>
      deps.evaluateNode(
        { record, place, reads, values: tools.claim.values, now: attempt.scheduledAt, secrets: visible },
        tools.signal,
      );
    // The mask first: an expression that fails with it says so without a secret in its message.
    const shown = await evaluate(masksOf(secrets));
    const filled = hasSecrets ? await evaluate(secrets) : shown;
    if (!isJsonObject(filled)) throw new TypeError("an action's template is no object");
    tools.given.input = shown;
    const mask = createMask(secrets, filled, shown);
    tools.mask.text = mask;
    const output = await doAction(node, deps, record, {
      ...{ key: tools.key, signal: tools.signal, given: filled, shown, timeoutMs },
      ...{ runId, runFolder: deps.runFolderOf(runId), outbound: deps.outbound },
    });
    const recorded = hasSecrets ? maskOutput(output, mask) : output;
    const completed = { input: shown, output: recorded, port: DEFAULT_PORT };
    return { result: null, facts: [nodeFact(subject, 'node.completed', completed)] };
  };

  await deps.runEffect(
    {
      ...{ runId, place, node, suffix: '', perform },
      ...breakerOf(record, place, node),
      timeout: { ms: timeoutMs, failure: () => noResultWithin(timeoutMs) },
      needs: {
        facts: [...facts, nodeFact(subject, 'node.started', {})],
        reads: [...reads.keys.values()],
        items: reads.items,
      },
    },
    attempt,
  );
}

function doAction(
  { config }: ActionNode,
  { tools, executePipeline, memory }: Pick<ActionDependencies, 'tools' | 'executePipeline' | 'memory'>,
  record: RunRecord,
  action: ActionTools,
): Promise<Json> {
  switch (config.action) {
    case 'call_api':
      return callApi(config, action);
    case 'write_file':
      return writeFile(action);
    case 'call_tool':
      return useTool(config, action, tools);
    case 'execute_pipeline': {
      const given = isJsonObject(action.shown) ? action.shown : {};
      return executePipeline(config, { given, key: action.key }, record);
    }
    case 'remember':
      return rememberInRun(config, action, { record, memory });
    case 'recall':
      return recallInRun(config, action, { memory });
  }
}
