import type { Fact } from '../../contracts/event.ts';
import { GatheringFailure } from '../../contracts/failure.ts';
import type { Json } from '../../contracts/json.ts';
import { nodeFact } from '../../contracts/node-facts.ts';
import type { PipelineNode } from '../../contracts/pipeline.ts';
import { nodePathOf } from '../../contracts/place.ts';
import type { SchemaCompiler } from '../../platform/pipeline/json-schema.ts';
import type { RunRecords } from '../../store/run-records.ts';
import type { RunSteps, StartedMap } from '../../store/run-steps.ts';
import type { ActivityAttempt } from '../engine/activity-attempt.ts';
import type { Activities, NodeStep } from '../index.ts';
import type { BeginNode } from './begin-node.ts';
import { nodeAt } from './node-at.ts';
import { type Fitted, fitted, misfitOf } from './sub-input.ts';

export interface MapDependencies {
  records: RunRecords;
  steps: Pick<RunSteps, 'startMap' | 'completeMap'>;
  beginNode: BeginNode;
  schemas: SchemaCompiler;
}

const MOST_ITEMS = 10_000;

type MapNode = Extract<PipelineNode, { type: 'map' | 'pipeline' }>;

/** The beginning and the end of a map; in between, its items are graphs of their own. A node of kind `pipeline` has one item. */
export function createMapActivities({ records, steps, beginNode, schemas }: MapDependencies) {
  /** Evaluating is no effect: a second attempt lists the same items, and the first list that was stored stands. */
  const startMap = async (
    { runId, place, facts }: NodeStep,
    attempt: ActivityAttempt,
  ): Promise<StartedMap> => {
    const record = await records.getRunRecord(runId);
    const node = nodeAt(record, place, 'map', 'pipeline');
    const schema = record.inside.get(nodePathOf(place))?.definition.inputSchema;
    return beginNode({ record, place, node, facts, attempt }, async (given) => {
      const items = fitted(itemsOf(node, given), schema, schemas);
      checkMisfits(node, items);
      return steps.startMap(runId, place, items, [...facts, startedFact(items)]);
    });

    function startedFact({ items }: Fitted): Fact {
      const subject = { runId, place, kind: node.type };
      if (node.type === 'map') return nodeFact(subject, 'node.started', { items: items.length });
      return nodeFact(subject, 'node.started', { input: items[0] ?? null });
    }
  };

  const completeMap = async ({
    runId,
    place,
    facts,
    ...ended
  }: Parameters<Activities['completeMap']>[0]): Promise<void> => {
    const { type } = nodeAt(await records.getRunRecord(runId), place, 'map', 'pipeline');
    await steps.completeMap(runId, place, { ...ended, kind: type }, facts);
  };

  return { startMap, completeMap };
}

function itemsOf(node: MapNode, given: Json): Json[] {
  if (node.type === 'pipeline') return [given];
  if (!Array.isArray(given)) throw new TypeError('the isolate gives lists as arrays');
  if (given.length <= MOST_ITEMS) return given;
  const message = `The list has ${given.length} items; a map takes ${MOST_ITEMS}`;
  throw new GatheringFailure('LimitExceeded', message);
}

/** What would fail the node anyway fails it before anything runs. */
function checkMisfits(node: MapNode, { misfits }: Fitted): void {
  const [first] = misfits;
  if (first === undefined) return;
  const [index, { message }] = first;
  if (node.type === 'pipeline') throw misfitOf(message);
  if (node.config.onError === 'fail') throw misfitOf(`Item ${index}: ${message}`);
}
