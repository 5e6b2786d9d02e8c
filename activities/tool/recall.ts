import { type FoundMemory, SearchMemories } from '../../contracts/memory.ts';
import { RECALL } from './catalogue.ts';
import { type MemoryToolDependencies, remembererOf } from './memory-caller.ts';
import { searchAndRerank } from './rerank-by-model.ts';
import { textIn, type ToolKind } from './tool-kind.ts';

/** Finds what is remembered, as the agent may see it where it is called. */
export const recallTool = (deps: MemoryToolDependencies): ToolKind => ({
  tool: RECALL,
  run: async (input, context) => {
    const { viewer, rerank } = await remembererOf(deps, context);
    const search = SearchMemories.parse({ query: textIn(input, 'query'), limit: input['limit'] ?? 5 });
    const { result, note } = await searchAndRerank(
      (options) => deps.memorySearch.searchMemories(viewer, search, options),
      input,
      { rerank, signal: context.signal },
    );
    const { items } = result;
    return items.length === 0 ? 'Nothing is remembered that fits.' : items.map(lineOf).join('\n') + note;
  },
});

const lineOf = ({ id, kind, scope, content, createdAt }: FoundMemory): string =>
  `- ${content}\n  (${kind} of ${createdAt.slice(0, 10)}, scope ${scope.kind}, id ${id})`;
