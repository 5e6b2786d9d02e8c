import { expect, it } from '@jest/globals';

import { createMask, maskOutput } from './secrets.ts';

const HOOK = 'a "quoted" sécret';

it.each([
  ['as it is', `said ${HOOK}.`, 'said ***.'],
  ['in JSON', JSON.stringify({ echoed: HOOK }), '{"echoed":"***"}'],
  ['in a query', new URL(`http://t/?q=${HOOK}`).href, 'http://t/?q=***'],
  ['in a path', new URL(`http://t/${HOOK}`).href, 'http://t/***'],
  ['as a form field', `q=${encodeURIComponent(HOOK)}`, 'q=***'],
  ['in base64', `Basic ${Buffer.from(HOOK).toString('base64')}`, 'Basic ***'],
])('takes a secret out of a text that holds it %s', (_form, text, masked) => {
  expect(createMask({ HOOK }, null, null)(text)).toBe(masked);
});

it('takes out what an expression made of a secret, in every form', () => {
  const mask = createMask({ HOOK }, { body: HOOK.toUpperCase() }, { body: '***' });
  expect(mask(JSON.stringify({ echoed: HOOK.toUpperCase() }))).toBe('{"echoed":"***"}');
});

it('takes out the origin of a URL that was made with a secret', () => {
  const mask = createMask(
    { HOOK: 'Hidden' },
    { url: 'http://x.Hidden.invalid/' },
    { url: 'http://x.***.invalid/' },
  );
  expect(mask('http://x.hidden.invalid could not be reached')).not.toContain('hidden');
});

it('takes out a short secret only where it is the whole text', () => {
  const mask = createMask({ PIN: '7' }, null, null);
  expect([mask('7'), mask('127.0.0.1:7')]).toEqual(['***', '127.0.0.1:7']);
});

it('leaves the keys of the output itself alone', () => {
  const mask = createMask({ HOOK: 'status' }, null, null);
  expect(maskOutput({ status: 200, body: { status: 'status' } }, mask)).toEqual({
    status: 200,
    body: { '***': '***' },
  });
});
