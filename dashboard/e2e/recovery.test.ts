import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';

import { ADMIN, signIn as signInToApi } from '../../testing/api-client.ts';
import { prepareHouse } from '../../testing/prepare-house.ts';
import { type Product, startProduct } from '../../testing/product.ts';
import { openBrowser, openPage } from './browser.ts';
import { startSlowServer } from './slow-server.ts';
import { signIn } from './visit.ts';

const START_TIMEOUT_MS = 240_000;
const JOURNEY_TIMEOUT_MS = 180_000;

let product: Product;
let browser: Browser;
let slow: Awaited<ReturnType<typeof startSlowServer>>;

beforeAll(async () => {
  slow = await startSlowServer();
  const env = { OUTBOUND_ALLOW: slow.host };
  [product, browser] = await Promise.all([
    startProduct({ database: 'pglite', env, prepare: prepareHouse }),
    openBrowser(),
  ]);
  const api = await signInToApi(product.url);
  await api.json('POST', '/pipelines', {
    name: 'patience',
    description: 'Waits for a slow server.',
    inputSchema: { type: 'object', properties: { note: { type: 'string' } } },
    nodes: [
      {
        id: 'wait',
        name: 'Wait for it',
        type: 'action',
        timeout: '2 minutes',
        config: { action: 'call_api', url: slow.url },
      },
      { id: 'end', name: 'End', type: 'transform', config: { expression: 'nodes.wait.body' } },
    ],
    edges: [{ from: 'wait', to: 'end' }],
  });
}, START_TIMEOUT_MS);

afterAll(async () => {
  await browser.close();
  await slow.close();
  await product.stop();
}, START_TIMEOUT_MS);

async function startPatience(page: Page): Promise<void> {
  await page.goto('/pipelines');
  await signIn(page, ADMIN);
  await page.getByRole('link', { name: /^patience/ }).click();
  await page.getByRole('link', { name: 'Start run' }).click();
  await page.getByRole('textbox', { name: /^Note/ }).fill('hurry slowly');
  await page.getByRole('button', { name: 'Start run' }).click();
  await page.waitForURL('**/runs/*');
  await line(page, 'Wait for it, Running').waitFor();
}

const line = (page: Page, name: string) =>
  page.getByRole('list', { name: 'Timeline of nodes' }).getByRole('link', { name });

describe('a person who watches a run', () => {
  it(
    'cancels it, after being asked, and sees what became of its nodes',
    async () => {
      const { page, complaints } = await openPage(browser, product.url);
      await startPatience(page);
      await page.getByRole('button', { name: 'Cancel run' }).click();
      await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel run' }).click();
      await line(page, 'Wait for it, Canceled').waitFor();
      await line(page, 'End, Skipped').waitFor();
      await page.getByRole('status').first().filter({ hasText: 'Canceled' }).waitFor();
      await page.getByRole('link', { name: 'Run again' }).click();
      await page.getByRole('textbox', { name: /^Note/ }).waitFor();
      expect(await page.getByRole('textbox', { name: /^Note/ }).inputValue()).toBe('hurry slowly');
      expect(complaints).toEqual([]);
      await page.context().close();
    },
    JOURNEY_TIMEOUT_MS,
  );

  it(
    'is told when the connection is lost, and sees what happened meanwhile once it is back',
    async () => {
      const { page } = await openPage(browser, product.url);
      await startPatience(page);
      await product.api.kill9();
      await page.getByText(/^No connection since/).waitFor();
      slow.letGo();
      await product.api.restart();
      await page.getByText(/^Connected again after/).waitFor();
      await line(page, 'End, Completed').waitFor();
      await page.getByText(/^No connection since/).waitFor({ state: 'detached' });
      await page.getByRole('status').first().filter({ hasText: 'Completed' }).waitFor();
      await page.context().close();
    },
    JOURNEY_TIMEOUT_MS,
  );
});
