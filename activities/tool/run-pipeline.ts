import { setTimeout as wait } from 'node:timers/promises';

import { GatheringFailure } from '../../contracts/failure.ts';
import type { JsonObject } from '../../contracts/json.ts';
import { isAllowed, type Permission } from '../../contracts/policy.ts';
import { isTerminal, type Run } from '../../contracts/run.ts';
import type { Runs } from '../../store/runs.ts';
import type { ToolCaller, ToolCallers } from '../../store/tool-callers.ts';
import type { StartRunFor } from '../start-run-for.ts';
import { READ_RUN, RUN_PIPELINE } from './catalogue.ts';
import { textIn, type ToolAnswer, type ToolContext, type ToolKind } from './tool-kind.ts';

export interface RunToolDependencies {
  startRunFor: StartRunFor;
  runs: Pick<Runs, 'getRun' | 'getRunStatus'>;
  callers: ToolCallers;
  /** How long `run_pipeline` waits for the end of a run. */
  patienceMs?: number;
}

const PATIENCE_MS = 60_000;
const LOOK_AGAIN_MS = 250;
/** A model gets as much of an output, in characters. */
const LONGEST_OUTPUT = 20_000;
const MOST_BYTES = 1_000_000;

/**
 * Starts a run of a pipeline and waits for its end for a while. The key of the call makes it one run: a call that is made again after
 * its worker died waits for the same. On behalf of whoever started what the agent speaks in, as far as they may start runs.
 */
export const runPipelineTool = (deps: RunToolDependencies): ToolKind => ({
  tool: RUN_PIPELINE,
  run: async (input, context) => {
    const { userId, generation, runId: parent } = await callerOf(deps, context, 'runs:start');
    const { runId } = await deps.startRunFor({
      ...{ pipelineId: textIn(input, 'pipeline'), input: input['input'] ?? {} },
      ...{ key: context.idempotencyKey, startedBy: userId, trigger: 'agent', generation },
      ...{ principal: `${context.caller.kind}:${context.caller.id}`, route: RUN_PIPELINE.name },
      ...(parent === null ? {} : { parentRunId: parent }),
    });
    return answerOf(await endOf(deps, runId, context.signal));
  },
});

/** How a run stands. On behalf of whoever started what the agent speaks in, as far as they may read runs. */
export const readRunTool = (deps: RunToolDependencies): ToolKind => ({
  tool: READ_RUN,
  run: async (input, context) => {
    await callerOf(deps, context, 'runs:read');
    return answerOf(await deps.runs.getRun(textIn(input, 'runId'), { maxOutputBytes: MOST_BYTES }));
  },
});

/** @throws GatheringFailure Forbidden */
async function callerOf(
  { callers }: RunToolDependencies,
  { caller }: ToolContext,
  permission: Permission,
): Promise<ToolCaller> {
  const found = await callers.getToolCaller(caller);
  if (found.role !== null && isAllowed(found.role, permission)) return found;
  const what = permission === 'runs:start' ? 'start' : 'read';
  throw new GatheringFailure('Forbidden', `Whoever started this ${caller.kind} may not ${what} runs`);
}

/** As it is at its end, or when the patience is over. */
async function endOf(
  { runs, patienceMs = PATIENCE_MS }: RunToolDependencies,
  runId: string,
  signal: AbortSignal,
): Promise<Run> {
  const endMs = performance.now() + patienceMs;
  while (!isTerminal(await runs.getRunStatus(runId)) && performance.now() < endMs)
    await wait(LOOK_AGAIN_MS, undefined, { signal });
  return runs.getRun(runId, { maxOutputBytes: MOST_BYTES });
}

function answerOf({ id, status, output, error }: Run): ToolAnswer {
  const told: JsonObject = { runId: id, status };
  if (error !== undefined) {
    const failure = { type: error.type, message: error.message };
    return { content: JSON.stringify({ ...told, error: failure }), isError: true };
  }
  if (!isTerminal(status))
    return {
      content: JSON.stringify({ ...told, note: `Still ${status}: ask again later with ${READ_RUN.name}` }),
      isError: false,
    };
  const text = JSON.stringify(output ?? null);
  if (text.length <= LONGEST_OUTPUT)
    return { content: JSON.stringify({ ...told, output: output ?? null }), isError: false };
  const beginning = text.slice(0, LONGEST_OUTPUT);
  const note = `The output has ${text.length} characters; this is its beginning`;
  return { content: JSON.stringify({ ...told, note, beginning }), isError: false };
}
