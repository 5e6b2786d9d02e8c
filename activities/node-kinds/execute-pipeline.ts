import type { Json } from '../../contracts/json.ts';
import type { ExecutePipelineConfig } from '../../contracts/node-kinds/action.ts';
import type { RunRecord } from '../../store/run-records.ts';
import type { StartRunFor } from '../start-run-for.ts';
import type { ActionTools } from './action.ts';

export type ExecutePipeline = (
  config: ExecutePipelineConfig,
  tools: Pick<ActionTools, 'given' | 'key'>,
  parent: RunRecord,
) => Promise<Json>;

/**
 * Starts a run of another pipeline, on behalf of whoever started this one. The effect's key makes it one run, however often it is
 * tried; its output is `{ runId }`.
 */
export const createExecutePipeline =
  (startRunFor: StartRunFor): ExecutePipeline =>
  ({ pipelineId, version }, { given, key }, { id, startedBy, generation }) =>
    startRunFor({
      ...{ pipelineId, version, key, startedBy, generation },
      ...{ input: given['input'] ?? {}, trigger: 'pipeline', parentRunId: id },
      ...{ principal: `run:${id}`, route: 'execute_pipeline' },
    });
