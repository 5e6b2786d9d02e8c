import type { Json, JsonSchema } from '../../../contracts/json.ts';
import type { FinishReason, ModelRequest, ModelResponse, ToolCall, Usage } from '../../../contracts/model.ts';
import type { ModelCall, StreamHooks } from '../sdk-call.ts';
import { answerTo } from './answer.ts';
import { cutToTokens, estimateInputTokens, estimateTokens, streamText } from './answer-stream.ts';
import { readDiscussion } from './conversation/discussion.ts';
import { takeTurn } from './conversation/take-turn.ts';
import { fillSchema } from './fill-schema.ts';
import { keepMemory } from './memory/keep-memory.ts';
import { readMessages, readPrompt } from './prompt.ts';
import { sourceOf } from './source.ts';
import { answerOfTools } from './tool-answers.ts';
import { toolCallsFor } from './tool-use.ts';

export interface DemoProvider {
  /**
   * Answers by extraction from the request's own text: same request, same answer. Nothing is called and nothing costs;
   * tokens are estimated. When the signal aborts, it rejects.
   * @throws GatheringFailure `BadAgentOutput` when the text holds nothing that fits the output schema
   */
  call(call: ModelCall, hooks: StreamHooks): Promise<ModelResponse>;
}

/**
 * The provider of a house without any key: it reads, ranks and quotes, and generates nothing. Its status says `demo: true`,
 * its reports say so in their last line, and it never stands in for another provider.
 */
export function createDemoProvider({ chunkDelayMs }: { chunkDelayMs: number }): DemoProvider {
  return {
    call: async ({ request, form }, hooks) => {
      hooks.signal.throwIfAborted();
      hooks.onPart();
      const write = async (whole: string, toolCalls: ToolCall[] = []): Promise<ModelResponse> => {
        const text =
          request.maxOutputTokens === undefined ? whole : cutToTokens(whole, request.maxOutputTokens);
        await streamText(text, hooks, chunkDelayMs);
        const isCut = text.length < whole.length;
        return responseOf(request, { text, toolCalls, ...(isCut ? { finishReason: 'length' } : {}) });
      };
      const discussion = request.outputSchema === undefined ? readDiscussion(request) : undefined;
      if (discussion !== undefined) {
        const { text, toolCalls } = takeTurn(discussion, request);
        return write(text, toolCalls);
      }
      const toolCalls = toolCallsFor(request.messages, request.tools);
      if (toolCalls.length > 0) return responseOf(request, { toolCalls });
      if (request.outputSchema !== undefined && form !== undefined) {
        const text = JSON.stringify(keepMemory(request) ?? filled(request.outputSchema, request));
        const data = form.parse(text);
        await streamText(text, hooks, chunkDelayMs);
        return { ...responseOf(request, { text }), data };
      }
      return write(answerOfTools(request.messages) ?? answerTo(readMessages(request.messages)));
    },
  };
}

function filled(schema: JsonSchema, { messages }: ModelRequest): Json {
  const prompt = readMessages(messages);
  const documents =
    prompt.documents.length > 0 ? prompt.documents : readPrompt(`:\n${prompt.instruction}`).documents;
  return fillSchema(schema, sourceOf(documents));
}

function responseOf(
  request: ModelRequest,
  {
    text = '',
    toolCalls = [],
    finishReason,
  }: { text?: string; toolCalls?: ToolCall[]; finishReason?: FinishReason },
): ModelResponse {
  const written = toolCalls.length === 0 ? text : `${text}${JSON.stringify(toolCalls)}`;
  const usage: Usage = {
    inputTokens: estimateInputTokens(request.messages, request.tools),
    outputTokens: estimateTokens(written),
    cachedInputTokens: 0,
    reasoningTokens: 0,
    costUsd: 0,
  };
  return {
    text,
    toolCalls,
    finishReason: finishReason ?? (toolCalls.length > 0 ? 'tool-calls' : 'stop'),
    usage,
  };
}
