/** @jest-environment ./dashboard/testing/browser-environment.mjs */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';

import { stubBrowser } from '../../../testing/browser-stubs.ts';
import { aDefinition, aRun, AT, PIPELINE_ID, RUN_ID } from '../../../testing/builders.ts';
import { type FakeAnswer, type FakeRoutes, problem } from '../../../testing/fake-api.ts';
import { renderRoute } from '../../../testing/render-route.tsx';

beforeAll(stubBrowser);

const definition = aDefinition();
const pipeline = {
  id: PIPELINE_ID,
  name: 'digest',
  description: 'Digests.',
  definition,
  publishedVersion: 3,
  revision: 1,
  createdAt: AT,
  updatedAt: AT,
};
const started: FakeAnswer = {
  status: 202,
  body: { id: RUN_ID, status: 'queued', workflowId: `pipeline-run:${RUN_ID}` },
};

function open(start: FakeRoutes[string], { from = '' } = {}) {
  return renderRoute(`/pipelines/${PIPELINE_ID}/start${from}`, {
    [`GET /pipelines/${PIPELINE_ID}`]: { body: pipeline },
    [`GET /pipelines/${PIPELINE_ID}/versions/3`]: {
      body: { pipelineId: PIPELINE_ID, version: 3, definition, publishedAt: AT },
    },
    [`GET /runs/${RUN_ID}`]: { body: aRun({ input: { text: 'An earlier text', name: 'Earlier' } }) },
    [`POST /pipelines/${PIPELINE_ID}/runs`]: start,
  });
}
const submit = (user: ReturnType<typeof userEvent.setup>) =>
  user.click(screen.getByRole('button', { name: 'Start run' }));
const startsOf = (calls: ReturnType<typeof open>['calls']) => calls.filter((call) => call.method === 'POST');

describe('the start form', () => {
  it('takes a text from a file, names it, starts the run and goes to it', async () => {
    const user = userEvent.setup();
    const { calls, address } = open(started);
    await user.upload(
      await screen.findByLabelText('File with the text'),
      new File(['# Tea\n\nGreen.'], 'tea.md', { type: 'text/markdown' }),
    );
    await waitFor(() => expect(screen.getByLabelText<HTMLInputElement>(/^Name/).value).toBe('tea.md'));
    await submit(user);
    await waitFor(() => expect(address()).toBe(`/runs/${RUN_ID}`));
    expect(startsOf(calls).map((call) => call.body)).toEqual([
      { input: { text: '# Tea\n\nGreen.', name: 'tea.md' } },
    ]);
  });

  it('asks for what is missing before anything is sent, and leads to it', async () => {
    const user = userEvent.setup();
    const { calls } = open(started);
    const text = await screen.findByLabelText('Text');
    await submit(user);
    expect(await screen.findByText('Write or paste a text here, or choose a file.')).toBeDefined();
    await waitFor(() => expect(document.activeElement).toBe(text));
    expect(startsOf(calls)).toEqual([]);
  });

  it('shows what the API refused beside its field', async () => {
    const user = userEvent.setup();
    open(problem(422, 'The input is not valid', [{ path: '/input/name', message: 'must be shorter' }]));
    await user.type(await screen.findByLabelText('Text'), 'Green tea');
    await submit(user);
    expect(await screen.findByText('must be shorter')).toBeDefined();
    expect(screen.getByLabelText(/^Name/).getAttribute('aria-invalid')).toBe('true');
  });

  it('tries again under the same key, and under another one once the input is another', async () => {
    const user = userEvent.setup();
    const { calls } = open(problem(503, 'Temporarily unavailable'));
    await user.type(await screen.findByLabelText('Text'), 'Green tea');
    for (const sent of [1, 2]) {
      await submit(user);
      await waitFor(() => expect(startsOf(calls)).toHaveLength(sent));
      await screen.findByText('Temporarily unavailable');
    }
    await user.type(screen.getByLabelText('Text'), ' and black');
    await submit(user);
    await waitFor(() => expect(startsOf(calls)).toHaveLength(3));
    const [first, second, third] = startsOf(calls).map((call) => call.headers['idempotency-key']);
    expect(first).toBe(second);
    expect(third).not.toBe(first);
  });

  it('begins with the input of an earlier run', async () => {
    open(started, { from: `?from=${RUN_ID}` });
    expect((await screen.findByLabelText<HTMLTextAreaElement>('Text')).value).toBe('An earlier text');
  });

  it('refuses a file that is not a text', async () => {
    const user = userEvent.setup();
    open(started);
    await user.upload(
      await screen.findByLabelText('File with the text'),
      new File(['PK\u0000\u0001'], 'a.txt', { type: 'text/plain' }),
    );
    expect(await screen.findByText(/a\.txt is not a text/)).toBeDefined();
  });
});
