import { afterAll, beforeAll } from '@jest/globals';
import type { Browser } from 'playwright-core';

import { type ProviderServer, startProviderServer } from '../../activities/model/wire/provider-server.ts';
import { type ApiClient, signIn } from '../../testing/api-client.ts';
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

/**
 * The same with an OpenAI-compatible provider whose answers the test gives, and with what `furnish` has put into the house. Always an installation
 * of the test's own.
 */
export function withTalkingInstallation(furnish: (api: ApiClient) => Promise<unknown>): {
  readonly provider: ProviderServer;
  openPage(): ReturnType<typeof openPage>;
} {
  let opened: { provider: ProviderServer; product: Product; browser: Browser } | undefined;
  const started: (() => Promise<void>)[] = [];
  const there = (): NonNullable<typeof opened> => {
    if (opened === undefined) throw new Error('the installation is there inside of hooks and tests only');
    return opened;
  };

  beforeAll(async () => {
    const provider = await startProviderServer();
    started.push(() => provider.close());
    const browser = await openBrowser();
    started.push(() => browser.close());
    const product = await startProduct({
      database: 'pglite',
      prepare: prepareHouse,
      env: {
        OPENAI_COMPATIBLE_BASE_URL: `${provider.url}/v1`,
        OUTBOUND_ALLOW: new URL(provider.url).host,
      },
    });
    started.push(() => product.stop());
    opened = { provider, product, browser };
    await furnish(await signIn(product.url));
  }, START_TIMEOUT_MS);
  afterAll(async () => {
    for (const stop of started.toReversed()) await stop();
  }, START_TIMEOUT_MS);

  return {
    get provider() {
      return there().provider;
    },
    openPage: () => openPage(there().browser, there().product.url),
  };
}
