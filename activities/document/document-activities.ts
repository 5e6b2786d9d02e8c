import type { DocumentInput, DocumentState } from '../../contracts/document-state.ts';

/** What a document's workflow lets happen. Each is safe to repeat, and answers with how the document stands then; texts stay in Postgres. */
export interface DocumentActivities {
  readDocument(input: DocumentInput): Promise<DocumentState>;
  /** Reads a queued document and keeps its chunks. One that cannot be read has failed then, and says why. */
  parseDocument(input: DocumentInput): Promise<DocumentState>;
  /**
   * Embeds the next batches of a document, for a minute or so, and stores each as it comes. Where the embedder is away it is tried again; where
   * it refuses, or is away for long, the document has failed and says why.
   */
  embedDocument(input: DocumentInput): Promise<DocumentState>;
}
