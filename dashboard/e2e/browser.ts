import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, chromium, type Page } from 'playwright-core';

import { ensureChromium } from '../../cli/start/tools/chromium.ts';

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A real Chromium, with no window. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = await ensureChromium((text) => process.stderr.write(`${text}\n`));
  return chromium.launch({ executablePath, headless: true, args: ARGUMENTS });
}

/** A page of a person who has not been here before, and everything its console complained of. */
export async function openPage(
  browser: Browser,
  baseURL: string,
): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({
    baseURL,
    viewport: { width: 1280, height: 860 },
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return { page, complaints };
}

/** What axe finds wrong with the page as it stands, in the light and in the dark theme. */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  const problems: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).analyze();
    for (const { id, nodes } of violations) {
      for (const node of nodes)
        problems.push(`${colorScheme}: ${id}: ${node.html} ${node.failureSummary ?? ''}`);
    }
  }
  await page.emulateMedia({ colorScheme: null });
  return problems;
}

/** Looks at screens with axe as they stand; at the end nothing may be wrong with any. */
export function looking(page: Page) {
  const problems: Record<string, string[]> = {};
  return {
    look: async (screen: string) => {
      const found = await accessibilityProblems(page);
      if (found.length > 0) problems[screen] = found;
    },
    problems,
  };
}
