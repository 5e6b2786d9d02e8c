import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';

import { ADMIN, signIn as signInToApi } from '../../testing/api-client.ts';
import { prepareHouse } from '../../testing/prepare-house.ts';
import { type Product, startProduct } from '../../testing/product.ts';
import { accessibilityProblems, openBrowser, openPage } from './browser.ts';
import { signIn } from './visit.ts';

const START_TIMEOUT_MS = 240_000;
const JOURNEY_TIMEOUT_MS = 180_000;

const PIPELINE = {
  name: 'publish-brief',
  description: 'Publishes a brief once somebody agrees.',
  inputSchema: { type: 'object', required: ['topic'], properties: { topic: { type: 'string' } } },
  nodes: [
    { id: 'draft', name: 'Draft', type: 'transform', config: { expression: "'A brief on ' & input.topic" } },
    {
      id: 'approve',
      name: 'Approve',
      type: 'human',
      config: {
        title: 'Publish the brief on {{ input.topic }}?',
        instructions: 'Check that it **names its sources**.',
        value: '{{ nodes.draft }}',
        form: {
          type: 'object',
          required: ['audience'],
          properties: { audience: { enum: ['everyone', 'staff'], title: 'Audience' } },
        },
        timeout: '20 days',
      },
    },
    {
      id: 'publish',
      name: 'Publish',
      type: 'transform',
      config: { expression: "nodes.approve.answer.audience & ': ' & nodes.approve.value" },
    },
    { id: 'drop', name: 'Drop', type: 'transform', config: { expression: "'dropped'" } },
  ],
  edges: [
    { from: 'draft', to: 'approve' },
    { from: 'approve', to: 'publish', port: 'approved' },
    { from: 'approve', to: 'drop', port: 'rejected' },
  ],
};

let product: Product;
let browser: Browser;

beforeAll(async () => {
  [product, browser] = await Promise.all([
    startProduct({ database: 'pglite', prepare: prepareHouse }),
    openBrowser(),
  ]);
  const api = await signInToApi(product.url);
  await api.json('POST', '/pipelines', PIPELINE);
}, START_TIMEOUT_MS);

afterAll(async () => {
  await browser.close();
  await product.stop();
}, START_TIMEOUT_MS);

const line = (page: Page, name: string) =>
  page.getByRole('list', { name: 'Timeline of nodes' }).getByRole('link', { name });

async function startRun(page: Page, topic: string): Promise<void> {
  await page.goto('/pipelines');
  await signIn(page, ADMIN);
  await page.getByRole('link', { name: /^publish-brief/ }).click();
  await page.getByRole('link', { name: 'Start run' }).click();
  await page.getByRole('textbox', { name: 'Topic' }).fill(topic);
  await page.getByRole('button', { name: 'Start run' }).click();
  await page.waitForURL('**/runs/*');
  await page.getByText(`Publish the brief on ${topic}?`).waitFor();
}

describe('a person whom a run asks', () => {
  it(
    'finds the question in the inbox, edits and approves, sees the run finish, and forks it from a node',
    async () => {
      const { page, complaints } = await openPage(browser, product.url);
      await startRun(page, 'tea');
      const problems = { 'a run that waits': await accessibilityProblems(page) };

      await page.getByRole('link', { name: 'Inbox, 1 waiting' }).click();
      await page.getByRole('article', { name: 'Publish the brief on tea?' }).waitFor();
      Object.assign(problems, { inbox: await accessibilityProblems(page) });
      await page.getByRole('button', { name: 'Edit before approving' }).click();
      await page.getByRole('textbox', { name: 'To be decided on' }).fill('A better brief on tea');
      await page.getByRole('button', { name: 'Approve with changes' }).click();
      await page.getByText('Choose one.').waitFor();
      Object.assign(problems, { 'a decision with an error': await accessibilityProblems(page) });
      await page.getByRole('combobox', { name: 'Audience' }).selectOption('staff');
      await page.getByRole('button', { name: 'Approve with changes' }).click();
      await page.getByText('“Publish the brief on tea?” is approved. The run goes on.').waitFor();
      await page.getByRole('link', { name: 'Inbox', exact: true }).waitFor();

      await page.getByRole('link', { name: 'Ended' }).click();
      await page.getByRole('link', { name: 'See how the run went on' }).click();
      await line(page, 'Publish, Completed').waitFor();
      await line(page, 'Drop, Skipped').waitFor();
      await page.getByRole('tab', { name: 'Result' }).click();
      await page.getByText('staff: A better brief on tea').first().waitFor();

      await page.getByRole('tab', { name: 'Timeline' }).click();
      await line(page, 'Publish, Completed').click();
      await page.getByRole('link', { name: 'Fork from here' }).click();
      const dialog = page.getByRole('dialog', { name: 'Fork from “Publish”' });
      await dialog.getByRole('combobox', { name: 'Replace an output' }).selectOption('Approve');
      const output = dialog.getByRole('textbox', { name: 'Output of Approve' });
      await output.fill(
        JSON.stringify({ decision: 'approve', answer: { audience: 'all' }, value: 'A third' }),
      );
      Object.assign(problems, { 'the fork dialog': await accessibilityProblems(page) });
      const source = page.url().split('/fork/')[0] ?? '';
      await dialog.getByRole('button', { name: 'Fork run' }).click();
      await page.waitForURL((url) => url.pathname.startsWith('/runs/') && !url.href.startsWith(source));
      await line(page, 'Publish, Completed').waitFor();
      await line(page, 'Approve, Completed, Output given at the fork').waitFor();
      await line(page, 'Draft, Completed, Taken over').waitFor();
      await page.getByRole('tab', { name: 'Result' }).click();
      await page.getByText('all: A third').first().waitFor();
      Object.assign(problems, { 'a fork': await accessibilityProblems(page) });
      expect(Object.entries(problems).filter(([, found]) => found.length > 0)).toEqual([]);
      expect(complaints).toEqual([]);
      await page.context().close();
    },
    JOURNEY_TIMEOUT_MS,
  );

  it(
    'pauses the run, resumes it, and rejects from the page of the run',
    async () => {
      const { page, complaints } = await openPage(browser, product.url);
      await startRun(page, 'coffee');
      await page.getByRole('button', { name: 'Pause' }).click();
      await page.getByRole('button', { name: 'Resume' }).waitFor();
      await page.getByRole('status').first().filter({ hasText: 'Paused' }).waitFor();
      await page.getByRole('button', { name: 'Resume' }).click();
      await page.getByRole('button', { name: 'Pause' }).waitFor();
      await page.getByRole('link', { name: 'Read and decide' }).click();
      await page.getByRole('textbox', { name: /^Comment/ }).fill('Nobody drinks coffee here.');
      await page.getByRole('button', { name: 'Reject' }).click();
      await page.getByText('Nobody drinks coffee here.').first().waitFor();
      await page.keyboard.press('Escape');
      await line(page, 'Drop, Completed').waitFor();
      await page.getByRole('status').first().filter({ hasText: 'Completed' }).waitFor();
      expect(complaints).toEqual([]);
      await page.context().close();
    },
    JOURNEY_TIMEOUT_MS,
  );

  it(
    'compares the fork with its source, sees what changed between versions, rolls back, and finds it in the audit',
    async () => {
      const { page, complaints } = await openPage(browser, product.url);
      const problems: Record<string, string[]> = {};
      const look = async (screen: string) => {
        problems[screen] = await accessibilityProblems(page);
      };
      await publishAnother();
      await page.goto('/runs?trigger=fork');
      await signIn(page, ADMIN);
      await page.getByRole('button', { name: /^More filters/ }).click();
      await look('runs with filters');
      await page.getByRole('link', { name: /^publish-brief/ }).click();
      await page.getByRole('link', { name: 'Compare' }).click();
      await page.getByRole('button', { name: /^Approve Another output/ }).click();
      await page.getByRole('list', { name: 'Differences of the output' }).waitFor();
      await look('two runs compared');

      await page.getByRole('link', { name: 'Pipelines', exact: true }).click();
      await page.getByRole('heading', { name: 'Pipelines', exact: true }).waitFor();
      await page.getByRole('link', { name: /^publish-brief/ }).click();
      await page.getByRole('tab', { name: 'Versions' }).click();
      await page.getByRole('button', { name: 'What changed in version 2' }).click();
      await page.getByRole('list', { name: 'Changes of drop' }).waitFor();
      await look('versions');
      await page.getByRole('button', { name: 'Roll back to version 1' }).click();
      await page.getByRole('alertdialog').getByRole('button', { name: 'Roll back' }).click();
      await page.getByText('Version 1 is published again, as version 3.').waitFor();

      await page.getByRole('link', { name: 'Audit' }).click();
      await page.getByText('comment: Nobody drinks coffee here.').waitFor();
      await look('audit');
      expect(Object.entries(problems).filter(([, found]) => found.length > 0)).toEqual([]);
      expect(complaints).toEqual([]);
      await page.context().close();
    },
    JOURNEY_TIMEOUT_MS,
  );
});

/** Version 2 of the pipeline, in which what is dropped is called otherwise. */
async function publishAnother(): Promise<void> {
  const api = await signInToApi(product.url);
  const nodes = PIPELINE.nodes.map((node) =>
    node.id === 'drop' ? { ...node, config: { expression: "'dropped, sadly'" } } : node,
  );
  await api.json('PUT', '/pipelines/publish-brief', { ...PIPELINE, nodes }, { 'if-match': '"1"' });
  await api.json('POST', '/pipelines/publish-brief/publish');
}
