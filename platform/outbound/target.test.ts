import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { GatheringFailure } from '../../contracts/failure.ts';
import { parseAllowList } from './allow-list.ts';
import { parseTarget } from './target.ts';

const nothing = parseAllowList([]);
const typeOf = (url: string, allow = nothing): string => {
  try {
    parseTarget(url, allow);
    return 'permitted';
  } catch (error) {
    return error instanceof GatheringFailure ? error.type : String(error);
  }
};

describe('parseTarget', () => {
  it.each([
    'http://127.0.0.1/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0x7f.1/',
    'http://0177.0.0.1/',
    'http://017700000001/',
    'http://127.1/',
    'http://127.0.0.1./',
    'http://0/',
    'http://①②⑦.0.0.1/',
    'http://127。0。0。1/',
    'http://%31%32%37.0.0.1/',
    'http:////127.0.0.1',
    'http:\\\\127.0.0.1\\',
    'http://1\t2\n7.0.0.1/',
    'http://[::1]/',
    'http://[::]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[2002:7f00:1::]/',
    'http://169.254.169.254/latest/meta-data/',
    'http://[fd00:ec2::254]/latest/meta-data/',
    'http://168.63.129.16/',
    'http://100.100.100.200/',
    'http://localhost./',
    'http://example.com./',
  ])('forbids %j', (url) => expect(typeOf(url)).toBe('Forbidden'));

  it.each([
    'file:///etc/passwd',
    'ftp://example.com/',
    'gopher://127.0.0.1:6379/_x',
    'data:text/plain,x',
    'example.com',
    '//example.com/',
    '',
    'http://',
    'http://example.com:0/',
    'http://user@example.com/',
    'http://user:secret@example.com/',
    'http://example.com@127.0.0.1/',
    'http://256.1.1.1/',
    'http://[fe80::1%25eth0]/',
  ])('calls %j invalid', (url) => expect(typeOf(url)).toBe('InvalidInput'));

  it.each([
    'http://example.com/',
    'https://example.com:8443/a?b=c',
    'http://1.1.1.1/',
    'http://[2606:4700::1111]/',
  ])('permits %s', (url) => expect(typeOf(url)).toBe('permitted'));

  it('keeps path and query and drops the fragment', () => {
    expect(parseTarget('https://Example.com/a/../b?x=1#y', nothing)).toEqual({
      origin: 'https://example.com',
      path: '/b?x=1',
    });
  });

  it('permits exactly the host and port of an entry, in any spelling', () => {
    const allow = parseAllowList(['127.0.0.1:9000', '[::1]:9000', '10.0.0.7:80', '192.168.1.1:443']);
    const permitted = [
      'http://127.0.0.1:9000/',
      'http://127.1:9000/',
      'http://2130706433:9000/x',
      'http://[::1]:9000/',
      'http://10.0.0.7/',
      'https://192.168.1.1/',
    ];
    const forbidden = [
      'http://127.0.0.1:9001/',
      'http://127.0.0.2:9000/',
      'https://10.0.0.7/',
      'http://[::1]/',
    ];
    expect(permitted.map((url) => typeOf(url, allow))).toEqual(permitted.map(() => 'permitted'));
    expect(forbidden.map((url) => typeOf(url, allow))).toEqual(forbidden.map(() => 'Forbidden'));
  });

  it('forbids every spelling of a loopback address as one number', () => {
    const loopback = fc.integer({ min: 0x7f000000, max: 0x7fffffff });
    fc.assert(
      fc.property(loopback, (address) =>
        [String(address), `0x${address.toString(16)}`, `0${address.toString(8)}`].every(
          (spelling) => typeOf(`http://${spelling}/`) === 'Forbidden',
        ),
      ),
    );
  });

  it('never throws anything but a GatheringFailure', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.webUrl(),
          fc.string().map((rest) => `http://${rest}`),
        ),
        (url) => ['permitted', 'InvalidInput', 'Forbidden'].includes(typeOf(url)),
      ),
    );
  });
});

describe('parseAllowList', () => {
  it.each([
    '127.0.0.1',
    'localhost:',
    ':80',
    'host:99999',
    'http://host:80',
    'user@host:80',
    'host:80/path',
    'a b:1',
  ])('refuses the entry %j by name', (entry) => expect(() => parseAllowList([entry])).toThrow(`"${entry}"`));
});
