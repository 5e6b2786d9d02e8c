import { mkdirSync, readFileSync, rmSync } from 'node:fs';

import { bringBuilds } from './bring-up/builds.mjs';
import { bringDependencies } from './bring-up/dependencies.mjs';
import { main } from './bring-up/main.mjs';
import { inProject } from './bring-up/project.mjs';
import { run, runChecks } from './checks.mjs';

/** Tests that start whole products come last and one after another: their limits are meant for a machine of their own. */
const GROUPS = [
  {
    name: 'tests',
    args: [
      '--testPathIgnorePatterns',
      '/node_modules/',
      '/dist/',
      '/.gathering/',
      '\\.crash\\.test\\.',
      '/dashboard/e2e/',
    ],
  },
  {
    name: 'crash tests',
    args: [
      '--runInBand',
      '--testPathPatterns',
      '\\.crash\\.test\\.',
      '--testPathIgnorePatterns',
      '/node_modules/',
    ],
  },
  {
    name: 'journeys',
    args: [
      '--runInBand',
      '--testPathPatterns',
      '/dashboard/e2e/',
      '--testPathIgnorePatterns',
      '/node_modules/',
    ],
  },
];
const JEST = [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  inProject('node_modules/jest/bin/jest.js'),
];

// `npm test` runs everything; `npm test -- <jest's arguments>` runs what they choose, without the checks.
await main(async () => {
  await bringDependencies();
  await bringBuilds();
  const chosen = process.argv.slice(2);
  if (chosen.length > 0) {
    process.exitCode = await run([...JEST, ...chosen]);
    return;
  }
  const counts = [await runChecks(), await bringServers()];
  for (const group of GROUPS) {
    console.log(`\n── ${group.name}`);
    counts.push(await runJest(group));
  }
  const passed = counts.reduce((sum, count) => sum + count.passed, 0);
  const failed = counts.reduce((sum, count) => sum + count.failed, 0);
  console.log(`\n${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
});

/** A program that cannot be had fails the run; the tests that need it say so as well. */
async function bringServers() {
  const code = await run([inProject('testing/bring-servers.ts')]);
  return { passed: 0, failed: code === 0 ? 0 : 1 };
}

async function runJest(group) {
  mkdirSync(inProject('dist'), { recursive: true });
  const results = inProject('dist', 'test-results.json');
  rmSync(results, { force: true });
  const code = await run([...JEST, '--json', '--outputFile', results, '--silent=false', ...group.args]);
  const {
    numPassedTests: passed,
    numFailedTests,
    numFailedTestSuites,
    numRuntimeErrorTestSuites,
  } = read(results);
  // A file that does not even load has no failed test, and a run that jest gave up has none either.
  const failed = numFailedTests + (numFailedTests === 0 ? numFailedTestSuites : numRuntimeErrorTestSuites);
  return { passed, failed: failed === 0 && code !== 0 ? 1 : failed };
}

function read(results) {
  const none = { numPassedTests: 0, numFailedTests: 0, numFailedTestSuites: 0, numRuntimeErrorTestSuites: 0 };
  try {
    return JSON.parse(readFileSync(results, 'utf8'));
  } catch (error) {
    console.error(`jest left no results: ${error.message}`);
    return none;
  }
}
