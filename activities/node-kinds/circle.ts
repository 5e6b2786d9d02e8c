import { GatheringFailure } from '../../contracts/failure.ts';
import type { Json } from '../../contracts/json.ts';
import { nodeFact } from '../../contracts/node-facts.ts';
import { MAX_TOPIC_CHARACTERS } from '../../contracts/node-kinds/circle.ts';
import { effectKeyOf } from '../../contracts/place.ts';
import { DEFAULT_PORT } from '../../contracts/plan.ts';
import type { CircleNodes, Discussion, RefusedDiscussion } from '../../store/circle-nodes.ts';
import type { RunRecords } from '../../store/run-records.ts';
import type { RunSteps } from '../../store/run-steps.ts';
import type { ActivityAttempt } from '../engine/activity-attempt.ts';
import { failedFact } from '../engine/failed-fact.ts';
import type { Activities, NodeStep } from '../index.ts';
import type { BeginNode } from './begin-node.ts';
import { nodeAt } from './node-at.ts';

export interface CircleDependencies {
  records: RunRecords;
  steps: Pick<RunSteps, 'tellFacts'>;
  circles: CircleNodes;
  beginNode: BeginNode;
}

/** The beginning and the end of a circle's node; in between, its conversation is a workflow of its own. */
export function createCircleActivities({ records, steps, circles, beginNode }: CircleDependencies) {
  /** The conversation that was begun first stands, after a reset or in the next execution of the workflow too. */
  const startCircle = async (
    { runId, place, facts }: NodeStep,
    attempt: ActivityAttempt,
  ): Promise<Discussion> => {
    const known = await circles.findDiscussion(runId, place);
    if (known !== null) {
      await steps.tellFacts(runId, facts);
      return known;
    }
    const record = await records.getRunRecord(runId);
    const node = nodeAt(record, place, 'circle');
    const subject = { runId, place, kind: node.type };
    return beginNode({ record, place, node, facts, attempt }, async (given) => {
      const topic = topicOf(given);
      const { circle, mode, settings } = node.config;
      const started = await circles.startDiscussion(
        {
          ...{ runId, place, circle, topic, mode, settings },
          requestId: effectKeyOf(runId, place),
        },
        (conversationId) => [
          ...facts,
          nodeFact(subject, 'node.started', { input: { circle, topic }, conversationId }),
        ],
      );
      if (typeof started === 'string') throw refusalOf(started, circle);
      return started;
    });
  };

  const completeCircle = async ({
    runId,
    place,
    conversationId,
    facts,
  }: Parameters<Activities['completeCircle']>[0]): ReturnType<Activities['completeCircle']> => {
    const node = nodeAt(await records.getRunRecord(runId), place, 'circle');
    const subject = { runId, place, kind: node.type };
    const { output, failure, costUsd } = await circles.readOutcome(conversationId);
    if (failure === null) {
      await steps.tellFacts(runId, [
        ...facts,
        nodeFact(subject, 'node.completed', { output, port: DEFAULT_PORT }),
      ]);
      return { costUsd };
    }
    await steps.tellFacts(runId, [...facts, failedFact(subject, node.onError, failure)]);
    return { costUsd, error: failure };
  };

  return { startCircle, completeCircle };
}

/** @throws GatheringFailure LimitExceeded */
function topicOf(given: Json): string {
  const topic = typeof given === 'string' ? given : given === null ? '' : JSON.stringify(given);
  if (topic.trim() === '')
    throw new GatheringFailure('InvalidInput', 'There is nothing to discuss: the topic is empty');
  if (topic.length <= MAX_TOPIC_CHARACTERS) return topic;
  const message = `The topic has ${topic.length} characters, a circle takes ${MAX_TOPIC_CHARACTERS}`;
  throw new GatheringFailure('LimitExceeded', message);
}

function refusalOf(refused: RefusedDiscussion, circle: string): GatheringFailure {
  switch (refused) {
    case 'absent':
      return new GatheringFailure('NotFound', `There is no circle "${circle}" for who started the run`);
    case 'silent':
      return new GatheringFailure('InvalidInput', `No agent speaks in the circle "${circle}"`);
    case 'ended':
      return new GatheringFailure('Conflict', 'The run has ended');
  }
}
