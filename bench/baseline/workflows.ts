import { continueAsNew, proxyActivities, workflowInfo } from '@temporalio/workflow';

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

/** The same steps, so many at once, over as many executions as that takes. */
export async function handWrittenWindow(
  run: string,
  from: number,
  to: number,
  window: number,
  url: string,
): Promise<void> {
  let next = from;
  const lane = async (): Promise<void> => {
    while (next < to && !workflowInfo().continueAsNewSuggested) {
      const step = next;
      next += 1;
      await callAndRecord(run, step, url);
    }
  };
  await Promise.all(Array.from({ length: window }, lane));
  if (next < to) await continueAsNew<typeof handWrittenWindow>(run, next, to, window, url);
}

/** What is measured is its start. */
export function nothing(): Promise<void> {
  return Promise.resolve();
}
