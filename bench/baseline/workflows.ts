import { proxyActivities } from '@temporalio/workflow';

import type { BaselineActivities } from './activities.ts';

const { callAndRecord } = proxyActivities<BaselineActivities>({ startToCloseTimeout: '30 seconds' });

/** What a programmer would write by hand: one activity a step, one after the other. */
export async function handWrittenChain(run: string, steps: number, url: string): Promise<number> {
  let ok = 0;
  for (let step = 0; step < steps; step += 1) ok += (await callAndRecord(run, step, url)) === 200 ? 1 : 0;
  return ok;
}

/** The same steps at once. */
export async function handWrittenFanOut(run: string, steps: number, url: string): Promise<number> {
  const answers = await Promise.all(
    Array.from({ length: steps }, (_, step) => callAndRecord(run, step, url)),
  );
  return answers.filter((status) => status === 200).length;
}

/** What is measured is its start. */
export function nothing(): Promise<void> {
  return Promise.resolve();
}
