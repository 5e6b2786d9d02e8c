import { isIP } from 'node:net';

import ipaddr from 'ipaddr.js';

/**
 * Azure's platform endpoint: the one metadata service that lives at a globally routable address, so that no
 * range tells it apart. (AWS, GCP and others use link-local addresses, Alibaba one of 100.64.0.0/10.)
 */
const REFUSED_UNICAST: ReadonlySet<string> = new Set(['168.63.129.16']);

const GLOBAL_UNICAST_V6 = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * True for an address that anybody on the internet may have; false for every other one: private, loopback,
 * link-local, carrier-grade NAT, multicast, reserved and documentation ranges, cloud metadata, and every IPv6 form
 * that carries an IPv4 address inside (mapped, compatible, NAT64, 6to4, Teredo), whatever that inner address is.
 * What is not an IP address is not public.
 */
export function isPublicAddress(address: string): boolean {
  // ipaddr.js alone would also take short and octal forms, which resolvers read in different ways.
  if (isIP(address) === 0) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  if (parsed.kind() === 'ipv6') return parsed.match(GLOBAL_UNICAST_V6);
  return !REFUSED_UNICAST.has(parsed.toString());
}
