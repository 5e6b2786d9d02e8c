import type { Report } from './cache.ts';
import { findOnPath, isExecutable } from './cache.ts';
import { resolveTool } from './resolve-tool.ts';
import { runCommand } from './run-command.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const INSTALL_TIMEOUT_MS = 300_000;

/**
 * Finds a Chromium for the journeys, or installs the distribution's where this process may.
 * Looked for in `CHROMIUM_PATH` and on PATH; root on Debian and its kin installs the package `chromium`.
 * @returns the program's path
 * @throws Error naming each place with its reason and what to do
 */
export function ensureChromium(report: Report): Promise<string> {
  return resolveTool(
    'Chromium',
    [
      { name: 'CHROMIUM_PATH', find: fromVariable },
      { name: 'PATH', find: onPath },
      { name: 'apt-get install chromium', find: () => install(report) },
    ],
    'Install Chromium or Chrome, or set CHROMIUM_PATH to its program.',
  );
}

async function fromVariable(): Promise<string | null> {
  const path = process.env['CHROMIUM_PATH'];
  if (path === undefined || path === '') return null;
  if (!(await isExecutable(path))) throw new Error(`${path} is not an executable file`);
  return path;
}

async function onPath(): Promise<string | null> {
  for (const name of NAMES) {
    const found = await findOnPath(name);
    if (found !== null) return found;
  }
  return null;
}

async function install(report: Report): Promise<string | null> {
  if (process.getuid?.() !== 0) throw new Error('only root can install it');
  if ((await findOnPath('apt-get')) === null) throw new Error('apt-get is not on PATH');
  report('installing chromium (about 100 MB) …');
  const options = {
    timeoutMs: INSTALL_TIMEOUT_MS,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  };
  const arguments_ = ['install', '-y', '-q', '--no-install-recommends', 'chromium'];
  await runCommand('apt-get', arguments_, options).catch(async () => {
    // A fresh machine has no package lists yet.
    await runCommand('apt-get', ['update', '-q'], options);
    await runCommand('apt-get', arguments_, options);
  });
  return onPath();
}
