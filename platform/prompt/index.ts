/** What agents are told before they are asked: plain functions from definitions to text, for workers and for previews. */
export { conversationPromptOf } from './conversation-prompt.ts';
export { episodePromptOf, factsPromptOf } from './extraction-prompt.ts';
export { memoryPromptOf, type RememberedTexts } from './memory-prompt.ts';
export { summaryPromptOf } from './summary-prompt.ts';
export { systemPromptOf } from './system-prompt.ts';
