import { z } from 'zod';

import { DocumentStatus, KnowledgeDocument } from '../../../../contracts/knowledge.ts';
import type { Page } from '../../../../contracts/page.ts';

const Told = z.object({
  documentId: z.string(),
  version: z.number().int(),
  status: DocumentStatus,
  progress: KnowledgeDocument.shape.progress,
});
const Deleted = Told.pick({ documentId: true });

interface DocumentMessage {
  type: string;
  data: Record<string, unknown>;
}

/** A document after something was told of documents; unchanged where it is about another one, or older than what is known. */
export function foldDocument(
  document: KnowledgeDocument,
  { type, data }: DocumentMessage,
): KnowledgeDocument {
  const told = type.startsWith('document.') ? Told.safeParse(data).data : undefined;
  if (told === undefined || told.documentId !== document.id || told.version < document.version)
    return document;
  const { version, status, progress } = told;
  const isBehind = version === document.version && progress.embedded < document.progress.embedded;
  return {
    ...document,
    version,
    status,
    progress: isBehind ? document.progress : progress,
    error: status === 'failed' ? document.error : null,
  };
}

/** A page of documents after something was told; what is deleted is gone at once. */
export function foldPage(page: Page<KnowledgeDocument>, message: DocumentMessage): Page<KnowledgeDocument> {
  const deleted = message.type === 'document.deleted' ? Deleted.safeParse(message.data).data : undefined;
  const items =
    deleted === undefined
      ? page.items.map((document) => foldDocument(document, message))
      : page.items.filter(({ id }) => id !== deleted.documentId);
  return { ...page, items };
}
