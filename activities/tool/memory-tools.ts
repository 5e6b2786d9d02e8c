import { forgetTool } from './forget.ts';
import type { MemoryToolDependencies } from './memory-caller.ts';
import { recallTool } from './recall.ts';
import { rememberTool } from './remember.ts';
import { searchKnowledgeTool } from './search-knowledge.ts';
import type { ToolKind } from './tool-kind.ts';
import { updateBlockTool } from './update-block.ts';

/** The tools by which agents remember: each sees and changes what its caller may, and nothing else. */
export const memoryTools = (deps: MemoryToolDependencies): ToolKind[] => [
  rememberTool(deps),
  recallTool(deps),
  updateBlockTool(deps),
  searchKnowledgeTool(deps),
  forgetTool(deps),
];
