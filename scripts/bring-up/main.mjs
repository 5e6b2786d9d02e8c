import './check-node-version.mjs';

import { StepError } from './run-step.mjs';

/** Runs a script; a failed step is told in its own words, anything else is a bug and keeps its stack. */
export async function main(script) {
  try {
    await script();
  } catch (error) {
    console.error(error instanceof StepError ? `\n${error.message}` : error);
    process.exitCode = 1;
  }
}
