import type { JsonObject } from '../../../contracts/json.ts';
import { at, event, list, text, USAGE, type WireFormat } from './wire-format.ts';

/** Anthropic's Messages API: https://docs.claude.com/en/docs/build-with-claude/streaming */
export const anthropicMessages: WireFormat = {
  label: 'Anthropic Messages',
  provider: 'anthropic',
  model: 'claude-sonnet-4-5',
  path: '/v1/messages',
  config: (url) => ({ ANTHROPIC_API_KEY: 'sk-ant-test-123456', ANTHROPIC_BASE_URL: url }),
  authorization: { header: 'x-api-key', value: 'sk-ant-test-123456' },
  text: (pieces) => [...message(pieces), ...ended('end_turn')],
  unfinished: (pieces) => message(pieces).slice(0, -1),
  truncated: (pieces) => [...message(pieces), ...ended('max_tokens')],
  toolCalls: (calls) => [
    started(),
    ...calls.flatMap(({ id, name, argumentsText }, index) =>
      block(index, { type: 'tool_use', id, name, input: {} }, [
        { type: 'input_json_delta', partial_json: '' },
        { type: 'input_json_delta', partial_json: argumentsText.slice(0, 4) },
        { type: 'input_json_delta', partial_json: argumentsText.slice(4) },
      ]),
    ),
    ...ended('tool_use'),
  ],
  errorEvent: (pieces) => [
    ...message(pieces).slice(0, -1),
    event('error', { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }),
  ],
  error: (kind) =>
    ({
      rate: failure('rate_limit_error', 'This request would exceed your rate limit'),
      key: failure('authentication_error', 'invalid x-api-key'),
      server: failure('api_error', 'Internal server error'),
      model: failure('not_found_error', 'model: claude-x'),
    })[kind],
  systemOf: (body) =>
    list(body['system'])
      .map((part) => text(at(part, 'text')))
      .join('\n'),
  schemaOf: (body) => at(body, 'output_config', 'format', 'schema'),
  toolNamesOf: (body) => list(body['tools']).map((tool) => text(at(tool, 'name'))),
  resultsOf: (body) =>
    list(body['messages'])
      .flatMap((sent) => list(at(sent, 'content')))
      .filter((part) => at(part, 'type') === 'tool_result')
      .map((part) => [
        text(at(part, 'tool_use_id')),
        text(at(part, 'content')) || text(at(part, 'content', 0, 'text')),
      ]),
};

const failure = (type: string, message: string): JsonObject => ({
  type: 'error',
  error: { type, message },
  request_id: 'req_1',
});

/** Anthropic counts cached input apart from the rest. */
const started = (): string =>
  event('message_start', {
    type: 'message_start',
    message: {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'claude-sonnet-4-5',
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: {
        input_tokens: USAGE.inputTokens - USAGE.cachedInputTokens,
        cache_creation_input_tokens: 0,
        cache_read_input_tokens: USAGE.cachedInputTokens,
        output_tokens: 1,
      },
    },
  });

const message = (pieces: readonly string[]): string[] => [
  started(),
  event('ping', { type: 'ping' }),
  ...block(
    0,
    { type: 'text', text: '' },
    pieces.map((piece) => ({ type: 'text_delta', text: piece })),
  ),
];

const block = (index: number, content: JsonObject, deltas: readonly JsonObject[]): string[] => [
  event('content_block_start', { type: 'content_block_start', index, content_block: content }),
  ...deltas.map((delta) => event('content_block_delta', { type: 'content_block_delta', index, delta })),
  event('content_block_stop', { type: 'content_block_stop', index }),
];

const ended = (reason: string): string[] => [
  event('message_delta', {
    type: 'message_delta',
    delta: { stop_reason: reason, stop_sequence: null },
    usage: { output_tokens: USAGE.outputTokens },
  }),
  event('message_stop', { type: 'message_stop' }),
];
