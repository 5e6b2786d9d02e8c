import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { isPublicAddress } from './address-guard.ts';

const REFUSED = `
  0.0.0.0 0.0.0.1 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.254 100.100.100.200 127.0.0.1 127.1.2.3
  169.254.169.254 169.254.0.1 172.16.0.1 172.31.255.255 192.0.0.8 192.0.2.1 192.168.1.1 198.18.0.1 198.51.100.7
  203.0.113.9 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255 168.63.129.16
  :: ::1 ::127.0.0.1 ::7f00:1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::ffff:0:7f00:1 64:ff9b::7f00:1 64:ff9b:1::a00:1
  2002:7f00:1:: 2002:808:808:: 2001:0:1:: fe80::1 fe80::1%eth0 fec0::1 fc00::1 fd00:ec2::254 ff02::1 2001:db8::1
  100::1 3fff::1 5f00::1 localhost example.com 1.2.3 ${'1'.repeat(50)}
`
  .trim()
  .split(/\s+/);

const PUBLIC = '1.1.1.1 8.8.8.8 172.32.0.1 100.128.0.1 93.184.216.34 2606:4700::1111 2a00:1450:4001::1'.split(
  ' ',
);

describe('isPublicAddress', () => {
  it.each(REFUSED)('refuses %s', (address) => expect(isPublicAddress(address)).toBe(false));
  it('refuses the empty string', () => expect(isPublicAddress('')).toBe(false));
  it.each(PUBLIC)('permits %s', (address) => expect(isPublicAddress(address)).toBe(true));

  const octet = fc.integer({ min: 0, max: 255 });
  const privateV4 = fc.oneof(
    fc.tuple(fc.constant(10), octet, octet, octet),
    fc.tuple(fc.constant(127), octet, octet, octet),
    fc.tuple(fc.constant(169), fc.constant(254), octet, octet),
    fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), octet, octet),
    fc.tuple(fc.constant(192), fc.constant(168), octet, octet),
    fc.tuple(fc.constant(100), fc.integer({ min: 64, max: 127 }), octet, octet),
    fc.tuple(fc.integer({ min: 224, max: 255 }), octet, octet, octet),
  );
  const hex = (a: number, b: number): string => ((a << 8) | b).toString(16);

  it('refuses a private IPv4 address in every IPv6 form that can carry it', () => {
    fc.assert(
      fc.property(privateV4, ([a, b, c, d]) => {
        const inner = `${hex(a, b)}:${hex(c, d)}`;
        const forms = [
          `${a}.${b}.${c}.${d}`,
          `::ffff:${inner}`,
          `::${inner}`,
          `64:ff9b::${inner}`,
          `2002:${inner}::1`,
        ];
        return forms.every((form) => !isPublicAddress(form));
      }),
    );
  });

  it('refuses every IPv6 address outside of 2000::/3', () => {
    const word = fc.integer({ min: 0, max: 0xffff });
    fc.assert(
      fc.property(fc.array(word, { minLength: 8, maxLength: 8 }), (words) => {
        const global = (words[0] ?? 0) >> 13 === 1;
        return global || !isPublicAddress(words.map((value) => value.toString(16)).join(':'));
      }),
    );
  });
});
