/** @jest-environment ./dashboard/testing/browser-environment.mjs */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';

import { stubBrowser } from '../../../testing/browser-stubs.ts';
import { aRun, later, PIPELINE_ID, RUN_ID } from '../../../testing/builders.ts';
import { problem } from '../../../testing/fake-api.ts';
import { renderRoute } from '../../../testing/render-route.tsx';

beforeAll(stubBrowser);

const failed = aRun({ status: 'failed', endedAt: later(9), tags: ['red'] });
const page = { body: { items: [failed], nextCursor: null } };

describe('the list of runs', () => {
  it('asks for what stands in its address, and takes a filter off again', async () => {
    const user = userEvent.setup();
    const { calls, address } = renderRoute('/runs?status=failed,canceled&tag=red&minCost=0.5', {
      'GET /runs': page,
    });
    await screen.findByRole('table', { name: 'Runs' });
    const asked = () => calls.findLast((call) => call.path === '/runs' && !call.query.has('limit'))?.query;
    expect(Object.fromEntries(asked() ?? [])).toEqual({
      status: 'failed,canceled',
      tag: 'red',
      minCost: '0.5',
    });
    await user.click(screen.getByRole('button', { name: 'Remove filter tagged red' }));
    await waitFor(() => expect(asked()?.has('tag')).toBe(false));
    expect(address()).toBe('/runs?status=failed%2Ccanceled&minCost=0.5');
  });

  it('restarts what did not complete, after saying how many runs that are', async () => {
    const user = userEvent.setup();
    const refused = problem(409, 'Not possible in this state').body;
    const { calls } = renderRoute('/runs?tag=red', {
      'GET /runs': page,
      'POST /runs/restart': {
        status: 202,
        body: {
          items: [
            { runId: RUN_ID, newRunId: PIPELINE_ID },
            { runId: PIPELINE_ID, problem: refused },
          ],
          more: false,
        },
      },
    });
    await user.click(await screen.findByRole('button', { name: 'Restart failed runs' }));
    const dialog = await screen.findByRole('alertdialog');
    await within(dialog).findByText('1 run');
    await user.click(within(dialog).getByRole('button', { name: 'Restart runs' }));
    const report = await screen.findByRole('region', { name: 'What was restarted' });
    expect(report.textContent).toContain('1 run restarted');
    expect(report.textContent).toContain('was not restarted: Not possible in this state, in detail');
    expect(calls.find((call) => call.path === '/runs/restart')?.body).toEqual({
      filter: { tag: 'red', status: 'failed,timed_out,canceled' },
    });
  });

  it('deletes an ended run once somebody is sure', async () => {
    const user = userEvent.setup();
    const { calls } = renderRoute('/runs', {
      'GET /runs': page,
      [`DELETE /runs/${RUN_ID}`]: { status: 204 },
    });
    await user.click(await screen.findByRole('button', { name: 'Delete run digest 000001' }));
    await user.click(
      within(await screen.findByRole('alertdialog')).getByRole('button', { name: 'Delete run' }),
    );
    await screen.findByText('Run digest 000001 is deleted.');
    expect(calls.some(({ method }) => method === 'DELETE')).toBe(true);
  });
});
