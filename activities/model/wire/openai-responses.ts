import type { JsonObject } from '../../../contracts/json.ts';
import { at, event, list, text, USAGE, type WireFormat } from './wire-format.ts';

/** OpenAI's Responses API: https://platform.openai.com/docs/api-reference/responses-streaming */
export const openAiResponses: WireFormat = {
  label: 'OpenAI Responses',
  provider: 'openai',
  model: 'gpt-4o-mini',
  path: '/v1/responses',
  config: (url) => ({ OPENAI_API_KEY: 'sk-test-1234567890', OPENAI_BASE_URL: `${url}/v1` }),
  authorization: { header: 'authorization', value: 'Bearer sk-test-1234567890' },
  text: (pieces) => [...message(pieces), completed()],
  unfinished: (pieces) => message(pieces).slice(0, -2),
  truncated: (pieces) => [
    ...message(pieces),
    ended('response.incomplete', 'incomplete', 'max_output_tokens'),
  ],
  toolCalls: (calls) => [
    created(),
    ...calls.flatMap(({ id, name, argumentsText }, index) => {
      const item = { type: 'function_call', id: `fc_${index}`, call_id: id, name };
      const place = { output_index: index, item_id: `fc_${index}` };
      return [
        event('response.output_item.added', {
          type: 'response.output_item.added',
          output_index: index,
          item: { ...item, status: 'in_progress', arguments: '' },
        }),
        ...halves(argumentsText).map((delta) =>
          event('response.function_call_arguments.delta', {
            type: 'response.function_call_arguments.delta',
            ...place,
            delta,
          }),
        ),
        event('response.function_call_arguments.done', {
          type: 'response.function_call_arguments.done',
          ...place,
          arguments: argumentsText,
        }),
        event('response.output_item.done', {
          type: 'response.output_item.done',
          output_index: index,
          item: { ...item, status: 'completed', arguments: argumentsText },
        }),
      ];
    }),
    completed(),
  ],
  errorEvent: (pieces) => [
    ...openAiResponses.unfinished(pieces),
    event('response.failed', {
      type: 'response.failed',
      sequence_number: 9,
      response: {
        id: 'resp_1',
        object: 'response',
        created_at: 1,
        status: 'failed',
        error: { code: 'server_error', message: 'The server had an error while processing your request.' },
        output: [],
      },
    }),
  ],
  error: (kind) =>
    ({
      rate: {
        error: { message: 'Rate limit reached', type: 'requests', param: null, code: 'rate_limit_exceeded' },
      },
      key: {
        error: {
          message: 'Incorrect API key provided: sk-test-****7890.',
          type: 'invalid_request_error',
          param: null,
          code: 'invalid_api_key',
        },
      },
      server: {
        error: { message: 'The server had an error', type: 'server_error', param: null, code: null },
      },
      model: {
        error: {
          message: 'The model does not exist',
          type: 'invalid_request_error',
          param: 'model',
          code: 'model_not_found',
        },
      },
    })[kind],
  systemOf: (body) =>
    text(body['instructions']) ||
    list(body['input'])
      .filter((item) => ['system', 'developer'].includes(text(at(item, 'role'))))
      .map((item) => text(at(item, 'content')))
      .join('\n'),
  schemaOf: (body) => at(body, 'text', 'format', 'schema'),
  toolNamesOf: (body) => list(body['tools']).map((tool) => text(at(tool, 'name'))),
  resultsOf: (body) =>
    list(body['input'])
      .filter((item) => at(item, 'type') === 'function_call_output')
      .map((item) => [text(at(item, 'call_id')), text(at(item, 'output'))]),
};

const created = (): string =>
  event('response.created', {
    type: 'response.created',
    sequence_number: 0,
    response: {
      id: 'resp_1',
      object: 'response',
      created_at: 1,
      status: 'in_progress',
      model: 'gpt-4o-mini',
      output: [],
    },
  });

function message(pieces: readonly string[]): string[] {
  const item = { type: 'message', id: 'msg_1', role: 'assistant' };
  const place = { item_id: 'msg_1', output_index: 0, content_index: 0 };
  const whole = { type: 'output_text', text: pieces.join(''), annotations: [] };
  return [
    created(),
    event('response.output_item.added', {
      type: 'response.output_item.added',
      output_index: 0,
      item: { ...item, status: 'in_progress', content: [] },
    }),
    ...pieces.map((delta) =>
      event('response.output_text.delta', {
        type: 'response.output_text.delta',
        ...place,
        delta,
        logprobs: [],
      }),
    ),
    event('response.output_text.done', {
      type: 'response.output_text.done',
      ...place,
      text: whole.text,
      logprobs: [],
    }),
    event('response.output_item.done', {
      type: 'response.output_item.done',
      output_index: 0,
      item: { ...item, status: 'completed', content: [whole] },
    }),
  ];
}

const completed = (): string => ended('response.completed', 'completed', null);

function ended(type: string, status: string, reason: string | null): string {
  const usage: JsonObject = {
    input_tokens: USAGE.inputTokens,
    input_tokens_details: { cached_tokens: USAGE.cachedInputTokens },
    output_tokens: USAGE.outputTokens,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: USAGE.inputTokens + USAGE.outputTokens,
  };
  return event(type, {
    type,
    sequence_number: 20,
    response: {
      id: 'resp_1',
      object: 'response',
      created_at: 1,
      status,
      model: 'gpt-4o-mini',
      incomplete_details: reason === null ? null : { reason },
      output: [],
      usage,
    },
  });
}

const halves = (whole: string): string[] => [
  whole.slice(0, Math.floor(whole.length / 2)),
  whole.slice(Math.floor(whole.length / 2)),
];
