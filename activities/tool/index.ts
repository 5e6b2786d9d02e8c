/** What agents can do to the world beyond speaking. Each effect goes through the outbound client or the path guard. */
export { resolveInside, safeSegments } from './path-guard.ts';
export { listRunFiles, readRunFile, writeRunFile } from './run-files.ts';
export type { ToolAnswer, ToolContext } from './tool-kind.ts';
export {
  createToolRegistry,
  type ToolCallContext,
  type ToolDependencies,
  type ToolRegistry,
} from './tool-registry.ts';
