/** @jest-environment ./dashboard/testing/browser-environment.mjs */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';

import type { Run } from '../../../../contracts/run.ts';
import { stubBrowser } from '../../../testing/browser-stubs.ts';
import { aRun, aRunNode, later, PIPELINE_ID, RUN_ID } from '../../../testing/builders.ts';
import type { FakeRoutes } from '../../../testing/fake-api.ts';
import { renderRoute } from '../../../testing/render-route.tsx';

beforeAll(stubBrowser);

const channel = `runs/${RUN_ID}`;
const path = `/runs/${RUN_ID}`;

function open(run: Run, at = path, routes: FakeRoutes = {}) {
  const held = { run };
  const page = renderRoute(at, { [`GET ${path}`]: () => ({ body: held.run }), ...routes });
  const tell = (type: string, sequence: number, data: Record<string, unknown>) =>
    page.deliver({ type, channel, sequence, data: { timestamp: later(sequence), ...data } });
  return { ...page, tell, serve: (next: Run) => (held.run = next) };
}
const node = (nodePath: string, kind = 'agent') => ({
  nodeId: nodePath,
  path: nodePath,
  iteration: '0',
  kind,
});
const line = (label: string) =>
  within(screen.getByRole('list', { name: 'Timeline of nodes' })).getByRole('link', {
    name: new RegExp(`^${label}`),
  });

describe('the page of a run', () => {
  it('follows its events to the end, and offers the report', async () => {
    const user = userEvent.setup();
    const report = `# Tea\n\n${'Green tea is not fermented. '.repeat(5)}`;
    const { tell, rooms, serve } = open(aRun());
    await screen.findByText('Running');
    expect(rooms.get(channel)?.after).toBe(2);
    tell('node.started', 3, node('report'));
    await waitFor(() => expect(line('Write the report').getAttribute('aria-label')).toContain('Running'));
    tell('node.completed', 4, { ...node('report'), output: { text: report } });
    const ended = aRun({
      status: 'completed',
      endedAt: later(5),
      output: { report: { text: report } },
      sequence: 5,
    });
    serve(ended);
    tell('run.completed', 5, { output: { report: { text: report } } });
    await user.click(await screen.findByRole('button', { name: 'Open report' }));
    expect(await screen.findByRole('heading', { name: 'Tea' })).toBeDefined();
    await waitFor(() => expect(rooms.has(channel)).toBe(false));
  });

  it('asks before it cancels', async () => {
    const user = userEvent.setup();
    const { calls } = open(aRun(), path, {
      [`POST ${path}/cancel`]: { status: 202, body: { status: 'running' } },
    });
    const canceled = () => calls.some((call) => call.path.endsWith('/cancel'));
    await user.click(await screen.findByRole('button', { name: 'Cancel run' }));
    await user.click(await screen.findByRole('button', { name: 'Keep it running' }));
    expect(canceled()).toBe(false);
    await user.click(screen.getByRole('button', { name: 'Cancel run' }));
    await user.click(
      within(await screen.findByRole('alertdialog')).getByRole('button', { name: 'Cancel run' }),
    );
    await waitFor(() => expect(canceled()).toBe(true));
  });

  it('pauses and resumes without a question', async () => {
    const user = userEvent.setup();
    const told: string[] = [];
    const answer = (verb: string, status: string) => () => {
      told.push(verb);
      serve(aRun({ status: status === 'paused' ? 'paused' : 'running' }));
      return { status: 202, body: { id: RUN_ID, status, workflowId: 'w' } };
    };
    const { serve } = open(aRun(), path, {
      [`POST ${path}/pause`]: answer('pause', 'paused'),
      [`POST ${path}/resume`]: answer('resume', 'running'),
    });
    await user.click(await screen.findByRole('button', { name: 'Pause' }));
    await user.click(await screen.findByRole('button', { name: 'Resume' }));
    await screen.findByRole('button', { name: 'Pause' });
    expect(told).toEqual(['pause', 'resume']);
  });

  it('forks from a node with another output of one before it', async () => {
    const user = userEvent.setup();
    const split = aRunNode('split', {
      ...{ status: 'completed', attempts: 1, output: ['a'] },
      ...{ startedAt: later(0), endedAt: later(1) },
    });
    const failed = aRunNode('each', { kind: 'map', status: 'failed', attempts: 1, startedAt: later(1) });
    const source = aRun({ status: 'failed', endedAt: later(2), nodes: [split, failed] });
    const { calls, address } = open(source, `${path}/fork/each`, {
      [`POST ${path}/fork`]: {
        status: 202,
        body: { id: PIPELINE_ID, status: 'queued', workflowId: 'w' },
      },
    });
    const drawer = await screen.findByRole('dialog', { name: 'Fork from “each”' });
    await user.selectOptions(await within(drawer).findByLabelText(/^Replace an output/), 'split');
    const output = await within(drawer).findByLabelText('Output of Split it');
    await user.clear(output);
    await user.type(output, '[["b"');
    await user.click(within(drawer).getByRole('button', { name: 'Fork run' }));
    await within(drawer).findByText(/This is not JSON/);
    await user.type(output, ']');
    await user.click(within(drawer).getByRole('button', { name: 'Fork run' }));
    await waitFor(() => expect(address()).toBe(`/runs/${PIPELINE_ID}`));
    expect(calls.find((call) => call.path.endsWith('/fork'))?.body).toEqual({
      fromNode: 'each',
      overrides: { split: ['b'] },
    });
  });

  it('says what failed, what was kept and what to do', async () => {
    const error = { type: 'NotAuthenticated', message: 'The key was refused (401)', nodeId: 'report' };
    const failed = aRunNode('report', {
      kind: 'agent',
      status: 'failed',
      attempts: 1,
      startedAt: later(1),
      endedAt: later(2),
      error,
    });
    open(
      aRun({
        status: 'failed',
        endedAt: later(2),
        error,
        nodes: [aRunNode('split', { status: 'completed' }), failed],
      }),
    );
    const banner = await screen.findByRole('alert');
    expect(banner.textContent).toContain('Write the report failed: the credentials were refused');
    expect(banner.textContent).toContain('The key was refused (401)');
    expect(banner.textContent).toContain(
      '1 node completed; what they gave is kept. Check the provider’s key',
    );
    expect(screen.getByRole('link', { name: /Run again/ }).getAttribute('href')).toContain(`from=${RUN_ID}`);
  });

  it('shows an agent’s text while it is written, and its output afterwards', async () => {
    const running = aRun({
      nodes: [aRunNode('report', { kind: 'agent', status: 'running', attempts: 1, startedAt: later(1) })],
    });
    const full = { ...running.nodes[0], input: { prompt: 'Write about tea' } };
    const { deliver, tell } = open(running, `${path}/nodes/report`, {
      [`GET ${path}/nodes/report`]: { body: full },
    });
    const drawer = await screen.findByRole('dialog', { name: 'Write the report' });
    await within(drawer).findByText('Waiting for the first words …');
    const turn = { turnId: `${RUN_ID}/report/0/model.1`, attempt: 1, path: 'report', iteration: '0' };
    deliver({ type: 'turn.snapshot', channel, data: { ...turn, text: 'Green tea ' } });
    deliver({ type: 'turn.delta', channel, data: { ...turn, offset: 10, text: 'is green.' } });
    await within(drawer).findByText('Green tea is green.');
    tell('node.completed', 3, { ...node('report'), output: { text: 'Tea, finished.' } });
    await within(drawer).findByText('Tea, finished.');
  });

  it('keeps the drawer in the address: Esc closes it', async () => {
    const user = userEvent.setup();
    const { address } = open(aRun(), `${path}/nodes/split`);
    await screen.findByRole('dialog', { name: 'Split it' });
    await user.keyboard('{Escape}');
    await waitFor(() => expect(address()).toBe(path));
  });

  it('goes through the timeline by j and k', async () => {
    const user = userEvent.setup();
    open(aRun());
    await screen.findByRole('list', { name: 'Timeline of nodes' });
    await user.keyboard('jj');
    expect(document.activeElement).toBe(line('each'));
    await user.keyboard('k{Enter}');
    await screen.findByRole('dialog', { name: 'Split it' });
  });

  it('says so when there is no such run, with the way back', async () => {
    renderRoute(path, {});
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('Not found');
    expect(within(alert).getByRole('link', { name: 'All runs' })).toBeDefined();
  });
});
