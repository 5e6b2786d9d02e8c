/** What agents can do to the world beyond speaking. Each effect goes through the outbound client or the path guard. */
export { writeRunFile } from './run-files.ts';
export { createRunTools } from './run-tools.ts';
export { createToolRegistry, type ToolRegistry } from './tool-registry.ts';
