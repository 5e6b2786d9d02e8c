import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { ModelMessage, ModelRequest, ModelResponse } from '../../contracts/model.ts';
import { createModelPort, type ModelCallHooks } from './model-port.ts';
import { anthropicMessages } from './wire/anthropic-messages.ts';
import { ollama, openAiCompatible } from './wire/chat-completions.ts';
import { openAiResponses } from './wire/openai-responses.ts';
import {
  cut,
  type ProviderServer,
  silence,
  stall,
  startProviderServer,
  status,
  stream,
} from './wire/provider-server.ts';
import { ANSWER_SCHEMA, USAGE, type WireFormat } from './wire/wire-format.ts';

/** Tight for the calls that hang; others get time, since machines that run tests may be slow. */
const TIGHT = { firstChunkMs: 300, stallMs: 200, pulseMs: 20 };
const AMPLE = { firstChunkMs: 20_000, stallMs: 20_000, pulseMs: 1000 };
const PIECES = ['Hello', ', ', 'wörld'];
const TOOL = {
  name: 'look_up',
  description: 'Looks up a city',
  inputSchema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};

let server: ProviderServer;
beforeAll(async () => {
  server = await startProviderServer();
});
afterAll(() => server.close());

interface Called {
  response: ModelResponse;
  deltas: string[];
}

/** One call of a fresh port. */
async function call(
  format: WireFormat,
  more: Partial<ModelRequest> = {},
  hooks: Partial<ModelCallHooks> = {},
  limits = AMPLE,
): Promise<Called> {
  const port = createModelPort(format.config(server.url), { limits });
  const deltas: string[] = [];
  const response = await port.call(
    {
      provider: format.provider,
      model: format.model,
      messages: [
        { role: 'system', content: 'You are terse.' },
        { role: 'user', content: 'Greet the world' },
      ],
      tools: [],
      ...more,
    },
    {
      signal: new AbortController().signal,
      onText: (delta) => deltas.push(delta),
      onProgress: () => undefined,
      ...hooks,
    },
  );
  return { response, deltas };
}

const FORMATS = [openAiResponses, openAiCompatible, ollama, anthropicMessages].map((format) => ({
  format,
  label: format.label,
}));

describe.each(FORMATS)('$label', ({ format }) => {
  it('streams text in order and reports usage, with one request in its own format', async () => {
    server.answerWith(stream(format.text(PIECES)));
    const { response, deltas } = await call(format, { maxOutputTokens: 500 });
    expect(deltas).toEqual(PIECES);
    expect(response).toMatchObject({
      text: 'Hello, wörld',
      toolCalls: [],
      finishReason: 'stop',
      usage: USAGE,
    });
    expect(server.requests).toHaveLength(1);
    const [request] = server.requests;
    expect(request).toMatchObject({
      method: 'POST',
      path: format.path,
      body: { model: format.model, stream: true },
    });
    expect(request?.headers[format.authorization.header] ?? '').toBe(format.authorization.value);
    expect(format.systemOf(request?.body ?? {})).toContain('You are terse.');
    expect(JSON.stringify(request?.body)).toContain('Greet the world');
  });

  it('gives parallel tool calls in order and takes their results back', async () => {
    server.answerWith(
      stream(
        format.toolCalls([
          { id: 'call_1', name: 'look_up', argumentsText: '{"city":"Brena"}' },
          { id: 'call_2', name: 'look_up', argumentsText: '{"city":"Oslo"}' },
        ]),
      ),
      stream(format.text(PIECES)),
    );
    const { response } = await call(format, { tools: [TOOL] });
    expect(response).toMatchObject({
      text: '',
      finishReason: 'tool-calls',
      toolCalls: [
        { id: 'call_1', name: 'look_up', arguments: { city: 'Brena' } },
        { id: 'call_2', name: 'look_up', arguments: { city: 'Oslo' } },
      ],
      usage: USAGE,
    });
    expect(format.toolNamesOf(server.requests[0]?.body ?? {})).toEqual(['look_up']);

    const messages: ModelMessage[] = [
      { role: 'user', content: 'Compare Brena and Oslo' },
      { role: 'assistant', content: '', toolCalls: response.toolCalls },
      { role: 'tool', toolCallId: 'call_1', toolName: 'look_up', content: 'small', isError: false },
      { role: 'tool', toolCallId: 'call_2', toolName: 'look_up', content: 'large', isError: true },
    ];
    await expect(call(format, { messages, tools: [TOOL] })).resolves.toMatchObject({
      response: { text: 'Hello, wörld' },
    });
    expect(format.resultsOf(server.requests[1]?.body ?? {})).toEqual([
      ['call_1', 'small'],
      ['call_2', expect.stringContaining('large')],
    ]);
  });

  it('hands over tool arguments that are no JSON as invalid, for the model to mend', async () => {
    server.answerWith(
      stream(format.toolCalls([{ id: 'call_1', name: 'look_up', argumentsText: '{"city": Brena' }])),
    );
    const { response } = await call(format, { tools: [TOOL] });
    expect(response.toolCalls).toMatchObject([
      { id: 'call_1', name: 'look_up', arguments: {}, invalid: expect.stringContaining('Brena') },
    ]);
  });

  it('asks for output by JSON Schema and parses it', async () => {
    server.answerWith(stream(format.text(['{"city":"Brena",', '"inhabitants":4200}'])));
    const { response } = await call(format, { outputSchema: ANSWER_SCHEMA });
    expect(response.data).toEqual({ city: 'Brena', inhabitants: 4200 });
    expect(format.schemaOf(server.requests[0]?.body ?? {})).toMatchObject(ANSWER_SCHEMA);
  });

  it.each(['{"city":"Brena"}', '{"city":"Brena","inhabitants":"many"}', '{"city":"Bre', 'It is Brena.'])(
    'fails with BadAgentOutput when the structured answer is %s',
    async (answer) => {
      server.answerWith(stream(format.text([answer])));
      await expect(call(format, { outputSchema: ANSWER_SCHEMA })).rejects.toMatchObject({
        type: 'BadAgentOutput',
      });
      expect(server.requests).toHaveLength(1);
    },
  );

  it('fails with BadAgentOutput when the answer is empty', async () => {
    server.answerWith(stream(format.text([''])));
    await expect(call(format)).rejects.toMatchObject({ type: 'BadAgentOutput' });
  });

  it('says when the answer was cut at the limit of tokens', async () => {
    server.answerWith(stream(format.truncated(PIECES)));
    await expect(call(format)).resolves.toMatchObject({
      response: { finishReason: 'length', text: 'Hello, wörld' },
    });
  });

  it.each<[number, Parameters<WireFormat['error']>[0], string, Record<string, string>, number | undefined]>([
    [429, 'rate', 'Unavailable', { 'retry-after': '7' }, 7000],
    [429, 'rate', 'Unavailable', { 'retry-after-ms': '1500' }, 1500],
    [429, 'rate', 'Unavailable', {}, undefined],
    [500, 'server', 'Unavailable', {}, undefined],
    [503, 'server', 'Unavailable', { 'retry-after': '2' }, 2000],
    [401, 'key', 'NotAuthenticated', { 'retry-after': '7' }, undefined],
    [403, 'key', 'Forbidden', {}, undefined],
    [400, 'model', 'InvalidInput', {}, undefined],
  ])(
    'makes exactly one request that is answered with %i (%s)',
    async (code, kind, type, headers, retryAfterMs) => {
      server.answerWith(status(code, format.error(kind), { ...headers }));
      const failure: unknown = await call(format).catch((error: unknown) => error);
      expect(failure).toMatchObject({ name: 'GatheringFailure', type, details: { status: code } });
      expect(failure).toHaveProperty('retryAfterMs', retryAfterMs);
      expect(String(failure)).not.toMatch(/7890|123456/);
      expect(server.requests).toHaveLength(1);
    },
  );

  it('takes a wrong model name for invalid input', async () => {
    server.answerWith(status(404, format.error('model')));
    await expect(call(format)).rejects.toMatchObject({ type: 'InvalidInput' });
  });

  it('takes an error page that is no JSON for what its status says', async () => {
    server.answerWith(status(502, '<html>Bad gateway</html>', { 'content-type': 'text/html' }));
    await expect(call(format)).rejects.toMatchObject({ type: 'Unavailable', details: { status: 502 } });
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    ['before the first chunk', silence, TIGHT.firstChunkMs],
    ['after the headers', stall([]), TIGHT.firstChunkMs],
    ['in the middle of the answer', stall(format.unfinished(PIECES)), TIGHT.stallMs],
  ])('ends a call that hangs %s, and reports meanwhile that it waits', async (_when, answer, limitMs) => {
    server.answerWith(answer);
    let pulses = 0;
    const failing = call(format, {}, { onProgress: () => (pulses += 1) }, TIGHT);
    await expect(failing).rejects.toMatchObject({
      type: 'Unavailable',
      message: `The model sent nothing for ${limitMs} ms`,
    });
    await expect(server.requests[0]?.closed).resolves.toBe('aborted');
    expect(pulses).toBeGreaterThan(3);
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    ['breaks in the middle', cut(format.unfinished(PIECES))],
    ['ends in the middle', stream(format.unfinished(PIECES))],
    ['ends with nothing', stream([])],
    ['holds malformed JSON', stream([...format.unfinished(PIECES), 'data: {"type":"oops\n\n'])],
    ['holds an error', stream(format.errorEvent(PIECES))],
  ])('never takes a stream that %s for an answer', async (_how, answer) => {
    server.answerWith(answer);
    await expect(call(format)).rejects.toMatchObject({ name: 'GatheringFailure', type: 'Unavailable' });
    expect(server.requests).toHaveLength(1);
  });

  it('closes the connection and rejects with the reason when it is aborted', async () => {
    server.answerWith(stall(format.unfinished(PIECES)));
    const controller = new AbortController();
    const reason = new Error('stopped by the user');
    const aborted = call(format, {}, { signal: controller.signal, onText: () => controller.abort(reason) });
    await expect(aborted).rejects.toBe(reason);
    await expect(server.requests[0]?.closed).resolves.toBe('aborted');
  });

  it('makes no request when it is aborted before', async () => {
    server.answerWith(stream(format.text(PIECES)));
    const reason = new Error('too late');
    await expect(call(format, {}, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(server.requests).toHaveLength(0);
  });

  it('fails at once without its configuration and calls nobody', async () => {
    server.answerWith(stream(format.text(PIECES)));
    const port = createModelPort({});
    const request = { provider: format.provider, model: format.model, messages: [], tools: [] };
    const hooks = {
      signal: new AbortController().signal,
      onText: () => undefined,
      onProgress: () => undefined,
    };
    await expect(port.call(request, hooks)).rejects.toMatchObject({
      type: 'InvalidInput',
      message: /is not configured: set /,
    });
    expect(port.providers().find(({ name }) => name === format.provider)).toMatchObject({
      available: false,
      reason: expect.stringContaining('Set '),
    });
    expect(server.requests).toHaveLength(0);
  });
});

describe('what is special to one provider', () => {
  it.each([
    { format: openAiResponses, costUsd: (60 * 0.15 + 40 * 0.075 + 20 * 0.6) / 1e6 },
    { format: anthropicMessages, costUsd: (60 * 3 + 40 * 0.3 + 20 * 15) / 1e6 },
    { format: ollama, costUsd: 0 },
    { format: openAiCompatible, costUsd: 0 },
  ])('counts the cost by the price list: $format.label', async ({ format, costUsd }) => {
    server.answerWith(stream(format.text(PIECES)));
    const { response } = await call(format);
    expect(response.usage.costUsd).toBeCloseTo(costUsd, 12);
  });

  it.each(FORMATS)(
    'wraps a schema whose root is no object and unwraps the answer: $label',
    async ({ format }) => {
      server.answerWith(stream(format.text(['{"answer":[3,4]}'])));
      const outputSchema = { type: 'array', items: { type: 'integer' } };
      const { response } = await call(format, { outputSchema });
      expect(response.data).toEqual([3, 4]);
      expect(format.schemaOf(server.requests[0]?.body ?? {})).toMatchObject({
        type: 'object',
        properties: { answer: outputSchema },
      });
    },
  );

  it('makes no request for an output schema that is not valid', async () => {
    server.answerWith(stream(openAiResponses.text(PIECES)));
    await expect(call(openAiResponses, { outputSchema: { type: 'nonsense' } })).rejects.toMatchObject({
      type: 'InvalidInput',
      message: expect.stringContaining('The output schema is not valid'),
    });
    expect(server.requests).toHaveLength(0);
  });

  it('falls back to the chat format where a server behind OPENAI_BASE_URL has no Responses API, and remembers it', async () => {
    server.answerWith((response, request) =>
      request.path === openAiCompatible.path
        ? stream(openAiCompatible.text(PIECES))(response, request)
        : status(404, { error: { message: 'not found' } })(response, request),
    );
    const port = createModelPort(openAiResponses.config(server.url), { limits: AMPLE });
    const ask = (): Promise<ModelResponse> =>
      port.call(
        { provider: 'openai', model: 'm', messages: [{ role: 'user', content: 'Hi' }], tools: [] },
        { signal: new AbortController().signal, onText: () => undefined, onProgress: () => undefined },
      );
    await expect(ask()).resolves.toMatchObject({ text: 'Hello, wörld' });
    await expect(ask()).resolves.toMatchObject({ text: 'Hello, wörld' });
    expect(server.requests.map(({ path }) => path)).toEqual([
      openAiResponses.path,
      openAiCompatible.path,
      openAiCompatible.path,
    ]);
  });
});
