import type { DocumentStatus } from './knowledge.ts';

/** What the workflow of a document is started with. */
export interface DocumentInput {
  documentId: string;
}

/** How far a document has come, as its workflow sees it: no texts. */
export interface DocumentState {
  /** Rises with everything that people decide about it. */
  revision: number;
  version: number;
  status: DocumentStatus | 'deleted';
}
