/** Every Workflow Type: what the bundle exports and workers run. */
export { conversationWorkflow } from './conversation/conversation-workflow.ts';
export { ingestDocumentWorkflow } from './document/ingest-document-workflow.ts';
export { reembedWorkflow } from './embedding/reembed-workflow.ts';
export { rememberWorkflow } from './memory/remember-workflow.ts';
export { mapItemsWorkflow } from './pipeline/map-items-workflow.ts';
export { pipelineWorkflow } from './pipeline/pipeline-workflow.ts';
