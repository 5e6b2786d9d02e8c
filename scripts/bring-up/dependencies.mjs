import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import { inProject, pinnedNode, projectFolder } from './project.mjs';
import { runStep, StepError } from './run-step.mjs';

const LIMIT_MS = 600_000;
const ADVICE =
  'Check the network and the free disk space, then run `npm ci` yourself to see everything that npm says. ' +
  'Behind a proxy, npm needs `npm config set proxy …`.';

/**
 * Installs the dependencies when what is installed is not what the lockfile says.
 * npm keeps its own record of what it installed, so an `npm install` by hand is seen as well, and one that was
 * interrupted is done again.
 */
export async function bringDependencies() {
  if (
    isInstalled(readLock('package-lock.json'), readLock('node_modules/.package-lock.json')) &&
    existsSync(pinnedNode)
  )
    return;
  const title = existsSync(inProject('node_modules'))
    ? 'The lockfile changed: installing'
    : 'Installing dependencies (about 700 MB)';
  try {
    await npm(title, 'ci');
  } catch (error) {
    if (!(error instanceof StepError) || !/EUSAGE|can only install packages when/.test(error.output))
      throw error;
    console.log('package.json asks for more than package-lock.json has, so `npm ci` cannot be used.');
    await npm('Installing with `npm install`, which brings the lockfile up to date', 'install');
  }
  if (!existsSync(pinnedNode)) {
    throw new StepError(
      'npm installed the packages, but the package `node` did not bring its program: its install script did not run.\n' +
        'Run `npm rebuild node --ignore-scripts=false` and look at what it says.',
    );
  }
}

/**
 * True when each package of the lockfile is installed in that version and nothing else is.
 * Packages for other platforms are optional and not installed.
 */
export function isInstalled(lock, installed) {
  if (lock === null || installed === null) return false;
  const has = (entry, other) =>
    other !== undefined && other.version === entry.version && other.integrity === entry.integrity;
  return (
    Object.entries(lock).every(
      ([path, entry]) => path === '' || has(entry, installed[path]) || isOptional(entry, installed[path]),
    ) && Object.keys(installed).every((path) => lock[path] !== undefined)
  );
}

const isOptional = (entry, installed) =>
  installed === undefined && (entry.optional === true || entry.devOptional === true);

function readLock(file) {
  if (!existsSync(inProject(file))) return null;
  try {
    return JSON.parse(readFileSync(inProject(file), 'utf8')).packages ?? null;
  } catch (error) {
    if (error instanceof SyntaxError) return null; // A half-written record is none.
    throw error;
  }
}

function npm(title, command) {
  // Warnings about engines are about packages that our own, newer Node.js runs; errors are still shown.
  const args = [
    command,
    '--loglevel=error',
    '--no-audit',
    '--no-fund',
    '--ignore-scripts=false',
    '--include=dev',
    '--include=optional',
  ];
  const { npm_execpath: program, npm_node_execpath: node } = process.env;
  const ownNode = node?.startsWith(projectFolder) ? undefined : node;
  const step = { title, limitMs: LIMIT_MS, advice: ADVICE, quiet: true, env: { PATH: pathWithoutProject() } };
  if (program && ownNode && program.endsWith('.js'))
    return runStep({ ...step, command: ownNode, args: [program, ...args] });
  return runStep({ ...step, command: 'npm', args });
}

/** npm must not run on the Node.js that it is about to replace. */
function pathWithoutProject() {
  const own = join(projectFolder, 'node_modules');
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !folder.startsWith(own))
    .join(delimiter);
}
