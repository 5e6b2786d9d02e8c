import { expect, it } from '@jest/globals';

import { ConfigError, loadConfig } from './config.ts';

const load = (environment: Record<string, string>) => () => loadConfig(environment, '/nowhere');

it('names every variable that has a bad value, with what it may be', () => {
  expect(load({ API_PORT: '99999', LOG_LEVEL: 'loud', OUTBOUND_ALLOW: '127.0.0.1' })).toThrow(ConfigError);
  expect(load({ API_PORT: '99999', LOG_LEVEL: 'loud', OUTBOUND_ALLOW: '127.0.0.1:1,nonsense' })).toThrow(
    /API_PORT: .*65535[\s\S]*LOG_LEVEL: .*"error"[\s\S]*OUTBOUND_ALLOW: must be host:port/,
  );
});

it('takes an empty variable for one that is not set, and lists with spaces', () => {
  const config = loadConfig({ API_PORT: '', OUTBOUND_ALLOW: ' 127.0.0.1:80 , [::1]:81,, ' }, '/nowhere');
  expect(config).toMatchObject({ API_PORT: 8000, OUTBOUND_ALLOW: ['127.0.0.1:80', '[::1]:81'] });
});
