import { z } from 'zod';

import { MemoryScopeKind } from './agent.ts';
import { Id } from './ids.ts';
import { PageQuery } from './page.ts';

/**
 * Where something remembered is recalled: everywhere, in a circle's conversations, by one agent, or in one conversation. It says nothing of
 * who may see it: that is the memory's audience, which follows from where it was said.
 */
export const MemoryScope = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('global') }),
  z.strictObject({ kind: z.enum(['circle', 'agent', 'conversation']), id: Id }),
]);
export type MemoryScope = z.infer<typeof MemoryScope>;

/** Of nothing in particular: the scope `global`, and the audience of everybody. */
export const EVERYWHERE: Id = '00000000-0000-0000-0000-000000000000';

/**
 * Who may see it: `everyone`, the people of a circle (everybody while it is for everyone), or one person. An agent sees what everybody whom it
 * speaks to may see.
 */
export const MemoryAudience = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('everyone') }),
  z.object({ kind: z.enum(['circle', 'person', 'conversation']), id: Id, name: z.string().nullable() }),
]);
export type MemoryAudience = z.infer<typeof MemoryAudience>;

/** `fact`: one statement, kept for long; `episode`: a conversation told short; `block`: small, named, in every prompt of its scope. */
export const MemoryKind = z.enum(['fact', 'episode', 'block']);
export type MemoryKind = z.infer<typeof MemoryKind>;

/** What neither is white space of any kind nor invisible. */
const CONTENT = /[^\s\p{Z}\p{Cc}\p{Default_Ignorable_Code_Point}]/u;
export const NO_CONTENT = 'must hold more than white space';
export const holdsContent = (text: string): boolean => CONTENT.test(text);
const characters = z.string().refine(holdsContent, { error: NO_CONTENT });
export const MEMORY_CHARACTERS = 8_000;
export const BLOCK_CHARACTERS = 2_000;
export const MemoryContent = characters.max(MEMORY_CHARACTERS);
export const MemoryTags = z.array(z.string().trim().min(1).max(60)).max(20);
export const Importance = z.number().min(0).max(1);
export const BlockName = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,59}$/, 'starts with a lower-case letter and holds letters, digits, - and _');

/** A vector of the active embedding model; only its length is told by the contract, the rest by the space that it goes into. */
export const Embedding = z.array(z.number()).min(1).max(4_000);

/** Where it comes from. Ids outlive what they name. */
export const MemorySource = z.object({
  by: z.object({ kind: z.enum(['user', 'agent', 'run', 'house']), id: Id.nullable(), name: z.string() }),
  conversationId: Id.nullable(),
  /** Sequences of the messages of that conversation that it was taken from. */
  messages: z
    .object({ branch: z.number().int(), from: z.number().int(), until: z.number().int() })
    .nullable(),
  runId: Id.nullable(),
});
export type MemorySource = z.infer<typeof MemorySource>;

export const Memory = z.object({
  id: Id,
  kind: MemoryKind,
  scope: MemoryScope,
  /** Name of the circle, agent or conversation of the scope; null where it is gone, or `global`. */
  scopeName: z.string().nullable(),
  audience: MemoryAudience,
  /** Of a block. */
  name: BlockName.nullable(),
  content: z.string(),
  importance: Importance,
  tags: z.array(z.string()),
  source: MemorySource,
  /** The one that it has taken the place of, and why. */
  supersedes: Id.nullable(),
  supersededBy: Id.nullable(),
  supersededAt: z.iso.datetime().nullable(),
  supersedeReason: z.enum(['edited', 'contradicted', 'renewed']).nullable(),
  /** Whether the active embedding model has a vector of it: until then only its words find it. */
  isEmbedded: z.boolean(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().nullable(),
});
export type Memory = z.infer<typeof Memory>;

export const MemoryDetail = Memory.extend({
  /** Everything that took one another's place, oldest first, this one included. */
  chain: z.array(Memory),
});
export type MemoryDetail = z.infer<typeof MemoryDetail>;

export const CreateMemory = z
  .strictObject({
    kind: z.enum(['fact', 'block']).default('fact'),
    content: MemoryContent,
    scope: MemoryScope,
    name: BlockName.optional().describe('Of a block; needed there'),
    importance: Importance.default(0.5),
    tags: MemoryTags.default([]),
    expiresAt: z.iso.datetime().optional(),
    embedding: Embedding.optional().describe('Its vector by the active model, where you have it already'),
  })
  .superRefine(({ kind, name, content }, context) => {
    const complain = (path: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [path], message });
    if ((kind === 'block') !== (name !== undefined))
      complain('name', 'a block has a name, and nothing else has');
    if (kind === 'block' && content.length > BLOCK_CHARACTERS)
      complain('content', `a block holds at most ${BLOCK_CHARACTERS} characters`);
  });
export type CreateMemory = z.infer<typeof CreateMemory>;

/** Makes a new version that supersedes the one that is changed. */
export const ChangeMemory = z
  .strictObject({
    content: MemoryContent,
    importance: Importance,
    tags: MemoryTags,
    expiresAt: z.iso.datetime().nullable(),
  })
  .partial();
export type ChangeMemory = z.infer<typeof ChangeMemory>;

export const MemoryListQuery = PageQuery.extend({
  scope: MemoryScopeKind.optional(),
  scopeId: Id.optional(),
  kind: MemoryKind.optional(),
  tag: z.string().max(60).optional(),
  conversationId: Id.optional().describe('Taken from what was said there'),
  q: z.string().max(400).optional().describe('Words that it holds'),
  superseded: z.enum(['exclude', 'include']).default('exclude'),
});
export type MemoryListQuery = z.infer<typeof MemoryListQuery>;

export const SearchMode = z.enum(['hybrid', 'vector', 'text']);
export type SearchMode = z.infer<typeof SearchMode>;

/** How much each part counts; documented in docs/retrieval.md. Absent: as the house is tuned. */
export const SearchWeights = z
  .strictObject({
    vector: z.number().min(0).max(10),
    text: z.number().min(0).max(10),
    recency: z.number().min(0).max(10),
    importance: z.number().min(0).max(10),
    /** Time in which recency halves. */
    halfLifeDays: z.number().positive().max(36_500),
  })
  .partial();
export type SearchWeights = z.infer<typeof SearchWeights>;

const search = {
  query: characters.max(4_000),
  scope: MemoryScope.optional().describe('Absent: everything that you may see'),
  limit: z.number().int().min(1).max(100).default(10),
  mode: SearchMode.default('hybrid'),
  weights: SearchWeights.optional(),
};

export const SearchMemories = z.strictObject({
  ...search,
  kinds: z.array(MemoryKind).min(1).max(3).optional(),
  tags: MemoryTags.optional().describe('That it has all of'),
  embedding: Embedding.optional().describe('Of the query by the active model, where you have it already'),
});
export type SearchMemories = z.infer<typeof SearchMemories>;

export const SearchKnowledge = z.strictObject({ ...search, documentId: Id.optional() });
export type SearchKnowledge = z.infer<typeof SearchKnowledge>;

/** Why something was found. `score` is their sum; what a mode does not use is null. */
export const ScoreParts = z.object({
  /** Cosine similarity, and place among the nearest, from 1. */
  similarity: z.number().nullable(),
  vectorRank: z.number().int().nullable(),
  /** Place among the best by words, from 1. */
  textRank: z.number().int().nullable(),
  vector: z.number(),
  text: z.number(),
  recency: z.number(),
  importance: z.number(),
  /** 0 to 1 by the reranking model; the results are in its order then. */
  rerank: z.number().nullable(),
});
export type ScoreParts = z.infer<typeof ScoreParts>;

const found = { score: z.number(), parts: ScoreParts };
export const FoundMemory = Memory.extend(found);
export type FoundMemory = z.infer<typeof FoundMemory>;

/** How a search was done. */
export const SearchSummary = z.object({
  mode: SearchMode,
  weights: SearchWeights.required(),
  /** Why only words were searched where more was asked for; null else. */
  degraded: z.string().nullable(),
  model: z.string(),
  tookMs: z.object({ embed: z.number(), search: z.number(), rerank: z.number().nullable() }),
});
export type SearchSummary = z.infer<typeof SearchSummary>;

export const MemorySearchResult = z.object({ items: z.array(FoundMemory), summary: SearchSummary });
export type MemorySearchResult = z.infer<typeof MemorySearchResult>;

/**
 * What is forgotten at once: of a scope (of a conversation also what was taken from it, wherever that is recalled), or of a person (what only
 * they may see, and what was taken from what they said).
 */
export const ForgetMemories = z.discriminatedUnion('of', [
  z.strictObject({ of: z.literal('agent'), id: Id }),
  z.strictObject({ of: z.literal('circle'), id: Id }),
  z.strictObject({ of: z.literal('conversation'), id: Id }),
  z.strictObject({ of: z.literal('person'), id: Id }),
]);
export type ForgetMemories = z.infer<typeof ForgetMemories>;

export const Forgotten = z.object({ memories: z.number().int(), documents: z.number().int() });
export type Forgotten = z.infer<typeof Forgotten>;

/** How long, and how much, a kind of scope keeps. Blocks are kept always. */
export const MemoryRetention = z.object({
  scope: MemoryScopeKind,
  maxAgeDays: z.number().int().min(1).max(36_500).nullable(),
  /** In each scope: the least important and oldest go first. */
  maxItems: z.number().int().min(10).max(1_000_000),
});
export type MemoryRetention = z.infer<typeof MemoryRetention>;

/** One for each kind of scope. */
export const MemoryRetentions = z.object({ items: z.array(MemoryRetention) });
export type MemoryRetentions = z.infer<typeof MemoryRetentions>;

/** What is not named stays as it is. */
export const ChangeMemoryRetention = z.strictObject({
  items: z
    .array(MemoryRetention.strict())
    .min(1)
    .max(4)
    .refine((items) => new Set(items.map(({ scope }) => scope)).size === items.length, {
      error: 'names each scope once at most',
    }),
});
export type ChangeMemoryRetention = z.infer<typeof ChangeMemoryRetention>;
