import type { Citation, FoundChunk } from '../../contracts/knowledge.ts';
import { SearchKnowledge } from '../../contracts/memory.ts';
import { MOST_PASSAGES, SEARCH_KNOWLEDGE } from './catalogue.ts';
import { type MemoryToolDependencies, remembererOf } from './memory-caller.ts';
import { searchAndRerank } from './rerank-by-model.ts';
import { textIn, type ToolKind } from './tool-kind.ts';

/** Finds passages of documents, numbered on from those of the searches before it in the same turn, so that an answer can cite them. */
export const searchKnowledgeTool = (deps: MemoryToolDependencies): ToolKind => ({
  tool: SEARCH_KNOWLEDGE,
  run: async (input, context) => {
    const { viewer, rerank } = await remembererOf(deps, context);
    const search = SearchKnowledge.parse({ query: textIn(input, 'query'), limit: input['limit'] ?? 5 });
    const [{ result, note }, first] = await Promise.all([
      searchAndRerank((options) => deps.memorySearch.searchKnowledge(viewer, search, options), input, {
        ...{ rerank, signal: context.signal },
      }),
      context.firstPassage?.(MOST_PASSAGES) ?? 1,
    ]);
    const { items } = result;
    if (items.length === 0) return 'No document that you may read says anything of that.';
    return {
      content: items.map((chunk, index) => passageOf(first + index, chunk)).join('\n\n') + note,
      isError: false,
      citations: items.map((chunk, index) => citationOf(first + index, chunk)),
    };
  },
});

function passageOf(number: number, { documentName, page, headings, content }: FoundChunk): string {
  const place = [documentName, ...(page === null ? [] : [`page ${page}`]), ...headings].join(' › ');
  return `[${number}] ${place}\n${content}`;
}

const citationOf = (
  number: number,
  { id: chunkId, documentId, documentName, page, headings }: FoundChunk,
): Citation => ({ number, chunkId, documentId, documentName, page, headings });
