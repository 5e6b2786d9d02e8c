import { Importance, MemoryTags } from '../../contracts/memory.ts';
import { REMEMBER } from './catalogue.ts';
import { type MemoryToolDependencies, remembererOf, scopeFor } from './memory-caller.ts';
import { textIn, type ToolKind } from './tool-kind.ts';

/** Keeps a fact, once for its call, for whoever may see what is said where it is called. */
export const rememberTool = (deps: MemoryToolDependencies): ToolKind => ({
  tool: REMEMBER,
  run: async (input, context) => {
    const rememberer = await remembererOf(deps, context);
    const { viewer, by, source } = rememberer;
    const memory = {
      content: textIn(input, 'content').trim(),
      scope: scopeFor(rememberer, textIn(input, 'scope')),
      importance: Importance.catch(0.5).parse(input['importance']),
      tags: MemoryTags.catch([]).parse(input['tags'] ?? []),
    };
    const { id } = await deps.memories.remember(
      viewer,
      { ...memory, source, effectKey: context.idempotencyKey },
      by,
    );
    return `Remembered in the scope ${memory.scope.kind}, under the id ${id}`;
  },
});
