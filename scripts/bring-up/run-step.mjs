import { spawn } from 'node:child_process';

import { projectFolder } from './project.mjs';

const REMIND_EVERY_MS = 15_000;

/** A step failed; the message says what to do and is all that a person needs to see. */
export class StepError extends Error {
  name = 'StepError';
}

/**
 * Runs one long step of the bring-up, says that it has begun, that it still goes on and how long it took.
 * @param {{ title: string, command: string, args: string[], limitMs: number, advice: string, env?: NodeJS.ProcessEnv, quiet?: boolean }} step
 *   `quiet` keeps the step's output back unless it fails
 * @throws {StepError} when it fails or is not done within its limit; `output` has what it printed when quiet
 */
export async function runStep(step) {
  const began = Date.now();
  const seconds = () => `${Math.round((Date.now() - began) / 1000)} s`;
  console.log(`${step.title} …`);
  const child = spawn(step.command, step.args, {
    cwd: projectFolder,
    env: { ...process.env, ...step.env },
    stdio: ['ignore', step.quiet ? 'pipe' : 'inherit', step.quiet ? 'pipe' : 'inherit'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += String(chunk)));
  const reminder = setInterval(
    () => console.log(`${step.title}: still at it, ${seconds()}`),
    REMIND_EVERY_MS,
  );
  let late = false;
  const limit = setTimeout(() => {
    late = true;
    child.kill('SIGKILL');
  }, step.limitMs);
  const stop = () => child.kill('SIGTERM');
  process.once('exit', stop);
  try {
    const result = await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve({ code, signal }));
    });
    if (late) throw failure(step, `was not done after ${step.limitMs / 1000} s`, output);
    if (result.code !== 0)
      throw failure(step, `ended with ${result.signal ?? `code ${result.code}`}`, output);
  } finally {
    clearInterval(reminder);
    clearTimeout(limit);
    process.off('exit', stop);
  }
  console.log(`${step.title}: done in ${seconds()}`);
}

function failure(step, why, output) {
  const shown = output.trim() === '' ? '' : `${output.trim().slice(-4000)}\n\n`;
  return Object.assign(new StepError(`${shown}${step.title}: ${step.command} ${why}.\n${step.advice}`), {
    output,
  });
}
