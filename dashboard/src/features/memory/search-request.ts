import { MemoryKind, SearchMode, type SearchWeights } from '../../../../contracts/memory.ts';
import { scopeOf } from '../../lib/memory-words.ts';
import type { NewKnowledgeSearch, NewSearch } from './queries.ts';

/** What is searched, and how; lives in the page's address. */
export interface Playground {
  /** Memories, or chunks of documents. */
  source: 'memories' | 'knowledge';
  q: string;
  mode: SearchMode;
  /** A scope's key; nothing for everything that the person may see. */
  scope: string;
  kind: MemoryKind | undefined;
  tag: string;
  /** Those that are not the defaults. */
  weights: SearchWeights;
}

export const MODES: Record<SearchMode, { label: string; explained: string }> = {
  hybrid: { label: 'Hybrid', explained: 'By meaning and by words, joined.' },
  vector: { label: 'Meaning', explained: 'By meaning alone: other words for the same find it too.' },
  text: { label: 'Words', explained: 'By words alone, in any of their forms.' },
};

/** What counts, in the order in which it is shown. */
export const WEIGHTS = ['vector', 'text', 'recency', 'importance'] as const;
export type Weight = (typeof WEIGHTS)[number];

/** What can count at all: not what was not searched by, nor what documents do not have. */
export const countingIn = (source: Playground['source'], mode: SearchMode): readonly Weight[] =>
  WEIGHTS.filter(
    (name) =>
      !(name === 'vector' && mode === 'text') &&
      !(name === 'text' && mode === 'vector') &&
      !(name === 'importance' && source === 'knowledge'),
  );
const ALL_WEIGHTS = [...WEIGHTS, 'halfLifeDays'] as const;

export function readPlayground(search: URLSearchParams): Playground {
  const scope = search.get('scope') ?? '';
  const weights = ALL_WEIGHTS.flatMap((name) => {
    const text = search.get(name) ?? '';
    const weight = Number(text);
    const isOne = text !== '' && weight >= 0 && weight <= (name === 'halfLifeDays' ? 36_500 : 10);
    return isOne && (name !== 'halfLifeDays' || weight > 0) ? [[name, weight] as const] : [];
  });
  return {
    source: search.get('in') === 'knowledge' ? 'knowledge' : 'memories',
    q: search.get('q') ?? '',
    mode: SearchMode.safeParse(search.get('mode')).data ?? 'hybrid',
    scope: scopeOf(scope) === undefined ? '' : scope,
    kind: MemoryKind.safeParse(search.get('kind')).data,
    tag: search.get('tag') ?? '',
    weights: Object.fromEntries(weights),
  };
}

function commonOf({ q, mode, scope, weights }: Playground): NewKnowledgeSearch {
  const of = scopeOf(scope);
  return {
    query: q.trim(),
    mode,
    limit: 20,
    ...(of !== undefined && { scope: of }),
    ...(Object.keys(weights).length > 0 && { weights }),
  };
}

/** As the API takes them. */
export const knowledgeSearchOf = commonOf;
export const memorySearchOf = (playground: Playground): NewSearch => ({
  ...commonOf(playground),
  ...(playground.kind !== undefined && { kinds: [playground.kind] }),
  ...(playground.tag !== '' && { tags: [playground.tag] }),
});
