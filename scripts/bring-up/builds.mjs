import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { inProject, pinnedNode } from './project.mjs';
import { runStep } from './run-step.mjs';

/** What is made from sources before anything can start. Inputs are files and folders; tests are no inputs. */
const BUILDS = {
  'workflow-bundle': {
    title: 'Building the workflow bundle',
    output: 'dist/workflow-bundle.js',
    inputs: [
      'workflows',
      'contracts',
      'worker/build-bundle.ts',
      'worker/bundle-sources.ts',
      'package-lock.json',
    ],
    args: ['worker/build-bundle.ts'],
  },
  dashboard: {
    title: 'Building the dashboard',
    output: 'dashboard/dist/index.html',
    inputs: ['dashboard', 'contracts', 'package-lock.json', 'tsconfig.json'],
    args: ['node_modules/vite/bin/vite.js', 'build', 'dashboard'],
  },
};
const LIMIT_MS = 180_000;
const NO_INPUT = /(\.test\.tsx?|\.md)$|^(histories|e2e|node_modules|dist)$/;

/** Makes what is missing or was made from other sources; `force` makes everything. */
export async function bringBuilds(options = { force: false }) {
  await Promise.all(Object.entries(BUILDS).map(([name, build]) => bringBuild(name, build, options)));
}

async function bringBuild(name, build, { force }) {
  const stamp = inProject('dist', `.${name}.stamp`);
  const hash = hashOf(build.inputs);
  const isFresh =
    existsSync(inProject(build.output)) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash;
  if (isFresh && !force) return;
  rmSync(stamp, { force: true });
  await runStep({
    ...build,
    command: pinnedNode,
    limitMs: LIMIT_MS,
    quiet: true,
    advice: 'The sources do not build; `npm run check` says more about them.',
  });
  mkdirSync(inProject('dist'), { recursive: true });
  writeFileSync(stamp, hash);
}

function hashOf(inputs) {
  const hash = createHash('sha256');
  for (const file of inputs.flatMap(filesOf)) {
    hash.update(`${file}\0`);
    hash.update(readFileSync(inProject(file)));
  }
  return hash.digest('hex');
}

function filesOf(path) {
  if (!existsSync(inProject(path))) return [];
  const entries = path.includes('.') ? null : readdirSync(inProject(path), { withFileTypes: true });
  if (entries === null) return [path];
  return entries
    .filter((entry) => !NO_INPUT.test(entry.name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? filesOf(join(path, entry.name)) : [join(path, entry.name)]));
}
