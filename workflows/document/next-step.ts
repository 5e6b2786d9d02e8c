import type { DocumentState } from '../../contracts/document-state.ts';

export type DocumentStep = 'read' | 'parse' | 'embed' | 'end';

const STEPS: Readonly<Record<DocumentState['status'], DocumentStep>> = {
  queued: 'parse',
  parsing: 'parse',
  embedding: 'embed',
  completed: 'end',
  paused: 'end',
  failed: 'end',
  canceled: 'end',
  deleted: 'end',
};

/**
 * What is to be done about a document.
 * @param state as it was read last; undefined: not yet, or not since something was given up
 * @param told the highest revision that the workflow was told of
 */
export function nextStep(state: DocumentState | undefined, told: number): DocumentStep {
  return state === undefined || state.revision < told ? 'read' : STEPS[state.status];
}
