import { resolve } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';

import { ADMIN } from '../../testing/api-client.ts';
import { accessibilityProblems } from './browser.ts';
import { withInstallation } from './installation.ts';
import { signIn } from './visit.ts';

const DOCUMENT = resolve(import.meta.dirname, '../../README.md');
const JOURNEY_TIMEOUT_MS = 240_000;

const person = {
  email: process.env['E2E_EMAIL'] ?? ADMIN.email,
  password: process.env['E2E_PASSWORD'] ?? ADMIN.password,
};

const installation = withInstallation();

describe('a person in Chromium', () => {
  it(
    'signs in, starts document-digest with a file, watches it finish and reads the report',
    async () => {
      const { page, complaints } = await installation.openPage();
      await page.goto('/pipelines');
      await signIn(page, person);
      await page.waitForURL('**/pipelines');
      await page.getByRole('link', { name: /^document-digest/ }).click();
      await page.getByRole('link', { name: 'Start run' }).click();
      await page.getByLabel('File with the text').setInputFiles(DOCUMENT);
      await page.getByRole('button', { name: 'Remove the text' }).waitFor();
      expect(await page.getByRole('textbox', { name: /^Name/ }).inputValue()).toBe('README.md');
      await page.getByRole('button', { name: 'Start run' }).click();
      await page.waitForURL('**/runs/*');

      const timeline = page.getByRole('list', { name: 'Timeline of nodes' });
      await timeline
        .getByRole('link', { name: /^Digest each section, Completed/ })
        .waitFor({ timeout: 120_000 });
      await timeline.getByRole('button', { name: 'Show the nodes inside Digest each section' }).click();
      await timeline.getByRole('link', { name: /^1 · Digest/ }).click();
      const drawer = page.getByRole('dialog', { name: 'Digest' });
      await drawer.getByRole('heading', { name: 'Output' }).waitFor();
      await page.keyboard.press('Escape');
      await drawer.waitFor({ state: 'detached' });

      await page.getByRole('button', { name: 'Open report' }).click({ timeout: 120_000 });
      await page.getByRole('heading', { name: 'Report', exact: true }).waitFor();
      await page.getByRole('tabpanel').getByRole('heading', { name: 'README.md' }).waitFor();
      await page.getByRole('status').first().filter({ hasText: 'Completed' }).waitFor();
      expect(complaints).toEqual([]);
      await page.context().close();
    },
    JOURNEY_TIMEOUT_MS,
  );

  it(
    'finds every screen accessible, in both themes',
    async () => {
      const { page, complaints } = await installation.openPage();
      const problems: Record<string, string[]> = {};
      const look = async (screen: string) => {
        problems[screen] = await accessibilityProblems(page);
      };
      await page.goto('/sign-in');
      await page.getByLabel('Email').waitFor();
      await look('sign-in');
      await signIn(page, person);
      await page.getByRole('heading', { name: /^Welcome/ }).waitFor();
      await page.getByRole('link', { name: 'Read the report' }).waitFor();
      await page.getByText('Put together', { exact: true }).waitFor();
      await look('home');
      await visitPipelines(page, look);
      await visitRuns(page, look);
      await visitSettings(page, look);
      expect(Object.fromEntries(Object.entries(problems).filter(([, found]) => found.length > 0))).toEqual(
        {},
      );
      expect(Object.keys(problems)).toHaveLength(15);
      expect(complaints).toEqual([]);
      await page.context().close();
    },
    JOURNEY_TIMEOUT_MS,
  );
});

type Look = (screen: string) => Promise<void>;

async function visitPipelines(page: Page, look: Look): Promise<void> {
  await page.getByRole('link', { name: 'Pipelines', exact: true }).click();
  await page.getByRole('table', { name: 'Pipelines' }).waitFor();
  await look('pipelines');
  await page.getByRole('link', { name: /^document-digest/ }).click();
  await page.getByRole('button', { name: /^Put together/ }).waitFor();
  await look('pipeline: graph');
  await page.getByRole('tab', { name: 'YAML' }).click();
  await page.getByLabel('Definition as YAML').waitFor();
  await look('pipeline: YAML');
  await page.getByRole('tab', { name: 'Versions' }).click();
  await page.getByRole('table', { name: 'Versions' }).waitFor();
  await look('pipeline: versions');
  await page.getByRole('link', { name: 'Start run' }).click();
  await page.getByRole('button', { name: 'Choose a file' }).waitFor();
  await page.getByRole('button', { name: 'Start run' }).click();
  await page.getByText('Write or paste a text here, or choose a file.').waitFor();
  await look('start form with an error');
  await page.keyboard.press('Escape');
}

async function visitRuns(page: Page, look: Look): Promise<void> {
  await page.getByRole('link', { name: 'Runs', exact: true }).first().click();
  await page.getByRole('table', { name: 'Runs' }).getByRole('link').first().click();
  await page.getByRole('button', { name: /^Put together/ }).waitFor();
  await look('run');
  await page.getByRole('link', { name: /^Digest each section/ }).click();
  await page.getByRole('dialog').getByRole('heading', { name: 'Output' }).waitFor();
  await look('run: a map');
  await page.keyboard.press('Escape');
  await page.getByRole('tab', { name: 'Result' }).click();
  await page.getByRole('heading', { name: 'Report', exact: true }).waitFor();
  await look('run: result');
  await page.goto('/runs?status=failed');
  await page.getByRole('heading', { name: 'No run fits these filters' }).waitFor();
  await look('runs: none');
  await page.keyboard.press('Control+k');
  await page.getByRole('option', { name: 'Start document-digest' }).waitFor();
  await look('palette');
  await page.keyboard.press('Escape');
}

async function visitSettings(page: Page, look: Look): Promise<void> {
  await page.getByRole('link', { name: 'Agents', exact: true }).click();
  await page.getByRole('link', { name: /^editor/ }).click();
  await page.getByRole('textbox', { name: 'Role' }).waitFor();
  await look('agent');
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'Secrets' }).click();
  await page.getByRole('heading', { name: 'No secrets yet' }).waitFor();
  await look('secrets');
  await page.getByRole('link', { name: 'Users' }).click();
  await page.getByRole('table', { name: 'Users' }).waitFor();
  await look('users');
}
