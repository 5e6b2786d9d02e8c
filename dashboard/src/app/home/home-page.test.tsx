/** @jest-environment ./dashboard/testing/browser-environment.mjs */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { screen } from '@testing-library/react';

import { stubBrowser } from '../../../testing/browser-stubs.ts';
import { AT, PIPELINE_ID } from '../../../testing/builders.ts';
import { renderRoute } from '../../../testing/render-route.tsx';

beforeAll(stubBrowser);

const open = (createdAt: string) => {
  const digest = {
    ...{ id: PIPELINE_ID, name: 'document-digest', description: '', publishedVersion: 1, revision: 1 },
    ...{ createdAt, updatedAt: createdAt, nodeCount: 3 },
  };
  renderRoute('/', { 'GET /pipelines': { body: { items: [digest], nextCursor: null } } });
};

describe('a house in which nothing has run', () => {
  it('says that the sample run is being prepared while it is new', async () => {
    open(new Date().toISOString());
    expect(await screen.findByText(/A sample run is being prepared/)).toBeDefined();
  });

  it('says that nothing has run where no sample run is to come', async () => {
    open(AT);
    expect(await screen.findByText(/Nothing has run yet/)).toBeDefined();
    await screen.findByRole('link', { name: 'See how a pipeline works' });
    expect(screen.queryByText(/being prepared/)).toBeNull();
  });
});
