/**
 * The rules of a pipeline's flow as plain functions: which node may run, which is skipped, what a merge joins. Workflow,
 * segment, validator and dashboard use the same ones. Free of zod and of values.
 */
export { type Fork, forkAt } from './fork.ts';
export { ancestorsOf, createGraph, findCycle, type Graph } from './graph.ts';
export { lineFrom } from './line.ts';
export { failedOutcome, KIND_PORTS, portsOf } from './ports.ts';
export { abandoned, isTaken, mergedBranches, type Progress, startProgress } from './progress.ts';
