import type { Locator, Page } from 'playwright-core';

/** A field of a form by its label. */
export const field = (page: Page, name: string): Locator => page.getByRole('textbox', { name, exact: true });

export const nodeCard = (page: Page, label: string): Locator =>
  page.locator('.react-flow__node', { hasText: label });

/** Waits until the value of an expression is shown. */
export const preview = (page: Page, value: string): Promise<void> =>
  page.getByRole('group', { name: 'Preview' }).getByText(value, { exact: true }).waitFor();

/** Opens the search of kinds by Tab and adds the first kind that a word finds. */
export async function addByTab(page: Page, word: string): Promise<void> {
  const search = page.getByRole('dialog', { name: 'Add a node' });
  await page.locator('[data-canvas]').focus();
  await page.keyboard.press('Tab');
  await search.waitFor();
  await page.keyboard.type(word);
  await page.keyboard.press('Enter');
  await search.waitFor({ state: 'detached' });
}

const node = (id: string) => `.react-flow__node[data-id="${id}"]`;
export const inPort = (id: string): string => `${node(id)} .react-flow__handle.target`;
export const outPort = (id: string, port: string): string =>
  `${node(id)} .react-flow__handle.source[data-handleid="${port}"]`;

/** Draws an edge with the mouse. */
export async function drag(page: Page, from: string, to: string): Promise<void> {
  const [start, end] = await Promise.all([middleOf(page, from), middleOf(page, to)]);
  await page.mouse.move(start.x, start.y);
  await page.mouse.down();
  await page.mouse.move(end.x, end.y, { steps: 12 });
  await page.mouse.up();
}

async function middleOf(page: Page, selector: string): Promise<{ x: number; y: number }> {
  const box = await page.locator(selector).boundingBox();
  if (box === null) throw new Error(`${selector} is not on the page`);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}
