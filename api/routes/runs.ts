import { z } from 'zod';

import { Duration, millisecondsOf } from '../../contracts/duration.ts';
import { EVENT_OUTPUT_LIMIT_BYTES, StoredEvent } from '../../contracts/event.ts';
import { pageOf, PageQuery } from '../../contracts/page.ts';
import { channelOf } from '../../contracts/place.ts';
import { Run, RunNode, RunStarted, RunSummary, StartRun } from '../../contracts/run.ts';
import { RunSearch } from '../../contracts/run-search.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { triggerOf } from '../middleware/trigger.ts';
import { withPendingNodes } from '../presenters/pending-nodes.ts';
import type { Route } from '../route.ts';
import { route } from '../route.ts';
import { createAcceptRun } from '../start-run.ts';
import { OnePipeline } from './pipelines.ts';

const MAX_INPUT_BYTES = 16 * 1024 * 1024;
/** Of Postgres: every output is smaller. */
const LARGEST_INTEGER = 2_147_483_647;
const MAX_WAIT_MS = 60_000;
const ITERATION = /^\d{1,9}(\.\d{1,9})*$/;
const OneRun = z.object({ id: z.string() });

const ListQuery = PageQuery.extend(RunSearch.shape);
const GetQuery = z.strictObject({
  wait: Duration.optional().describe(
    'Answers as soon as the run has ended, or when this time is up; at most 60 s',
  ),
  outputs: z
    .enum(['all', 'small'])
    .default('all')
    .describe('`small` leaves outputs of nodes above 64 KB out'),
});
const EventsQuery = z.strictObject({
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

export function runRoutes(dependencies: ApiDependencies): Route[] {
  const { store, tail } = dependencies;
  const acceptRun = createAcceptRun(dependencies);
  return [
    route(
      {
        method: 'post',
        path: '/pipelines/:id/runs',
        summary: 'Start a run of the latest published version, or of the named one',
        permission: 'runs:start',
        params: OnePipeline,
        body: StartRun.prefault({}),
        maxBodyBytes: MAX_INPUT_BYTES,
        response: RunStarted,
        status: 202,
        idempotent: true,
      },
      async ({ params, body, caller, request, requestId, claim }) => {
        const startedBy = caller.user.id;
        const trigger = triggerOf(request);
        const { run, replayed } = await acceptRun({
          ...body,
          pipeline: params.id,
          trigger,
          startedBy,
          requestId,
          claim,
        });
        return { body: run, replayed };
      },
    ),
    route(
      {
        method: 'get',
        path: '/runs',
        summary: 'List runs',
        permission: 'runs:read',
        query: ListQuery,
        response: pageOf(RunSummary),
      },
      async ({ query }) => ({ body: await store.runs.listRuns(query) }),
    ),
    route(
      {
        method: 'get',
        path: '/runs/:id',
        summary: 'Get a run with its nodes',
        permission: 'runs:read',
        params: OneRun,
        query: GetQuery,
        response: Run,
      },
      async ({ params, query, closed }) => {
        const waitMs = query.wait === undefined ? 0 : Math.min(millisecondsOf(query.wait), MAX_WAIT_MS);
        if (waitMs > 0) await tail.waitForEnd(params.id, waitMs, closed());
        const maxOutputBytes = query.outputs === 'small' ? EVENT_OUTPUT_LIMIT_BYTES : LARGEST_INTEGER;
        return { body: withPendingNodes(await store.runs.getRun(params.id, { maxOutputBytes })) };
      },
    ),
    route(
      {
        method: 'get',
        path: '/runs/:id/nodes/:path',
        summary: 'Get one node of a run, with its whole output and the input that it was given',
        permission: 'runs:read',
        params: OneRun.extend({ path: z.string().max(1_000) }),
        query: z.strictObject({ iteration: z.string().regex(ITERATION).default('0') }),
        response: RunNode,
      },
      async ({ params, query }) => ({
        body: await store.runs.getRunNode(params.id, { path: params.path, iteration: query.iteration }),
      }),
    ),
    route(
      {
        method: 'get',
        path: '/runs/:id/events',
        summary: 'List the events of a run, oldest first',
        permission: 'runs:read',
        params: OneRun,
        query: EventsQuery,
        response: pageOf(StoredEvent),
      },
      async ({ params, query: { after, limit } }) => {
        await store.runs.getRunStatus(params.id);
        const events = await store.events.listEvents(channelOf.run(params.id), { after, limit: limit + 1 });
        const items = events.slice(0, limit);
        const last = items.at(-1);
        const more = events.length > limit && last !== undefined;
        return { body: { items, nextCursor: more ? String(last.sequence) : null } };
      },
    ),
  ];
}
