import type { LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';

import { buildConnector } from 'undici';

import { GatheringFailure } from '../../contracts/failure.ts';
import { isPublicAddress } from './address-guard.ts';
import type { AllowList } from './allow-list.ts';
import { refused } from './target.ts';

/** Every address of a host name. */
export type Lookup = (hostname: string) => Promise<LookupAddress[]>;

/**
 * Makes the function that opens undici's connections. It resolves the name itself, drops every address that may not
 * be reached, and connects to one of the others: nobody resolves again in between, so a name whose answer changes
 * (DNS rebinding) cannot lead elsewhere. It checks addresses too, whoever let the URL through.
 */
export function pinnedConnector(
  allow: AllowList,
  lookup: Lookup,
  timeoutMs: number,
): buildConnector.connector {
  return (target, callback) => {
    const host = target.hostname.replace(/^\[(.*)\]$/, '$1');
    const port = Number(target.port === '' ? (target.protocol === 'https:' ? 443 : 80) : target.port);
    reachable(host, port, { allow, lookup }).then(
      (addresses) => {
        buildConnector({ timeout: timeoutMs, lookup: pinned(addresses) })(target, callback);
      },
      (cause: unknown) => {
        callback(
          cause instanceof Error ? cause : new Error('The name could not be resolved', { cause }),
          null,
        );
      },
    );
  };
}

async function reachable(
  host: string,
  port: number,
  { allow, lookup }: { allow: AllowList; lookup: Lookup },
): Promise<LookupAddress[]> {
  const family = isIP(host);
  const addresses = family === 0 ? await lookup(host) : [{ address: host, family }];
  if (addresses.length === 0) throw new GatheringFailure('Unavailable', `${host} has no address`);
  if (allow.has(host, port)) return addresses;
  const permitted = addresses.filter(({ address }) => isPublicAddress(address) || allow.has(address, port));
  if (permitted.length === 0) throw refused(host, port);
  return permitted;
}

/** A `net.connect` lookup that answers with the checked addresses and asks nobody. */
function pinned(addresses: LookupAddress[]): LookupFunction {
  return (_hostname, options, callback) => {
    const [first] = addresses;
    if (options.all === true) callback(null, addresses);
    else callback(null, first?.address ?? '', first?.family);
  };
}
