import { describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';

import { openAiCompatible } from '../../activities/model/wire/chat-completions.ts';
import { stream } from '../../activities/model/wire/provider-server.ts';
import { ADMIN } from '../../testing/api-client.ts';
import { looking } from './browser.ts';
import { withTalkingInstallation } from './installation.ts';
import { signIn } from './visit.ts';

const JOURNEY_TIMEOUT_MS = 240_000;
/** As long as reading and embedding, or an exchange and what is remembered of it, may take on a busy machine. */
const WORK_TIMEOUT_MS = 120_000;

const house = withTalkingInstallation(async (api) => {
  const memoryScopes = ['global', 'circle', 'agent', 'conversation'];
  await api.json('POST', '/agents', {
    ...{ name: 'Librarian', role: 'Looks things up', provider: 'openai-compatible', model: 'any' },
    ...{ tools: ['search_knowledge'], memoryScopes },
  });
  await api.json('POST', '/agents', {
    ...{ name: 'Note keeper', role: 'Keeps notes', provider: 'demo', model: 'demo', memoryScopes },
  });
});

async function talkWith(page: Page, agent: string, message: string): Promise<void> {
  await page.goto('/conversations/new');
  await page.getByRole('combobox', { name: 'With' }).selectOption({ label: agent });
  await page.getByRole('textbox', { name: 'Message' }).fill(message);
  await page.getByRole('button', { name: 'Start conversation' }).click();
  await page.waitForURL(/\/conversations\/[0-9a-f-]{36}$/);
}

describe('a person who looks after what is remembered', () => {
  it(
    'tells the house something, changes it and takes that back, finds it by its meaning, and forgets it',
    async () => {
      const { page, complaints } = await house.openPage();
      const { look, problems } = looking(page);
      await page.goto('/memory');
      await signIn(page, ADMIN);
      await page.getByRole('heading', { name: 'Nothing is remembered yet' }).waitFor();
      await look('an empty memory');
      await page.getByRole('link', { name: 'New memory' }).first().click();
      await page.getByRole('textbox', { name: 'Content' }).fill('The quarterly report is due on 1 June.');
      await page.getByRole('textbox', { name: 'Tags' }).fill('dates');
      await look('a new memory');
      await page.getByRole('button', { name: 'Remember', exact: true }).click();
      await page.getByRole('link', { name: /^The quarterly report is due on 1 June/ }).click();
      await page.getByRole('button', { name: 'Edit', exact: true }).click();
      await page.getByRole('textbox', { name: 'Content' }).fill('The quarterly report is due on 2 June.');
      await look('a memory that is edited');
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await page.getByRole('region', { name: 'History' }).getByText('Edited').waitFor();
      await look('a memory with its history');
      await page.getByRole('button', { name: 'Put this version back' }).click();
      await page.locator('.prose').getByText('The quarterly report is due on 1 June.').waitFor();
      await page.keyboard.press('Escape');

      await page.getByRole('tab', { name: 'Search' }).click();
      await page.getByRole('searchbox', { name: 'Query' }).fill('When must we hand in our figures?');
      await page.keyboard.press('Enter');
      const results = page.getByRole('region', { name: 'Results' });
      await results.getByRole('link', { name: 'The quarterly report is due on 1 June.' }).waitFor();
      await results.getByRole('img', { name: /^Score / }).waitFor();
      await look('results of a search');
      await page.getByRole('slider', { name: /^Recency/ }).press('End');
      await page.waitForURL(/recency=2/);
      await page.getByRole('combobox', { name: 'Mode' }).selectOption({ label: 'Words' });
      await page.getByRole('heading', { name: 'Nothing was found' }).waitFor();
      await look('nothing found');
      await page.getByRole('button', { name: 'Search by meaning too' }).click();
      await results.getByRole('link', { name: 'The quarterly report is due on 1 June.' }).click();
      await page.getByRole('button', { name: 'Forget', exact: true }).click();
      await look('the question before forgetting');
      await page.getByRole('button', { name: 'Forget it' }).click();
      await page.getByText(/There is no memory yet that you may see/).waitFor();
      expect(problems).toEqual({});
      expect(complaints).toEqual([]);
      await page.context().close();
    },
    JOURNEY_TIMEOUT_MS,
  );

  it(
    'writes a block and changes it where it stands, seen by whoever looks on',
    async () => {
      const { page, complaints } = await house.openPage();
      const { look, problems } = looking(page);
      await page.goto('/memory?view=blocks');
      await signIn(page, ADMIN);
      await page.getByRole('link', { name: 'New block' }).first().click();
      await page.getByRole('textbox', { name: 'Content' }).fill('Write short sentences.');
      await page.getByRole('textbox', { name: 'Name' }).fill('style_guide');
      await page.getByRole('button', { name: 'Remember', exact: true }).click();
      await page.getByText('Write short sentences.').waitFor();
      const other = await page.context().newPage();
      await other.goto('/memory?view=blocks');
      await other.getByText('Write short sentences.').waitFor();
      await page.getByRole('button', { name: 'Edit style_guide' }).click();
      await page.getByRole('textbox', { name: 'Content of style_guide' }).fill('Write well.');
      await look('a block that is edited');
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await other.getByText('Write well.').waitFor();
      await page.setViewportSize({ width: 390, height: 844 });
      await look('blocks on a phone');
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
      expect(problems).toEqual({});
      expect(complaints).toEqual([]);
      await page.context().close();
    },
    JOURNEY_TIMEOUT_MS,
  );

  it(
    'talks with an agent, reads what was remembered of it, and goes back to where it was said',
    async () => {
      const { page, complaints } = await house.openPage();
      const { look, problems } = looking(page);
      await page.goto('/');
      await signIn(page, ADMIN);
      await page.getByRole('heading', { name: 'Talk with a circle' }).waitFor();
      await talkWith(page, 'Note keeper', 'Remember that our warehouse in Hull closes at six.');
      const line = page.getByRole('link', { name: /^remembered \d+ things? of this$/ });
      await line.waitFor({ timeout: WORK_TIMEOUT_MS });
      await look('a conversation of which something was remembered');
      await line.click();
      await page
        .getByRole('link', { name: /warehouse in Hull/ })
        .first()
        .click();
      const about = page.getByRole('region', { name: 'About this memory' });
      await about.getByRole('link', { name: /^messages? \d+/ }).click();
      await page.waitForURL(/\/conversations\/[0-9a-f-]{36}\?branch=0&message=\d+$/);
      await page
        .getByRole('article')
        .getByText('Remember that our warehouse in Hull closes at six.')
        .first()
        .waitFor();
      expect(problems).toEqual({});
      expect(complaints).toEqual([]);
      await page.context().close();
    },
    JOURNEY_TIMEOUT_MS,
  );
});

describe('a person who gives the house documents', () => {
  const handbook = Array.from(
    { length: 12 },
    (_, chapter) =>
      `# Chapter ${chapter + 1}\n\nInvoices of kind ${chapter + 1} are paid within ${chapter + 10} days.\n`,
  ).join('\n');

  it(
    'sees them taken in, or refused with the reason, and reads the place that an agent cites',
    async () => {
      const { page, complaints } = await house.openPage();
      const { look, problems } = looking(page);
      await page.goto('/documents');
      await signIn(page, ADMIN);
      await page.getByRole('heading', { name: 'No documents yet' }).waitFor();
      await look('no documents');
      const files = page.getByLabel('Files');
      const textFile = { name: 'handbook.md', mimeType: 'text/markdown', buffer: Buffer.from(handbook) };
      await files.setInputFiles([
        textFile,
        { name: 'broken.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4\nbroken') },
      ]);
      const row = page.getByRole('row', { name: /handbook\.md/ });
      await row.getByText('Completed').waitFor({ timeout: WORK_TIMEOUT_MS });
      await page
        .getByRole('row', { name: /broken\.pdf/ })
        .getByText('Failed')
        .waitFor();
      await files.setInputFiles([textFile]);
      await page.getByText(/is here already, with the same content/).waitFor();
      await look('documents');
      await page.getByRole('link', { name: /^broken\.pdf/ }).click();
      await page
        .getByRole('alert')
        .getByText(/It could not be taken in/)
        .waitFor();
      await look('a document that failed');
      await page.getByRole('button', { name: 'Delete', exact: true }).click();
      await page.getByRole('button', { name: 'Delete document' }).click();
      await page.getByText('broken.pdf is deleted.').waitFor();

      house.provider.answerWith((response, request) => {
        const hasLooked = JSON.stringify(request.body).includes('"role":"tool"');
        const call = {
          id: 'c1',
          name: 'search_knowledge',
          argumentsText: '{"query":"When are invoices paid?"}',
        };
        const answer = hasLooked
          ? openAiCompatible.text(['Within the days that the handbook says ', '[1].'])
          : openAiCompatible.toolCalls([call]);
        stream(answer)(response, request);
      });
      await talkWith(page, 'Librarian', 'When are invoices paid?');
      const citation = page.getByRole('link', { name: /^Citation 1: handbook\.md, Chapter \d+/ });
      await citation.waitFor({ timeout: WORK_TIMEOUT_MS });
      await look('an answer that cites');
      await citation.click();
      await page.waitForURL(/\/documents\/[0-9a-f-]{36}\?chunk=/);
      await page
        .locator('article[aria-current="true"]')
        .getByText(/are paid within/)
        .waitFor();
      await look('the place that is cited');
      await page.setViewportSize({ width: 390, height: 844 });
      await look('the place that is cited, on a phone');
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
      expect(problems).toEqual({});
      expect(complaints).toEqual([]);
      await page.context().close();
    },
    JOURNEY_TIMEOUT_MS,
  );
});
