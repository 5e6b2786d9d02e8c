import { describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';

import { Pipeline } from '../../contracts/pipeline.ts';
import { ADMIN, signIn as signInToApi } from '../../testing/api-client.ts';
import { accessibilityProblems } from './browser.ts';
import { addByTab, drag, field, inPort, nodeCard, outPort, preview } from './editor-hands.ts';
import { withInstallation } from './installation.ts';
import { signIn } from './visit.ts';

const JOURNEY_TIMEOUT_MS = 240_000;

const installation = withInstallation();

async function openEditor(path: string) {
  const opened = await installation.openPage();
  await opened.page.goto(path);
  await signIn(opened.page, ADMIN);
  await opened.page.getByRole('heading', { level: 1 }).waitFor();
  return opened;
}

/** A list of words, each looked at by an agent if there are enough of them. */
async function buildWordCount(page: Page, name: string): Promise<void> {
  await field(page, 'Name').fill(name);
  await page.getByRole('button', { name: 'Add a field' }).click();
  await field(page, 'Name of the field').fill('text');

  await addByTab(page, 'transform');
  await field(page, 'Name').fill('Split');
  await field(page, 'Id in expressions').fill('words');
  await field(page, 'Id in expressions').press('Enter');
  await field(page, 'Expression').fill('$split(input.text, " ")');
  await preview(page, '["Sample","text"]');

  await addByTab(page, 'condition');
  await field(page, 'Condition').fill('$count(nodes.words) > 1');
  await preview(page, 'true');

  await page.getByRole('button', { name: /^Add Map/ }).click();
  await field(page, 'List').fill('nodes.words');
  await page.getByRole('button', { name: 'Add nodes inside' }).click();
  await addByTab(page, 'agent');
  await page.getByLabel('Agent', { exact: true }).selectOption('editor');
  await field(page, 'Prompt').fill('Say something about {{ item }}.');
  await preview(page, 'Say something about Sample.');
  await page.getByRole('button', { name: 'Leave this map' }).click();

  await page
    .getByRole('button', { name: /^Add Merge/ })
    .dragTo(page.locator('.react-flow__pane'), { targetPosition: { x: 380, y: 560 } });
  await drag(page, outPort('condition', 'false'), inPort('merge'));
  await drag(page, outPort('map', 'default'), inPort('merge'));
  await page.getByText('No problems').waitFor();
}

describe('a person in the editor', () => {
  it(
    'builds a pipeline by hand from nothing, saves it, publishes it and runs it',
    async () => {
      const { page, complaints } = await openEditor('/pipelines/new');
      await buildWordCount(page, 'word-count');
      await page.getByRole('button', { name: 'Create', exact: true }).click();
      await page.waitForURL('**/edit');

      await nodeCard(page, 'Split').click();
      await field(page, 'Name').fill('Split into words');
      await page.keyboard.press('Control+s');
      await page.getByText('Saved. Runs still use version 1').waitFor();
      await page.getByRole('button', { name: 'Publish and run' }).click();
      await page.waitForURL('**/start');
      await page.getByRole('textbox', { name: /^Text/ }).fill('green tea');
      await page.getByRole('button', { name: 'Start run' }).click();
      await page.waitForURL('**/runs/*');
      await page.getByRole('status').getByText('Completed').first().waitFor({ timeout: 60_000 });
      await page.getByRole('link', { name: /^Split into words, Completed/ }).waitFor();

      const api = await signInToApi(installation.url);
      const stored = Pipeline.parse(await api.json('GET', '/pipelines/word-count'));
      expect(stored.publishedVersion).toBe(2);
      expect(stored.definition.edges).toEqual([
        { from: 'words', to: 'condition' },
        { from: 'condition', to: 'map', port: 'true' },
        { from: 'condition', to: 'merge', port: 'false' },
        { from: 'map', to: 'merge' },
      ]);
      expect(complaints).toEqual([]);
      await page.context().close();
    },
    JOURNEY_TIMEOUT_MS,
  );

  it(
    'undoes, is asked before leaving, and decides when somebody else has saved first',
    async () => {
      const api = await signInToApi(installation.url);
      const made = Pipeline.parse(
        await api.json('POST', '/pipelines', {
          name: 'shared',
          nodes: [{ id: 'one', name: 'One', type: 'transform', config: { expression: '1' } }],
        }),
      );
      const { page } = await openEditor(`/pipelines/${made.id}/edit`);
      await nodeCard(page, 'One').click();
      await page.keyboard.press('Control+d');
      await nodeCard(page, 'One').nth(1).waitFor();
      await page.keyboard.press('Control+z');
      await nodeCard(page, 'One').nth(1).waitFor({ state: 'detached' });
      await page.getByText('Saved and published as version 1').waitFor();

      await nodeCard(page, 'One').click();
      await field(page, 'Expression').fill('2');
      await page.getByRole('link', { name: 'Runs', exact: true }).click();
      await page.getByRole('button', { name: 'Stay here' }).click();

      const theirs = { ...made.definition, description: 'Changed by somebody else.' };
      await api.json('PUT', `/pipelines/${made.id}`, theirs, { 'if-match': `"${made.revision}"` });
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await page.getByRole('button', { name: 'Save over it' }).click();
      await page.getByText('Saved. Runs still use version 1').waitFor();
      const stored = Pipeline.parse(await api.json('GET', `/pipelines/${made.id}`));
      expect(stored.definition.description).toBe('');
      expect(stored.definition.nodes[0]?.config).toEqual({ expression: '2' });
      await page.context().close();
    },
    JOURNEY_TIMEOUT_MS,
  );

  it(
    'finds every part of the editor accessible, in both themes',
    async () => {
      const { page, complaints } = await openEditor('/pipelines/new');
      const problems: Record<string, string[]> = {};
      const look = async (part: string) => {
        problems[part] = await accessibilityProblems(page);
      };
      await page.getByRole('heading', { name: 'An empty pipeline' }).waitFor();
      await look('empty');
      for (const word of ['approval', 'action', 'agent']) {
        await addByTab(page, word);
        await page.getByRole('heading', { level: 2, name: new RegExp(`${word}$`) }).waitFor();
      }
      await page.getByText(/^\d+ problems$/).waitFor();
      await page.locator('summary', { hasText: 'When it fails' }).click();
      await page.locator('summary', { hasText: 'Edges' }).click();
      await page.getByRole('button', { name: /^\d+ problems$/ }).click();
      await look('agent');
      // From the list of problems to the node, which is out of view by now.
      await page.getByRole('button', { name: /^approval title/ }).click();
      await page.getByRole('heading', { level: 2, name: /approval$/ }).waitFor();
      await look('approval');
      await page.locator('[data-canvas]').focus();
      await page.keyboard.press('Tab');
      await page.getByRole('dialog', { name: 'Add a node' }).waitFor();
      await look('search');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'YAML' }).click();
      await field(page, 'Definition as YAML').waitFor();
      await look('YAML');
      expect(Object.fromEntries(Object.entries(problems).filter(([, found]) => found.length > 0))).toEqual(
        {},
      );
      expect(complaints).toEqual([]);
      await page.context().close();
    },
    JOURNEY_TIMEOUT_MS,
  );
});
