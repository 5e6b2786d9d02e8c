import { z } from 'zod';

import { RestartedRuns, RestartRuns } from '../../contracts/restart.ts';
import { ForkRun, RunStarted } from '../../contracts/run.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { createForkRun } from '../fork-run.ts';
import { createRestartRuns } from '../restart-runs.ts';
import type { Route } from '../route.ts';
import { route } from '../route.ts';

const MAX_BYTES = 16 * 1024 * 1024;

/** New runs that begin where others were. */
export function runForkRoutes(dependencies: ApiDependencies): Route[] {
  const forkRun = createForkRun(dependencies);
  const restartRuns = createRestartRuns(dependencies, forkRun);
  return [
    route(
      {
        method: 'post',
        path: '/runs/:id/fork',
        summary:
          'Begin a new run at a node of this one: what came before is taken over, and nothing is called for it',
        permission: 'runs:start',
        params: z.object({ id: z.string() }),
        body: ForkRun,
        maxBodyBytes: MAX_BYTES,
        response: RunStarted,
        status: 202,
        idempotent: true,
      },
      async ({ params, body, caller, requestId, claim }) => {
        const { run, replayed } = await forkRun({
          ...body,
          ...{ source: params.id, trigger: 'fork', startedBy: caller.user.id, requestId, claim },
        });
        return { body: run, replayed };
      },
    ),
    route(
      {
        method: 'post',
        path: '/runs/restart',
        summary:
          'Begin anew, each where it failed, all runs that fit and were not restarted yet; at most 200 a call',
        permission: 'runs:start',
        body: RestartRuns.prefault({}),
        response: RestartedRuns,
        status: 202,
        idempotent: true,
      },
      async ({ body, caller, requestId, claim }) => {
        const { restarted, replayed } = await restartRuns({
          ...{ filter: body.filter, startedBy: caller.user.id, requestId, claim },
        });
        return { body: restarted, replayed };
      },
    ),
  ];
}
