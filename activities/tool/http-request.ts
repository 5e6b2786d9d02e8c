import type { Json, JsonObject } from '../../contracts/json.ts';
import { isJsonObject } from '../../contracts/json.ts';
import { failureOfStatus, type Outbound } from '../../platform/outbound/index.ts';
import { HTTP_REQUEST } from './catalogue.ts';
import { textIn, type ToolAnswer, type ToolKind } from './tool-kind.ts';

/** A model's context is dear: more of a body than this is cut off, and the answer says so. */
const MAX_BODY_CHARACTERS = 40_000;
const SHOWN_HEADERS = ['content-type', 'location', 'retry-after', 'last-modified'];

export const httpRequest = (outbound: Outbound): ToolKind => ({
  tool: HTTP_REQUEST,
  run: async (input, { idempotencyKey, signal }) => {
    const { status, headers, body, truncated } = await outbound.request({
      method: typeof input['method'] === 'string' ? input['method'] : 'GET',
      url: textIn(input, 'url'),
      headers: headersOf(input['headers']),
      ...(input['body'] === undefined ? {} : { body: input['body'] }),
      idempotencyKey,
      signal,
    });
    return answerOf({ status, headers, body, truncated });
  },
});

function answerOf(response: Awaited<ReturnType<Outbound['request']>>): ToolAnswer {
  const { status, headers, body } = response;
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const isCut = response.truncated || text.length > MAX_BODY_CHARACTERS;
  const content: JsonObject = {
    status,
    headers: Object.fromEntries(
      SHOWN_HEADERS.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])),
    ),
    body: text.length > MAX_BODY_CHARACTERS ? text.slice(0, MAX_BODY_CHARACTERS) : body,
    ...(isCut ? { note: 'The body is longer; this is its beginning.' } : {}),
  };
  const failure = failureOfStatus(status, headers);
  if (failure === undefined) return { content: JSON.stringify(content), isError: false };
  return { content: JSON.stringify(content), isError: true, failure };
}

function headersOf(value: Json | undefined): Record<string, string> {
  if (!isJsonObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
