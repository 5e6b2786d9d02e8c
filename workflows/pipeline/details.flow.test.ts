import { expect, it } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import { z } from 'zod';

import { withPipelines } from '../../testing/pipeline-house.ts';
import { call, edge, pipeline } from '../../testing/pipeline-parts.ts';
import { withTemporal } from '../../testing/shared-servers.ts';
import { eventually } from '../../testing/test-server.ts';

const temporal = withTemporal();
const house = withPipelines(temporal);

const Metadata = z.object({ currentDetails: z.string() });

/** What Temporal's Web UI asks for a workflow's page. */
const detailsOf = async (handle: WorkflowHandle): Promise<string> =>
  Metadata.parse(await handle.query('__temporal_workflow_metadata')).currentDetails;

const untilTheyFit = (handle: WorkflowHandle, words: RegExp): Promise<string> =>
  eventually(async () => {
    const details = await detailsOf(handle);
    if (!words.test(details)) throw new Error(details);
    return details;
  });

it('shows on the page of the workflow what runs, what waits and for whom, and what has failed', async () => {
  const answer = Promise.withResolvers<object>();
  house.target.answer = ({ path }) => (path === '/slow' ? answer.promise : { status: 404 });
  const url = house.target.url;
  const asks = { title: 'May it go?', approvers: ['role:editor'] };
  const run = await house.start(
    pipeline(
      [
        call('slow', { url: `${url}/slow` }, { name: 'Ask the slow one' }),
        call('gone', { url: `${url}/gone` }, { onError: 'continue' }),
        { id: 'review', type: 'human', config: asks },
        { id: 'wait', type: 'delay', config: { duration: '1 hour' } },
      ],
      [edge('gone', 'review')],
    ),
  );
  const details = await untilTheyFit(run.handle, /review/);
  expect(details).toMatch(/^\*\*digest\*\* v1: 1 of 4 nodes decided/);
  expect(details).toContain('- `slow/0` Ask the slow one: action');
  expect(details).toContain('- `review/0`: for role:editor');
  expect(details).toMatch(/- `wait\/0`: for its time until 20/);
  expect(details).toMatch(/\*\*Failed\*\*\n\n- `gone\/0`: action/);
  answer.resolve({});
  await run.handle.cancel();
  await run.ended();
});

it('names the times in the timers', async () => {
  const until = new Date(Date.now() + 3_600_000).toISOString();
  const wait = { id: 'wait', type: 'delay', config: { until } };
  const run = await house.start({ nodes: [wait], edges: [] });
  const summaries = await eventually(async () => {
    const { events } = await run.handle.fetchHistory();
    const timers = (events ?? []).filter(({ timerStartedEventAttributes: timer }) => timer);
    const found = timers.map(({ userMetadata }) => Buffer.from(userMetadata?.summary?.data ?? []).toString());
    if (!found.some((text) => text.includes('wait'))) throw new Error(found.join());
    return found;
  });
  expect(summaries).toContain(`"wait: until ${until}"`);
  await run.handle.cancel();
  await run.ended();
});
