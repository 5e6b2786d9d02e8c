import { GatheringFailure } from '../../contracts/failure.ts';

const ENTRY = /^(\[[0-9a-f:.]+\]|[^:/@\s]+):(\d{1,5})$/i;

/** The `host:port` pairs that the operator lets agents, actions and webhooks reach although they are not public. */
export interface AllowList {
  has(host: string, port: number): boolean;
}

/**
 * Reads the entries of `OUTBOUND_ALLOW`. A host is a name or an address (`[::1]:8080` for IPv6); each is brought to
 * the form that WHATWG URL gives it, so that `127.1:80` and `127.0.0.1:80` are the same entry.
 * @throws GatheringFailure `InvalidInput` naming the entry that is not `host:port`
 */
export function parseAllowList(entries: readonly string[]): AllowList {
  const allowed = new Set(entries.map(normalEntry));
  return { has: (host, port) => allowed.has(`${bare(host)}:${port}`) };
}

/** Whether something is an entry of `OUTBOUND_ALLOW`. */
export const isAllowEntry = (entry: string): boolean => findNormalEntry(entry) !== undefined;

function normalEntry(entry: string): string {
  const normal = findNormalEntry(entry);
  if (normal !== undefined) return normal;
  throw new GatheringFailure('InvalidInput', `OUTBOUND_ALLOW: "${entry}" is not host:port`);
}

function findNormalEntry(entry: string): string | undefined {
  const match = ENTRY.exec(entry.trim());
  const port = Number(match?.[2]);
  const url = `http://${match?.[1] ?? ''}`;
  if (match === null || port < 1 || port > 65_535 || !URL.canParse(url)) return undefined;
  return `${bare(new URL(url).hostname)}:${port}`;
}

/** Without the brackets that a URL puts around an IPv6 address. */
const bare = (host: string): string => host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
