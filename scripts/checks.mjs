import { spawn } from 'node:child_process';

import { inProject, pinnedNode, projectFolder } from './bring-up/project.mjs';

const LIMIT_MS = 30 * 60_000;

/** What must hold of the sources, cheapest first. */
const CHECKS = [
  ['format', 'prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'],
  ['import law', 'dependency-cruiser/bin/dependency-cruise.mjs', '--config', '.dependency-cruiser.cjs', '.'],
  ['unused code', 'knip/bin/knip.js'],
  ['types', 'typescript/bin/tsc', '--noEmit', '-p', '.'],
  ['lint', 'eslint/bin/eslint.js', '--max-warnings', '0', '.'],
];

/** Runs every check, also after one has failed, so that all is said at once. */
export async function runChecks() {
  const failed = [];
  for (const [name, program, ...args] of CHECKS) {
    const began = Date.now();
    const code = await run([inProject('node_modules', program), ...args]);
    console.log(
      `${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${((Date.now() - began) / 1000).toFixed(1)} s)`,
    );
    if (code !== 0) failed.push(name);
  }
  if (failed.length > 0) console.error(`\nFailed: ${failed.join(', ')}.`);
  return { passed: CHECKS.length - failed.length, failed: failed.length };
}

/** Runs one program of the project to its end, with this process' terminal; one that does not end is killed. */
export function run(args) {
  return new Promise((resolve, reject) => {
    const child = spawn(pinnedNode, args, { cwd: projectFolder, stdio: 'inherit' });
    const limit = setTimeout(() => {
      console.error(`\n${args.at(-1)} was not done after ${LIMIT_MS / 60_000} minutes and is killed.`);
      child.kill('SIGKILL');
    }, LIMIT_MS);
    child.once('error', reject);
    child.once('exit', (code) => {
      clearTimeout(limit);
      resolve(code ?? 1);
    });
  });
}
