import type { Json, JsonObject } from '../../../contracts/json.ts';
import { at, data, list, text, USAGE, type WireFormat } from './wire-format.ts';

/**
 * OpenAI's chat completions, the format that every compatible server speaks:
 * https://platform.openai.com/docs/api-reference/chat-streaming, https://docs.ollama.com/api/openai-compatibility
 */
const chatCompletions = {
  path: '/v1/chat/completions',
  text: (pieces: readonly string[]) => [...pieces.map((content) => chunk({ content })), ...ended('stop')],
  unfinished: (pieces: readonly string[]) => pieces.map((content) => chunk({ content })),
  truncated: (pieces: readonly string[]) => [
    ...pieces.map((content) => chunk({ content })),
    ...ended('length'),
  ],
  toolCalls: (calls: Parameters<WireFormat['toolCalls']>[0]) => [
    ...calls.flatMap(({ id, name, argumentsText }, index) => [
      chunk({
        role: 'assistant',
        content: null,
        tool_calls: [
          { index, id, type: 'function', function: { name, arguments: argumentsText.slice(0, 3) } },
        ],
      }),
      chunk({ tool_calls: [{ index, function: { arguments: argumentsText.slice(3) } }] }),
    ]),
    ...ended('tool_calls'),
  ],
  errorEvent: (pieces: readonly string[]) => [
    ...pieces.map((content) => chunk({ content })),
    data({ error: { message: 'The server is overloaded', type: 'server_error', param: null, code: 503 } }),
  ],
  error: (kind: Parameters<WireFormat['error']>[0]): Json =>
    ({
      rate: {
        error: {
          message: 'Rate limit reached',
          type: 'rate_limit_error',
          param: null,
          code: 'rate_limit_exceeded',
        },
      },
      key: {
        error: {
          message: 'Invalid token key-abcdef123456',
          type: 'authentication_error',
          param: null,
          code: 401,
        },
      },
      server: { error: { message: 'internal error', type: 'api_error', param: null, code: null } },
      model: {
        error: {
          message: 'model "x" not found, try pulling it first',
          type: 'not_found_error',
          param: null,
          code: null,
        },
      },
    })[kind],
  systemOf: (body: JsonObject) =>
    list(body['messages'])
      .filter((message) => at(message, 'role') === 'system')
      .map((message) => text(at(message, 'content')))
      .join('\n'),
  schemaOf: (body: JsonObject) => at(body, 'response_format', 'json_schema', 'schema'),
  toolNamesOf: (body: JsonObject) => list(body['tools']).map((tool) => text(at(tool, 'function', 'name'))),
  resultsOf: (body: JsonObject) =>
    list(body['messages'])
      .filter((message) => at(message, 'role') === 'tool')
      .map((message): [string, string] => [text(at(message, 'tool_call_id')), text(at(message, 'content'))]),
};

export const openAiCompatible: WireFormat = {
  ...chatCompletions,
  label: 'OpenAI-compatible',
  provider: 'openai-compatible',
  model: 'some-model',
  config: (url) => ({
    OPENAI_COMPATIBLE_BASE_URL: `${url}/v1`,
    OPENAI_COMPATIBLE_API_KEY: 'key-abcdef123456',
  }),
  authorization: { header: 'authorization', value: 'Bearer key-abcdef123456' },
};

/** Ollama sends a tool call in one piece and asks for no key. */
export const ollama: WireFormat = {
  ...chatCompletions,
  label: 'Ollama',
  provider: 'ollama',
  model: 'llama3.2',
  config: (url) => ({ OLLAMA_BASE_URL: url }),
  authorization: { header: 'authorization', value: '' },
  toolCalls: (calls) => [
    ...calls.map(({ id, name, argumentsText }, index) =>
      chunk({
        role: 'assistant',
        content: '',
        tool_calls: [{ id, index, type: 'function', function: { name, arguments: argumentsText } }],
      }),
    ),
    ...ended('tool_calls'),
  ],
};

const base = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'some-model' };

const chunk = (delta: JsonObject, finishReason: string | null = null): string =>
  data({ ...base, choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }] });

const ended = (finishReason: string): string[] => [
  chunk({}, finishReason),
  data({
    ...base,
    choices: [],
    usage: {
      prompt_tokens: USAGE.inputTokens,
      completion_tokens: USAGE.outputTokens,
      total_tokens: USAGE.inputTokens + USAGE.outputTokens,
      prompt_tokens_details: { cached_tokens: USAGE.cachedInputTokens },
    },
  }),
  'data: [DONE]\n\n',
];
