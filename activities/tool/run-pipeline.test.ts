import { describe, expect, it } from '@jest/globals';

import { GatheringFailure } from '../../contracts/failure.ts';
import type { Json } from '../../contracts/json.ts';
import type { Run } from '../../contracts/run.ts';
import type { Role } from '../../contracts/user.ts';
import type { WantedRun } from '../start-run-for.ts';
import { readRunTool, runPipelineTool, type RunToolDependencies } from './run-pipeline.ts';
import type { ToolAnswer } from './tool-kind.ts';

const RUN = '01970000-0000-7000-8000-000000000001';
const ADA = '01970000-0000-7000-8000-0000000000ad';
const wanted: WantedRun[] = [];

/** Runs as far as the tools read them. */
const aRun = (run: Partial<Run>): Run =>
  // The rest of a run is nothing to these tools.
  ({ id: RUN, status: 'completed', ...run }) as Run;

function tools({
  role = 'operator',
  runs,
  patienceMs = 50,
}: {
  role?: Role | null;
  runs: Run[];
  patienceMs?: number;
}) {
  const next = (): Run => (runs.length > 1 ? runs.shift() : runs[0]) ?? aRun({});
  const deps: RunToolDependencies = {
    startRunFor: (run) => {
      wanted.push(run);
      return Promise.resolve({ runId: RUN });
    },
    runs: {
      getRun: () => Promise.resolve(runs.at(-1) ?? aRun({})),
      getRunStatus: () => Promise.resolve(next().status),
    },
    callers: {
      getToolCaller: () => Promise.resolve({ userId: ADA, role, runId: null, generation: 3 }),
    },
    patienceMs,
  };
  const context = {
    caller: { kind: 'conversation', id: 'c1' } as const,
    ...{ runFolder: '', idempotencyKey: 'c1/4/tool.0.0', signal: new AbortController().signal },
  };
  return {
    start: (input: object = {}) =>
      runPipelineTool(deps).run({ pipeline: 'digest', input: { ...input } }, context),
    read: () => readRunTool(deps).run({ runId: RUN }, context),
  };
}
const told = (answer: string | ToolAnswer): Json =>
  // Both tools answer so.
  JSON.parse((answer as ToolAnswer).content) as Json;

describe('run_pipeline', () => {
  it('starts one run for its key, on behalf of who is behind the conversation, and gives its output', async () => {
    const answer = await tools({
      runs: [aRun({ status: 'running' }), aRun({ output: { text: 'short' } })],
    }).start({
      text: 'long',
    });
    expect(told(answer)).toEqual({ runId: RUN, status: 'completed', output: { text: 'short' } });
    expect(wanted.at(-1)).toEqual({
      ...{ pipelineId: 'digest', input: { text: 'long' }, key: 'c1/4/tool.0.0', trigger: 'agent' },
      ...{ startedBy: ADA, generation: 3, principal: 'conversation:c1', route: 'run_pipeline' },
    });
  });

  it('says that a run is not over, and which', async () => {
    const answer = await tools({ runs: [aRun({ status: 'running' })] }).start();
    expect(told(answer)).toMatchObject({
      runId: RUN,
      status: 'running',
      note: expect.stringContaining('read_run'),
    });
  });

  it('tells how a run failed, as an error', async () => {
    const error = { type: 'Unavailable', message: 'nobody there', nodeId: 'call' };
    const answer = await tools({ runs: [aRun({ status: 'failed', error })] }).start();
    expect(answer).toMatchObject({ isError: true });
    expect(told(answer)).toMatchObject({ error: { type: 'Unavailable', message: 'nobody there' } });
  });

  it('gives the beginning of a long output', async () => {
    const answer = await tools({ runs: [aRun({ output: 'a'.repeat(50_000) })] }).start();
    expect(told(answer)).toMatchObject({ beginning: `"${'a'.repeat(19_999)}` });
  });

  it.each<Role | null>(['viewer', null])('refuses for a starter who is %s', async (role) => {
    const before = wanted.length;
    await expect(tools({ role, runs: [] }).start()).rejects.toThrow(GatheringFailure);
    expect(wanted).toHaveLength(before);
  });
});

describe('read_run', () => {
  it('tells how a run stands', async () => {
    const answer = await tools({ role: 'viewer', runs: [aRun({ status: 'queued' })] }).read();
    expect(told(answer)).toMatchObject({ runId: RUN, status: 'queued' });
  });

  it('refuses for a starter who is no user', async () => {
    await expect(tools({ role: null, runs: [] }).read()).rejects.toThrow(GatheringFailure);
  });
});
