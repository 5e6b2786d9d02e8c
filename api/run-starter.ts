import type { Client } from '@temporalio/client';
import {
  defineSearchAttributeKey,
  TypedSearchAttributes,
  WorkflowExecutionAlreadyStartedError,
} from '@temporalio/common';

import { workflowIdOf } from '../contracts/place.ts';
import type { PipelineRunInput } from '../contracts/plan.ts';
import type { Logger } from '../platform/logger.ts';
import { withLogContext } from '../platform/logger.ts';
import type { QueuedRun } from '../store/run-starts.ts';
import { createAtMost } from './at-most.ts';
import type { Precedence } from './precedence.ts';

export interface RunStarterDependencies {
  client: Client;
  taskQueue: string;
  logger: Logger;
  /** What goes before a start that nobody waits for: the acceptance of other runs. */
  acceptances: Pick<Precedence, 'afterwards'>;
  /** Where `npm run chaos` kills the process. */
  failpoint: (name: 'run.accepted' | 'run.starting', key: string) => Promise<void>;
}

export interface RunStarter {
  /**
   * Starts the workflow of an accepted run. Safe to repeat: its id is made of the run's, so there is one workflow and never a second.
   * False when the engine could not be reached; the run stays queued and the dispatcher starts it later.
   */
  start(run: QueuedRun): Promise<boolean>;
  /**
   * The same when it is its turn: what is stored is accepted, so whoever asked for the run need not wait for the engine, and those
   * who wait for their own acceptance go first.
   */
  startSoon(run: QueuedRun): void;
  /** Resolves once nothing of that is under way. */
  drained(): Promise<void>;
}

const START_TIMEOUT_MS = 5_000;
/** More at once make each one slower, and the requests beside them. */
const AT_ONCE = 4;
/** So long at most may a start wait for acceptances, however many come. */
const LET_PASS_MS = 300;
const [kind, pipeline, trigger] = [
  defineSearchAttributeKey('GatheringKind', 'KEYWORD'),
  defineSearchAttributeKey('GatheringPipeline', 'KEYWORD'),
  defineSearchAttributeKey('GatheringTrigger', 'KEYWORD'),
];

/** The one place where runs become workflows. */
export function createRunStarter({
  client,
  taskQueue,
  logger,
  acceptances,
  failpoint,
}: RunStarterDependencies): RunStarter {
  const startWorkflow = async ({ id, requestId, workflowInput }: QueuedRun): Promise<void> => {
    await client.workflow.start('pipelineWorkflow', {
      taskQueue,
      workflowId: workflowIdOf.pipelineRun(id),
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      workflowIdConflictPolicy: 'USE_EXISTING',
      args: [workflowInput],
      // A task that died with its worker is given to another one after so long; the default of 10 seconds is for slow workers.
      workflowTaskTimeout: '3 seconds',
      memo: { requestId },
      typedSearchAttributes: searchAttributesOf(workflowInput),
      staticSummary: `${workflowInput.pipelineName} v${workflowInput.pipelineVersion}`,
    });
  };

  const start: RunStarter['start'] = (run) =>
    withLogContext({ runId: run.id, workflowId: workflowIdOf.pipelineRun(run.id) }, async () => {
      await failpoint('run.accepted', run.id);
      try {
        await client.withDeadline(Date.now() + START_TIMEOUT_MS, () => startWorkflow(run));
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) {
          logger.warn('the engine did not take a run; it stays queued', { error });
          return false;
        }
      }
      await failpoint('run.starting', run.id);
      return true;
    });

  const inTurn = createAtMost(AT_ONCE);
  const underWay = new Set<Promise<unknown>>();

  return {
    start,
    startSoon(run) {
      const starting = acceptances
        .afterwards(LET_PASS_MS)
        .then(() => inTurn(() => start(run)))
        .catch((error: unknown) => logger.warn('a run could not be started; it stays queued', { error }))
        .finally(() => underWay.delete(starting));
      underWay.add(starting);
    },
    async drained() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}

const searchAttributesOf = (input: PipelineRunInput): TypedSearchAttributes =>
  new TypedSearchAttributes([
    { key: kind, value: 'pipeline-run' },
    { key: pipeline, value: input.pipelineName },
    { key: trigger, value: input.trigger },
  ]);
