import type { Chunk, KnowledgeDocument } from '../../contracts/knowledge.ts';
import type { FoundMemory, Memory, SearchSummary } from '../../contracts/memory.ts';
import { AT, CIRCLE_ID, CONVERSATION_ID, EDITOR, later } from './builders.ts';

const id = (last: number) => `01970000-0000-7000-9000-${String(last).padStart(12, '0')}`;

export const MEMORY_ID = id(1);
export const DOCUMENT_ID = id(100);

/** A fact that an agent took from what was said in a circle's conversation. */
export function aMemory(change: Partial<Memory> = {}): Memory {
  return {
    id: MEMORY_ID,
    kind: 'fact',
    scope: { kind: 'circle', id: CIRCLE_ID },
    scopeName: 'Editorial team',
    audience: { kind: 'circle', id: CIRCLE_ID, name: 'Editorial team' },
    name: null,
    content: 'The deadline is 1 June.',
    importance: 0.7,
    tags: ['dates'],
    source: {
      by: { kind: 'agent', id: EDITOR.id, name: EDITOR.name },
      conversationId: CONVERSATION_ID,
      messages: { branch: 0, from: 3, until: 4 },
      runId: null,
    },
    supersedes: null,
    supersededBy: null,
    supersededAt: null,
    supersedeReason: null,
    isEmbedded: true,
    createdAt: AT,
    expiresAt: null,
    ...change,
  };
}

/** Two versions, the later one in the place of the earlier one. */
export function twoVersions(): { before: Memory; now: Memory } {
  const before = aMemory({
    id: id(2),
    content: 'The deadline is 1 May.',
    supersededBy: MEMORY_ID,
    supersededAt: later(60),
    supersedeReason: 'contradicted',
  });
  return { before, now: aMemory({ supersedes: before.id, createdAt: later(60) }) };
}

export const aBlock = (change: Partial<Memory> = {}): Memory =>
  aMemory({ id: id(3), kind: 'block', name: 'style_guide', content: 'Write short sentences.', ...change });

export const aSummary = (change: Partial<SearchSummary> = {}): SearchSummary => ({
  mode: 'hybrid',
  weights: { vector: 1, text: 1, recency: 0.1, importance: 0.1, halfLifeDays: 30 },
  degraded: null,
  model: 'local/all-MiniLM',
  tookMs: { embed: 12, search: 4, rerank: null },
  ...change,
});

export const aFoundMemory = (change: Partial<FoundMemory> = {}): FoundMemory => ({
  ...aMemory(),
  score: 1.57,
  parts: {
    ...{ similarity: 0.81, vectorRank: 1, textRank: null },
    ...{ vector: 1, text: 0, recency: 0.5, importance: 0.07, rerank: null },
  },
  ...change,
});

/** A document that is ready. */
export function aDocument(change: Partial<KnowledgeDocument> = {}): KnowledgeDocument {
  return {
    id: DOCUMENT_ID,
    name: 'handbook.pdf',
    scope: { kind: 'global' },
    scopeName: null,
    audience: { kind: 'everyone' },
    format: 'pdf',
    mediaType: 'application/pdf',
    bytes: 2_048,
    sha256: 'a'.repeat(64),
    version: 1,
    status: 'completed',
    error: null,
    progress: { pages: 3, chunks: 4, embedded: 4 },
    createdBy: 'ada@example.org',
    createdAt: AT,
    updatedAt: AT,
    ...change,
  };
}

export const aChunk = (position: number, change: Partial<Chunk> = {}): Chunk => ({
  id: id(200 + position),
  documentId: DOCUMENT_ID,
  documentName: 'handbook.pdf',
  position,
  content: `What stands at place ${position}.`,
  page: position + 1,
  headings: ['Terms', 'Payment'],
  lines: null,
  isEmbedded: true,
  ...change,
});
