import type { ModelMessage, ModelRequest, ProviderName } from '../../contracts/model.ts';
import { estimateInputTokens, estimateTokens } from './demo/answer-stream.ts';
import { tokenBoundOf } from './token-bound.ts';

/** How many times as many tokens as OpenAI's other tokenizers make at most: Anthropic's, and those of models that people run themselves. */
const MORE = { openai: 1, anthropic: 1.4, ollama: 1.5, 'openai-compatible': 1.5 } as const;
/** What a provider adds to each message and each tool: roles, separators, names. */
const TOKENS_A_MESSAGE = 8;
const TOKENS_A_TOOL = 32;
/** What a request costs before anything is said, system texts of the provider for tools included. */
const TOKENS_A_REQUEST = 64;

/**
 * As many tokens as a text can have at the provider: an upper bound, not what the provider will count. The demo provider's own
 * count is exact.
 */
export function countTokens(provider: ProviderName, _model: string, text: string): number {
  return provider === 'demo' ? estimateTokens(text) : Math.ceil(tokenBoundOf(text) * MORE[provider]);
}

/** As many input tokens as a request can have: its messages, its tools and its output schema. */
export function countRequestTokens(request: ModelRequest): number {
  const { provider, model, messages, tools, outputSchema } = request;
  if (provider === 'demo') return estimateInputTokens(messages, tools);
  const count = (text: string): number => countTokens(provider, model, text);
  return (
    messages.reduce((sum, message) => sum + TOKENS_A_MESSAGE + count(textOf(message)), TOKENS_A_REQUEST) +
    tools.reduce((sum, tool) => sum + TOKENS_A_TOOL + count(JSON.stringify(tool)), 0) +
    (outputSchema === undefined ? 0 : TOKENS_A_TOOL + count(JSON.stringify(outputSchema)))
  );
}

function textOf(message: ModelMessage): string {
  if (message.role === 'assistant' && message.toolCalls.length > 0)
    return message.content + JSON.stringify(message.toolCalls);
  return message.role === 'tool' ? message.content + message.toolName + message.toolCallId : message.content;
}
