import { expect } from '@jest/globals';

import {
  createValidationTools,
  type PipelineValidation,
  validatePipeline,
} from '../platform/pipeline/validate-pipeline.ts';

export const AGENT_ID = '0199a0a0-0000-7000-8000-000000000001';
/** Path, what the message holds, and the node or edge that is named. */
export type Culprit = [path: string, message: RegExp, owner?: { nodeId?: string; edgeId?: string }];
export type RefusedRow = [what: string, definition: unknown, ...culprits: Culprit[]];

const TOOLS = createValidationTools();
const REFERENCES = { agents: new Set(['editor', AGENT_ID]) };

export const validate = (definition: unknown): PipelineValidation =>
  validatePipeline(definition, REFERENCES, TOOLS);

/** Exactly these problems are told, in this order. */
export function expectRefused(definition: unknown, culprits: readonly Culprit[]): void {
  const result = validate(definition);
  const expected = culprits.map(([path, message, owner = {}]) => ({
    path,
    message: expect.stringMatching(message),
    ...owner,
  }));
  expect(result.ok ? [] : result.problems).toEqual(expected);
}
