import { setTimeout as pause } from 'node:timers/promises';

import type { ModelMessage, ToolDescription } from '../../../contracts/model.ts';
import type { StreamHooks } from '../sdk-call.ts';

/** A token is taken to be four characters: the rule of thumb that OpenAI gives for English text. */
const CHARACTERS_A_TOKEN = 4;
const CHUNK = /\S+\s*(?:\S+\s*)?(?:\S+\s*)?/g;

export const estimateTokens = (text: string): number => Math.ceil(text.length / CHARACTERS_A_TOKEN);

export function estimateInputTokens(
  messages: readonly ModelMessage[],
  tools: readonly ToolDescription[],
): number {
  return (
    messages.reduce((sum, message) => sum + 4 + estimateTokens(message.content), 0) +
    (tools.length === 0 ? 0 : estimateTokens(JSON.stringify(tools)))
  );
}

/** The beginning of a text that is this many estimated tokens long. */
export const cutToTokens = (text: string, tokens: number): string =>
  text.slice(0, tokens * CHARACTERS_A_TOKEN);

/** Hands a finished text over as a model would: in pieces of three words, with a pause between them. Aborting rejects. */
export async function streamText(
  text: string,
  { signal, onText, onPart }: StreamHooks,
  delayMs: number,
): Promise<void> {
  let position = 0;
  for (const match of text.matchAll(CHUNK)) {
    signal.throwIfAborted();
    const end = match.index + match[0].length;
    onPart();
    onText(text.slice(position, end));
    position = end;
    if (delayMs > 0) await pause(delayMs, undefined, { signal });
  }
  if (position < text.length) onText(text.slice(position));
}
