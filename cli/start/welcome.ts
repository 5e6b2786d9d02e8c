import { styleText } from 'node:util';

import type { Addresses } from './addresses.ts';
import type { Administrator } from './first-administrator.ts';
import type { Home } from './home.ts';

export interface WelcomeOptions {
  addresses: Addresses;
  home: Home;
  administrator: Administrator | null;
  signInToken: string | null;
  seconds: number;
}

/** What a person reads once everything serves. */
export function welcome(options: WelcomeOptions): string {
  const { addresses, administrator, signInToken } = options;
  const rows: [string, string][] = [['GatheRing', styleText('bold', addresses.api)]];
  if (signInToken !== null)
    rows.push(['Sign in', `${addresses.api}/sign-in?token=${signInToken}  (once, within a day)`]);
  if (administrator !== null) rows.push([signInToken === null ? 'Sign in' : 'or as', wordsOf(administrator)]);
  if (addresses.temporal.ui !== undefined) rows.push(['Temporal', addresses.temporal.ui.url]);
  rows.push(
    ['Data', options.home.folder],
    ['Command', 'npx gathering run document-digest --file <document>'],
  );
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, value]) => `  ${styleText('gray', name.padEnd(width))}  ${value}`);
  return `\n${lines.join('\n')}\n\n  Ready after ${options.seconds.toFixed(1)} s. Ctrl-C stops everything; nothing that was accepted is lost.\n`;
}

function wordsOf({ email, newPassword }: Administrator): string {
  if (newPassword === null) return `${email} with your password`;
  return `${email} with the password ${styleText('bold', newPassword)}  (shown this once)`;
}
