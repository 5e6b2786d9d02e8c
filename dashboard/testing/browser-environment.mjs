import { TestEnvironment } from 'jest-environment-jsdom';

/** jsdom with what every browser has and jsdom lacks; named by a test file's `@jest-environment` line. */
export default class BrowserEnvironment extends TestEnvironment {
  async setup() {
    await super.setup();
    const { fetch, Request, Response, Headers, TextEncoder, TextDecoder, AbortController, AbortSignal } =
      globalThis;
    Object.assign(this.global, { fetch, Request, Response, Headers, TextEncoder, TextDecoder });
    // Node's own Request takes Node's own signals only.
    Object.assign(this.global, { AbortController, AbortSignal });
  }
}
