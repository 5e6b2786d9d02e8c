import { UPDATE_BLOCK } from './catalogue.ts';
import { type MemoryToolDependencies, remembererOf, scopeFor } from './memory-caller.ts';
import { textIn, type ToolKind } from './tool-kind.ts';

/** Writes a block of memory anew, or adds a line to it, once for its call. */
export const updateBlockTool = (deps: MemoryToolDependencies): ToolKind => ({
  tool: UPDATE_BLOCK,
  run: async (input, context) => {
    const content = textIn(input, 'content').trim();
    const append = textIn(input, 'append').trim();
    if ((content === '') === (append === ''))
      return {
        content: 'Give either "content", the whole new text, or "append", a line more',
        isError: true,
      };
    const rememberer = await remembererOf(deps, context);
    const { viewer, by, source } = rememberer;
    const scope = scopeFor(rememberer, textIn(input, 'scope'));
    const block = await deps.blocks.writeBlock(
      viewer,
      { scope, name: textIn(input, 'name'), text: content === '' ? { append } : { content } },
      { by, source, effectKey: context.idempotencyKey },
    );
    return `The block "${block.name ?? ''}" of the scope ${scope.kind} holds now:\n${block.content}`;
  },
});
