import { createRuns } from '../../store/runs.ts';
import { createToolCallers } from '../../store/tool-callers.ts';
import { createStartRunFor, type StartRunDependencies } from '../start-run-for.ts';
import type { RunToolDependencies } from './run-pipeline.ts';

/** Makes what the tools for runs stand on. */
export const createRunTools = (dependencies: StartRunDependencies): RunToolDependencies => ({
  startRunFor: createStartRunFor(dependencies),
  runs: createRuns(dependencies.pool),
  callers: createToolCallers(dependencies.pool),
});
