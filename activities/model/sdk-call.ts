import type { LanguageModel, LanguageModelUsage, TextStreamPart, ToolSet } from 'ai';

import { GatheringFailure } from '../../contracts/failure.ts';
import { isJsonObject } from '../../contracts/json.ts';
import type { FinishReason, ModelRequest, ModelResponse, ToolCall, Usage } from '../../contracts/model.ts';
import { costOf } from './prices.ts';
import { toSdkMessages } from './sdk-messages.ts';
import type { OutputForm } from './structured-output.ts';

/** A request with its output schema made ready. */
export interface ModelCall {
  request: ModelRequest;
  form: OutputForm | undefined;
}

export interface StreamHooks {
  signal: AbortSignal;
  onText: (delta: string) => void;
  /** Called for each part that arrives. */
  onPart: () => void;
}

type Part = TextStreamPart<ToolSet>;
type Answer = Pick<ModelResponse, 'text' | 'toolCalls' | 'finishReason' | 'usage'>;

/**
 * One streamed model call through the SDK, which makes exactly one request: its retries are off, since the engine
 * retries. Errors are the SDK's own; the caller turns them into failures.
 */
export async function callSdk(
  model: LanguageModel,
  { request, form }: ModelCall,
  hooks: StreamHooks,
): Promise<ModelResponse> {
  const { jsonSchema, Output, streamText } = await import('ai');
  // Unsupported settings are no news to a worker's log; the SDK would print them with `console`.
  globalThis.AI_SDK_LOG_WARNINGS = false;
  const tools: ToolSet = Object.fromEntries(
    request.tools.map(({ name, description, inputSchema }) => [
      name,
      // `never`: nothing here takes a typed input, since the SDK runs no tool.
      { description, inputSchema: jsonSchema<never>(inputSchema) },
    ]),
  );
  const result = streamText({
    model,
    ...toSdkMessages(request.messages),
    ...(request.tools.length === 0 ? {} : { tools }),
    ...(form === undefined
      ? {}
      : { output: Output.object({ schema: jsonSchema(form.schema), name: 'answer' }) }),
    ...(request.temperature === undefined ? {} : { temperature: request.temperature }),
    ...(request.maxOutputTokens === undefined ? {} : { maxOutputTokens: request.maxOutputTokens }),
    providerOptions: { openai: { store: false, strictJsonSchema: form?.strict ?? false } },
    maxRetries: 0,
    abortSignal: hooks.signal,
    // The default prints; the error arrives as a part of the stream as well.
    onError: () => undefined,
  });
  const answer = await collect(result.stream, request, hooks);
  try {
    return checked(answer, form);
  } catch (error) {
    throw withUsage(error, answer.usage);
  }
}

async function collect(
  stream: AsyncIterable<Part>,
  request: ModelRequest,
  hooks: StreamHooks,
): Promise<Answer> {
  let text = '';
  let finish: Extract<Part, { type: 'finish-step' }> | undefined;
  const toolCalls: ToolCall[] = [];
  for await (const part of stream) {
    // 'start' and 'start-step' come from the SDK itself, before the provider has said anything.
    if (part.type !== 'start' && part.type !== 'start-step') hooks.onPart();
    if (part.type === 'text-delta') {
      text += part.text;
      hooks.onText(part.text);
    } else if (part.type === 'tool-call') toolCalls.push(toToolCall(part));
    else if (part.type === 'finish-step') finish = part;
    else if (part.type === 'error') throw part.error;
  }
  hooks.signal.throwIfAborted();
  if (finish === undefined || isCutOff(finish.finishReason, finish.rawFinishReason)) {
    throw new GatheringFailure('Unavailable', 'The stream ended before the answer was complete');
  }
  const usage = usageOf(finish.usage, request);
  return { text, toolCalls, finishReason: finishReasonOf(finish.finishReason), usage };
}

/** A provider that closes the stream without saying why it finished has not finished. */
const isCutOff = (reason: string, raw: string | undefined): boolean =>
  reason === 'interrupted' || reason === 'error' || (reason === 'other' && raw === undefined);

function checked(answer: Answer, form: OutputForm | undefined): ModelResponse {
  if (answer.toolCalls.length > 0) return answer;
  if (answer.finishReason === 'content-filter') {
    throw new GatheringFailure('BadAgentOutput', "The provider's content filter stopped the answer");
  }
  if (answer.text.trim() === '') {
    throw new GatheringFailure('BadAgentOutput', `The model gave an empty answer (${answer.finishReason})`);
  }
  return form === undefined ? answer : { ...answer, data: form.parse(answer.text) };
}

/** An answer that is of no use was paid for, too. */
function withUsage(error: unknown, usage: Usage): unknown {
  if (!(error instanceof GatheringFailure)) return error;
  const { type, message, cause, details, problems } = error;
  return new GatheringFailure(type, message, { cause, details: { ...details, usage }, problems });
}

function toToolCall(part: Extract<Part, { type: 'tool-call' }>): ToolCall {
  const base = { id: part.toolCallId, name: part.toolName };
  const input: unknown = part.input;
  if (isJsonObject(input)) return { ...base, arguments: input };
  const sent = typeof input === 'string' ? input : JSON.stringify(input);
  return { ...base, arguments: {}, invalid: sent === '' ? 'nothing was sent' : sent.slice(0, 1000) };
}

function finishReasonOf(reason: string): FinishReason {
  return reason === 'stop' || reason === 'length' || reason === 'tool-calls' || reason === 'content-filter'
    ? reason
    : 'other';
}

function usageOf(used: LanguageModelUsage, { provider, model }: ModelRequest): Usage {
  const counts = {
    inputTokens: used.inputTokens ?? 0,
    outputTokens: used.outputTokens ?? 0,
    cachedInputTokens: used.inputTokenDetails.cacheReadTokens ?? 0,
    reasoningTokens: used.outputTokenDetails.reasoningTokens ?? 0,
  };
  return { ...counts, costUsd: costOf(provider, model, counts) };
}
