import type { ModelMessage } from '../../../contracts/model.ts';

/** Tools whose answers are the answer; what other tools return is a text to work on. */
const SPEAK_FOR_THEMSELVES = new Set([
  ...['current_time', 'calculator', 'write_file'],
  ...['remember', 'recall', 'update_block', 'forget'],
]);

/** The answer that tool results give by themselves, failures included; undefined when they are a text to extract from. */
export function answerOfTools(messages: readonly ModelMessage[]): string | undefined {
  const at = messages.findLastIndex((message) => message.role === 'user');
  const results = messages.slice(at + 1).filter((message) => message.role === 'tool');
  const spoken = results.filter((result) => result.isError || SPEAK_FOR_THEMSELVES.has(result.toolName));
  if (results.length === 0 || spoken.length < results.length) return undefined;
  return spoken
    .map((result) => (result.isError ? `\`${result.toolName}\` failed: ${result.content}` : result.content))
    .join('\n\n');
}
