/** Every Workflow Type: what the bundle exports and workers run. */
export { mapItemsWorkflow } from './pipeline/map-items-workflow.ts';
export { pipelineWorkflow } from './pipeline/pipeline-workflow.ts';
