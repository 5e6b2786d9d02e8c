/** @jest-environment ./dashboard/testing/browser-environment.mjs */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';

import type { EmbeddingModels, EmbeddingSpace } from '../../../../contracts/embedding.ts';
import { stubBrowser } from '../../../testing/browser-stubs.ts';
import { AT } from '../../../testing/builders.ts';
import { renderRoute } from '../../../testing/render-route.tsx';

beforeAll(stubBrowser);

const aSpace = (more: Partial<EmbeddingSpace> = {}): EmbeddingSpace => ({
  ...{ id: 1, provider: 'local', model: 'small', dimensions: 512, status: 'active', error: null },
  ...{ progress: { embedded: 120, total: 120 }, createdAt: AT, activatedAt: AT },
  ...more,
});
const next = (more: Partial<EmbeddingSpace> = {}): EmbeddingSpace =>
  aSpace({
    ...{
      id: 2,
      provider: 'openai',
      model: 'large',
      dimensions: 1_536,
      status: 'building',
      activatedAt: null,
    },
    ...{ progress: { embedded: 30, total: 120 } },
    ...more,
  });
const available: EmbeddingModels['available'] = [
  { provider: 'local', model: 'small', dimensions: 512, available: true, reason: null },
  { provider: 'openai', model: 'large', dimensions: 1_536, available: true, reason: null },
  {
    ...{ provider: 'ollama', model: 'nomic', dimensions: 768, available: false },
    reason: 'Set OLLAMA_BASE_URL to embed by the provider "ollama"',
  },
];

function open(spaces: EmbeddingSpace[]) {
  let held = spaces;
  const answer = (space: EmbeddingSpace) => {
    held = held.map((one) => (one.id === space.id ? space : one));
    return { body: space };
  };
  return renderRoute('/settings/embeddings', {
    'GET /embeddings': () => ({ body: { spaces: held, available } }),
    'POST /embeddings/change': () => {
      held = [...held, next()];
      return { status: 202, body: next() };
    },
    'POST /embeddings/2/pause': () => answer(next({ status: 'paused' })),
    'POST /embeddings/2/resume': () => answer(next()),
    'POST /embeddings/2/cancel': () => answer(next({ status: 'retired' })),
  });
}

describe('embeddings', () => {
  it('are changed to another model after being told what that means', async () => {
    const user = userEvent.setup();
    const { calls } = open([aSpace()]);
    await user.selectOptions(await screen.findByLabelText('Model'), 'openai/large');
    expect(screen.getByText(/OLLAMA_BASE_URL/)).toBeDefined();
    await user.click(screen.getByRole('button', { name: 'Change the model' }));
    const dialog = await screen.findByRole('alertdialog');
    expect(within(dialog).getByText(/120 texts will be sent to OpenAI/)).toBeDefined();
    await user.click(within(dialog).getByRole('button', { name: 'Begin' }));
    expect(await screen.findByText('Changing to')).toBeDefined();
    expect(calls.find(({ method }) => method === 'POST')?.body).toEqual({
      provider: 'openai',
      model: 'large',
    });
  });

  it('take the name of a model that is not proposed', async () => {
    const user = userEvent.setup();
    const { calls } = open([aSpace()]);
    await user.selectOptions(await screen.findByLabelText('Model'), 'own:openai');
    const change = screen.getByRole<HTMLButtonElement>('button', { name: 'Change the model' });
    expect(change.disabled).toBe(true);
    await user.type(screen.getByLabelText('Its name'), 'my-model');
    await user.click(change);
    await user.click(await screen.findByRole('button', { name: 'Begin' }));
    expect(calls.find(({ method }) => method === 'POST')?.body).toEqual({
      provider: 'openai',
      model: 'my-model',
    });
  });

  it('show how far a change has come, which can be paused, resumed and given up', async () => {
    const user = userEvent.setup();
    open([aSpace(), next()]);
    const meter = await screen.findByRole('progressbar', { name: 'Embedding by large' });
    expect(meter.getAttribute('aria-valuetext')).toBe('30 of 120 texts embedded');
    expect(screen.queryByLabelText('Model')).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Pause' }));
    await user.click(await screen.findByRole('button', { name: 'Resume' }));
    await user.click(await screen.findByRole('button', { name: 'Cancel' }));
    await user.click(await screen.findByRole('button', { name: 'Cancel the change' }));
    expect(await screen.findByText('Used before')).toBeDefined();
  });

  it('say why a change has failed', async () => {
    open([aSpace(), next({ status: 'failed', error: { type: 'InvalidInput', message: 'no such model' } })]);
    expect(await screen.findByText('no such model')).toBeDefined();
    expect(screen.getByRole('button', { name: 'Resume' })).toBeDefined();
  });
});
