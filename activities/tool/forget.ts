import { GatheringFailure } from '../../contracts/failure.ts';
import { FORGET } from './catalogue.ts';
import { type MemoryToolDependencies, remembererOf } from './memory-caller.ts';
import { textIn, type ToolKind } from './tool-kind.ts';

/** Forgets one memory with its history. What is gone already is forgotten too, as it is for a call that comes again. */
export const forgetTool = (deps: MemoryToolDependencies): ToolKind => ({
  tool: FORGET,
  run: async (input, context) => {
    const { viewer } = await remembererOf(deps, context);
    try {
      await deps.memories.forgetMemory(viewer, textIn(input, 'id'));
      return 'Forgotten.';
    } catch (error) {
      if (!(error instanceof GatheringFailure) || error.type !== 'NotFound') throw error;
      return 'There is nothing under that id that you could forget.';
    }
  },
});
