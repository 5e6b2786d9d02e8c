import { setCurrentDetails, type WorkflowInterceptorsFactory } from '@temporalio/workflow';

/** What the engine's UI asks a workflow for its page. */
const METADATA_QUERY = '__temporal_workflow_metadata';

/** Of the one workflow in this sandbox: the engine gives an interceptor nothing else to know it by. */
let current: (() => string) | undefined;

/** Shows how a workflow stands on its page in the engine's UI, as Markdown. It is worked out when the page asks, and costs nothing else. */
export function showOnPage(describe: () => string): void {
  current = describe;
}

/** Part of the bundle of all workflows. Interceptors of queries are not told of the engine's own; those of activations are. */
export const interceptors: WorkflowInterceptorsFactory = () => ({
  internals: [
    {
      activate: (input, next) => {
        const isAsked = input.activation.jobs?.some((job) => job.queryWorkflow?.queryType === METADATA_QUERY);
        if (isAsked === true && current !== undefined) setCurrentDetails(current());
        next(input);
      },
    },
  ],
});
