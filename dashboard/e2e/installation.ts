import { afterAll, beforeAll } from '@jest/globals';
import type { Browser } from 'playwright-core';

import { prepareHouse } from '../../testing/prepare-house.ts';
import { type Product, startProduct } from '../../testing/product.ts';
import { openBrowser, openPage } from './browser.ts';

const START_TIMEOUT_MS = 240_000;

/** A browser and an installation to visit: one that runs already (`E2E_BASE_URL`), else one of the test's own. For hooks and tests. */
export function withInstallation(): { readonly url: string; openPage(): ReturnType<typeof openPage> } {
  const given = process.env['E2E_BASE_URL'];
  let product: Product | undefined;
  let browser: Browser | undefined;
  const url = (): string => product?.url ?? given ?? '';

  beforeAll(async () => {
    [product, browser] = await Promise.all([
      given === undefined ? startProduct({ database: 'pglite', prepare: prepareHouse }) : undefined,
      openBrowser(),
    ]);
  }, START_TIMEOUT_MS);
  afterAll(async () => {
    await browser?.close();
    await product?.stop();
  }, START_TIMEOUT_MS);

  return {
    get url() {
      return url();
    },
    openPage() {
      if (browser === undefined) throw new Error('the browser is there inside of hooks and tests only');
      return openPage(browser, url());
    },
  };
}
