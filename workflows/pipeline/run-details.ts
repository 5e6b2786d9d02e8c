import { showOnPage } from '../run-page.ts';
import { detailsOf } from './details-of.ts';
import type { PipelineRun } from './run-state.ts';

/** Shows how a run stands on its workflow's page in the engine's UI. */
export function showDetails(run: PipelineRun): void {
  showOnPage(() => {
    const { scopes, maps, costUsd } = run.carry();
    const { running } = run.describe();
    const { input, pause, delays: waits } = run;
    return detailsOf({ input, paused: pause.isPaused, costUsd, running, scopes, maps, waits });
  });
}
