import type { Id } from '../../contracts/ids.ts';
import { MemoryListQuery, type MemoryScope, SearchMemories } from '../../contracts/memory.ts';
import type { Line } from '../../store/conversation-context.ts';
import type { Memories } from '../../store/memory/memories.ts';
import type { MemorySearch } from '../../store/memory/search.ts';
import type { MemoryViewer } from '../../store/memory/walls.ts';

export interface KnownFactsDependencies {
  memorySearch: Pick<MemorySearch, 'searchMemories'>;
  memories: Pick<Memories, 'listMemories'>;
}

interface StretchToRead {
  viewer: MemoryViewer;
  conversationId: Id;
  /** Where is remembered what is taken from it. */
  scope: MemoryScope;
  lines: readonly Line[];
  signal: AbortSignal;
}

interface KnownFact {
  content: string;
  /** Null where it is of another scope, so that nothing of this one takes its place. */
  id: Id | null;
}

/** As much of what people said is searched by for what is known. */
const MOST_SEARCHED = 1_000;
const MOST_KNOWN = 12;
/** Newest first: of the conversation, and of those what agents have kept there. */
const MOST_LISTED = 100;
const MOST_KEPT = 12;

/**
 * What whoever takes facts from a stretch of a conversation is told as known: what agents have kept there by their tools, in whatever scope,
 * and what the scope holds that bears on what was said.
 */
export async function knownFacts(
  { memories, memorySearch }: KnownFactsDependencies,
  { viewer, conversationId, scope, lines, signal }: StretchToRead,
): Promise<KnownFact[]> {
  const said = lines.filter(({ author }) => author.kind === 'user').map(({ content }) => content);
  const query = (said.length === 0 ? lines.map(({ content }) => content) : said).join('\n');
  const found = await memorySearch.searchMemories(
    viewer,
    SearchMemories.parse({ query: query.slice(-MOST_SEARCHED), scope, kinds: ['fact'], limit: MOST_KNOWN }),
    { signal },
  );
  const listed = await memories.listMemories(
    viewer,
    MemoryListQuery.parse({ conversationId, kind: 'fact', limit: MOST_LISTED }),
  );
  const kept = listed.items.filter(({ source }) => source.by.kind === 'agent').slice(0, MOST_KEPT);
  const alsoFound = found.items.filter(({ id }) => kept.every((one) => one.id !== id));
  return [
    ...kept.map((one) => ({ content: one.content, id: isSame(one.scope, scope) ? one.id : null })),
    ...alsoFound.map(({ content, id }) => ({ content, id })),
  ];
}

const isSame = (one: MemoryScope, other: MemoryScope): boolean =>
  one.kind === other.kind && ('id' in one ? one.id : null) === ('id' in other ? other.id : null);
