import { setTimeout as sleep } from 'node:timers/promises';

import { z } from 'zod';

import { GatheringFailure } from '../../contracts/failure.ts';
import type { Id } from '../../contracts/ids.ts';
import { workflowIdOf } from '../../contracts/place.ts';
import type { Permission } from '../../contracts/policy.ts';
import type { RunStatus } from '../../contracts/run.ts';
import { isTerminal, RunStarted } from '../../contracts/run.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { Route } from '../route.ts';
import { route } from '../route.ts';

const OneRun = z.object({ id: z.string() });
/** So long at most an answer waits until the engine has been told: what is stored holds, and reaches it later. */
const TELL_MS = 1_000;

type Dependencies = Pick<ApiDependencies, 'store' | 'signalSender' | 'runStarter' | 'runCanceler'>;

/** What people decide about runs that are under way. */
export function runControlRoutes({ store, signalSender, runStarter, runCanceler }: Dependencies): Route[] {
  const { runControls } = store;

  const control = (
    verb: 'cancel' | 'pause' | 'resume',
    { summary, permission }: { summary: string; permission: Permission },
    act: (id: Id) => Promise<RunStatus>,
    tell: (id: Id, status: RunStatus) => Promise<void>,
  ): Route =>
    route(
      {
        ...{ method: 'post', path: `/runs/:id/${verb}`, summary, permission },
        ...{ params: OneRun, response: RunStarted, status: 202 },
      },
      async ({ params: { id } }) => {
        const before = await store.runs.getRunStatus(id);
        if (isTerminal(before)) throw ended(before);
        const status = await act(id);
        // Whoever cancels a run that has not begun ends it by that.
        if (isTerminal(status) && !(verb === 'cancel' && status === 'canceled')) throw ended(status);
        await Promise.race([tell(id, status), sleep(TELL_MS)]);
        const now = await store.runs.getRunStatus(id);
        return { body: { id, status: now, workflowId: workflowIdOf.pipelineRun(id) } };
      },
    );

  return [
    control(
      'cancel',
      { summary: 'Cancel a run; asking again changes nothing', permission: 'runs:cancel' },
      (id) => runControls.requestCancel(id),
      (id) => runCanceler.cancelNow(id),
    ),
    control(
      'pause',
      { summary: 'Pause a run: what runs ends, nothing else begins', permission: 'runs:pause' },
      (id) => runControls.setPaused(id, true),
      (id) => signalSender.sendNow(id),
    ),
    control(
      'resume',
      { summary: 'Let a paused run go on', permission: 'runs:pause' },
      (id) => runControls.setPaused(id, false),
      async (id, status) => {
        const queued = status === 'queued' ? await store.runStarts.findQueued(id) : null;
        if (queued !== null) runStarter.startSoon(queued);
        await signalSender.sendNow(id);
      },
    ),
  ];
}

const ended = (status: string): GatheringFailure =>
  new GatheringFailure('Conflict', `The run has ended: it is ${status}.`);
