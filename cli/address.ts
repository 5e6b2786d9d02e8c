import { UsageError } from './usage-error.ts';

/** @throws UsageError for what is no address of an HTTP server */
export function parseAddress(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new UsageError(`"${text}" is not an address such as http://127.0.0.1:8000.`);
}
