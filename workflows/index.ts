/** Every Workflow Type: what the bundle exports and workers run. */
export { pipelineWorkflow } from './pipeline/pipeline-workflow.ts';
