import { describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';

import { openAiCompatible } from '../../activities/model/wire/chat-completions.ts';
import { stall, stream } from '../../activities/model/wire/provider-server.ts';
import { ADMIN } from '../../testing/api-client.ts';
import { looking } from './browser.ts';
import { withTalkingInstallation } from './installation.ts';
import { signIn } from './visit.ts';

const JOURNEY_TIMEOUT_MS = 240_000;
/** As long as a round of several turns may take on a busy machine. */
const EXCHANGE_TIMEOUT_MS = 120_000;

const house = withTalkingInstallation(async (api) => {
  await api.json('POST', '/agents', {
    ...{ name: 'Tea guide', role: 'Explains tea', provider: 'openai-compatible', model: 'any' },
    ...{ tools: ['calculator'], approveTools: ['calculator'] },
  });
});

const field = (page: Page) => page.getByRole('textbox', { name: 'Message' });
const speaking = (page: Page) => page.getByRole('article', { name: 'Tea guide, speaking now' });

async function say(page: Page, text: string): Promise<void> {
  await field(page).fill(text);
  await field(page).press('Enter');
}

async function startWithGuide(page: Page, message: string): Promise<void> {
  await page.getByRole('combobox', { name: 'With' }).selectOption({ label: 'Tea guide' });
  await page.getByRole('textbox', { name: 'Message' }).fill(message);
  await page.getByRole('button', { name: 'Start conversation' }).click();
  await page.waitForURL(/\/conversations\/[0-9a-f-]{36}$/);
}

describe('a person who talks', () => {
  it(
    'gives a circle a topic on Home, reads how it comes to its end, and makes a circle of their own',
    async () => {
      const { page, complaints } = await house.openPage();
      const { look, problems } = looking(page);
      await page.goto('/');
      await signIn(page, ADMIN);
      await page.getByRole('heading', { name: 'Talk with a circle' }).waitFor();
      await look('home');
      await page.getByRole('textbox', { name: 'Topic' }).fill('A note on our new opening hours');
      await page.getByRole('button', { name: 'Start', exact: true }).click();
      await page.getByText('Draft', { exact: true }).first().waitFor({ timeout: EXCHANGE_TIMEOUT_MS });
      await page.getByText(/Write something to go on\./).waitFor({ timeout: EXCHANGE_TIMEOUT_MS });
      await look('a conversation of a circle');

      await page.getByRole('link', { name: 'Circles', exact: true }).click();
      await page.getByRole('table', { name: 'Circles' }).waitFor();
      await look('circles');
      await page.getByRole('link', { name: 'New circle' }).click();
      await page.getByRole('textbox', { name: 'Name' }).fill('Tea room');
      await look('a new circle');
      await page.getByRole('button', { name: 'Create circle' }).click();
      await page.getByRole('heading', { name: 'Tea room' }).waitFor();
      await page.getByRole('combobox', { name: 'Who' }).selectOption({ label: 'critic' });
      await page.getByRole('button', { name: 'Add', exact: true }).click();
      await page.getByRole('combobox', { name: 'Role of critic' }).selectOption({ label: 'Facilitator' });
      await page.getByRole('button', { name: 'Take critic out' }).waitFor();
      await look('a circle');
      await page.getByRole('link', { name: 'Start conversation' }).click();
      await page.getByRole('dialog', { name: 'Start conversation' }).waitFor();
      await look('the start of a conversation');
      expect(problems).toEqual({});
      expect(complaints).toEqual([]);
      await page.context().close();
    },
    JOURNEY_TIMEOUT_MS,
  );

  it(
    'reads along while an agent writes, also after a reload; stops it, allows a tool, and goes on differently',
    async () => {
      const { page, complaints } = await house.openPage();
      const { look, problems } = looking(page);
      house.provider.answerWith(
        stall(openAiCompatible.unfinished(['Green tea ', 'is **not** ', 'fermented'])),
      );
      await page.goto('/conversations/new');
      await signIn(page, ADMIN);
      await startWithGuide(page, 'What is green tea?');
      await speaking(page).getByText('fermented').waitFor();
      await look('an answer that is being written');
      const written = await speaking(page).locator('.prose').innerText();
      await page.reload();
      await speaking(page).getByText('fermented').waitFor();
      expect(await speaking(page).locator('.prose').innerText()).toBe(written);
      await page.getByRole('button', { name: 'Stop' }).click();
      await page.getByText('Stopped here; this is as far as it came.').waitFor();
      await expect(house.provider.requests.at(-1)?.closed).resolves.toBe('aborted');

      house.provider.answerWith(
        stream(
          openAiCompatible.toolCalls([
            { id: 'c1', name: 'calculator', argumentsText: '{"expression":"6*7"}' },
          ]),
        ),
        stream(openAiCompatible.text(['It makes ', '42 cups.'])),
      );
      await say(page, 'How many cups do 6 pots of 7 make?');
      await page.getByRole('heading', { name: /calculator/ }).waitFor();
      await look('a tool call that waits');
      await page.getByRole('checkbox', { name: /^Always allow here/ }).check();
      await page.getByRole('button', { name: 'Approve' }).click();
      await page.getByText('It makes 42 cups.').waitFor();
      await page.getByRole('button', { name: /^Used calculator/ }).click();
      await page.getByText('Result', { exact: true }).waitFor();
      await look('a tool call that is unfolded');

      house.provider.answerWith(stream(openAiCompatible.text(['Eight ', 'pots.'])));
      await field(page).press('ArrowUp');
      await page.getByRole('textbox', { name: 'Edit message' }).fill('How many pots are enough?');
      await page.keyboard.press('Enter');
      await page.getByText('Eight pots.').waitFor();
      await page.getByText('2/2').waitFor();
      await page.getByRole('button', { name: 'Version before' }).click();
      await page.getByText('It makes 42 cups.').waitFor();
      await look('another version');
      await say(page, '/end');
      await page.getByText('Nobody can write here any more.').waitFor();
      await look('a conversation that has ended');
      expect(problems).toEqual({});
      expect(complaints).toEqual([]);
      await page.context().close();
    },
    JOURNEY_TIMEOUT_MS,
  );
});
