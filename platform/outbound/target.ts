import { isIP } from 'node:net';

import { GatheringFailure } from '../../contracts/failure.ts';
import { isPublicAddress } from './address-guard.ts';
import type { AllowList } from './allow-list.ts';

/** A URL that may be called as far as its text tells; a name is checked again when it is resolved. */
export interface Target {
  origin: string;
  path: string;
}

/**
 * Checks what can be known of a URL before any name is resolved. WHATWG URL brings decimal, octal, hexadecimal and
 * short IPv4 forms, full-width digits and percent-encoded hosts to one form first; nothing is compared before that.
 * @throws GatheringFailure `InvalidInput` for what is no http(s) URL or carries credentials, `Forbidden` for a host
 * that may not be reached
 */
export function parseTarget(text: string, allow: AllowList): Target {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) throw new GatheringFailure('InvalidInput', `"${shown(text)}" is not a URL`);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new GatheringFailure('InvalidInput', `"${shown(text)}": only http and https URLs can be called`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new GatheringFailure(
      'InvalidInput',
      'A URL must not carry a user name or password; use a header instead',
    );
  }
  checkHost(hostOf(url), portOf(url), allow);
  return { origin: url.origin, path: url.pathname + url.search };
}

function checkHost(host: string, port: number, allow: AllowList): void {
  if (host === '' || port === 0)
    throw new GatheringFailure('InvalidInput', 'The URL names no host and port to call');
  // `localhost.` and `localhost` reach the same machine but compare as different names.
  if (host.endsWith('.')) throw refused(host, port);
  if (isIP(host) !== 0 && !isPublicAddress(host) && !allow.has(host, port)) throw refused(host, port);
}

/** The failure for a host that is not public and not in `OUTBOUND_ALLOW`. It does not tell what a name resolved to. */
export function refused(host: string, port: number): GatheringFailure {
  return new GatheringFailure(
    'Forbidden',
    `${host}:${port} may not be reached: it is not a public address. An operator can permit it with OUTBOUND_ALLOW`,
  );
}

const hostOf = (url: URL): string => url.hostname.replace(/^\[(.*)\]$/, '$1');
const portOf = (url: URL): number =>
  url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
const shown = (text: string): string => (text.length > 200 ? `${text.slice(0, 200)}…` : text);
