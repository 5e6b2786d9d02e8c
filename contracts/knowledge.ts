import { z } from 'zod';

import { MemoryScopeKind } from './agent.ts';
import { Failure } from './failure.ts';
import { Id } from './ids.ts';
import {
  holdsContent,
  MemoryAudience,
  MemoryScope,
  NO_CONTENT,
  ScoreParts,
  SearchSummary,
} from './memory.ts';
import { PageQuery } from './page.ts';

/** `queued → parsing → embedding → completed`; see docs/state-machines.md. */
export const DocumentStatus = z.enum([
  'queued',
  'parsing',
  'embedding',
  'completed',
  'paused',
  'failed',
  'canceled',
]);
export type DocumentStatus = z.infer<typeof DocumentStatus>;

/** What a document is read as; found by its bytes and its name, whatever it was sent as. */
export const DocumentFormat = z.enum(['text', 'markdown', 'html', 'csv', 'json', 'pdf', 'docx', 'code']);
export type DocumentFormat = z.infer<typeof DocumentFormat>;

export const DOCUMENT_LIMIT_BYTES = 25 * 1024 * 1024;

export const KnowledgeDocument = z.object({
  id: Id,
  name: z.string(),
  scope: MemoryScope,
  scopeName: z.string().nullable(),
  audience: MemoryAudience,
  format: DocumentFormat,
  mediaType: z.string(),
  bytes: z.number().int(),
  sha256: z.string(),
  /** Rises with each change of its content or name. */
  version: z.number().int(),
  status: DocumentStatus,
  error: Failure.nullable(),
  /** Never goes back within a version. `chunks` is null until it is parsed. */
  progress: z.object({
    pages: z.number().int().nullable(),
    chunks: z.number().int().nullable(),
    embedded: z.number().int(),
  }),
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
export type KnowledgeDocument = z.infer<typeof KnowledgeDocument>;

/** Line breaks and other controls, what turns round the direction of text, and what stands for bytes that were no UTF-8. */
const NOT_IN_NAMES = /[\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069\uFFFD]/u;
const NAME_LENGTH = 'must be 1–300 characters';
/** As it is shown in lists: one line that says what it seems to say. */
export const DocumentName = z
  .string()
  .trim()
  .min(1, NAME_LENGTH)
  .max(300, NAME_LENGTH)
  .refine((name) => !NOT_IN_NAMES.test(name), {
    error: 'must be one line of UTF-8 without controls, also of its direction',
  })
  .refine((name) => name === '' || holdsContent(name), { error: NO_CONTENT });

/** Fields of the multipart upload beside `file`; `scope` is JSON. */
export const UploadFields = z.strictObject({
  name: DocumentName.optional(),
  scope: MemoryScope.default({ kind: 'global' }),
});
export type UploadFields = z.infer<typeof UploadFields>;

export const DocumentListQuery = PageQuery.extend({
  scope: MemoryScopeKind.optional(),
  scopeId: Id.optional(),
  status: DocumentStatus.optional(),
  q: z.string().max(300).optional(),
});
export type DocumentListQuery = z.infer<typeof DocumentListQuery>;

/** A piece of a document as it is found and cited. */
export const Chunk = z.object({
  id: Id,
  documentId: Id,
  documentName: z.string(),
  /** From 0, in the order of the document. */
  position: z.number().int(),
  content: z.string(),
  /** From 1, where the format has pages. */
  page: z.number().int().nullable(),
  /** Titles of the sections that it stands in, outermost first. */
  headings: z.array(z.string()),
  /** Lines, rows or the like, where a format has them. */
  lines: z.object({ from: z.number().int(), until: z.number().int() }).nullable(),
  isEmbedded: z.boolean(),
});
export type Chunk = z.infer<typeof Chunk>;

export const FoundChunk = Chunk.extend({ score: z.number(), parts: ScoreParts });
export type FoundChunk = z.infer<typeof FoundChunk>;

export const KnowledgeSearchResult = z.object({ items: z.array(FoundChunk), summary: SearchSummary });
export type KnowledgeSearchResult = z.infer<typeof KnowledgeSearchResult>;

/** What `[n]` in an agent's message stands for. */
export const Citation = z.object({
  number: z.number().int(),
  chunkId: Id,
  documentId: Id,
  documentName: z.string(),
  page: z.number().int().nullable(),
  headings: z.array(z.string()),
});
export type Citation = z.infer<typeof Citation>;
