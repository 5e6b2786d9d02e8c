import type { Json, JsonObject, JsonSchema } from '../../../contracts/json.ts';
import type { ProviderName } from '../../../contracts/model.ts';
import type { ModelConfig } from '../provider-catalogue.ts';

export interface WireCall {
  id: string;
  name: string;
  /** JSON, or what a model wrote instead. */
  argumentsText: string;
}

/** How one provider talks over HTTP, written from its API reference: what a server of it sends, and where things stand in a request. */
export interface WireFormat {
  label: string;
  provider: Exclude<ProviderName, 'demo'>;
  model: string;
  path: string;
  config: (url: string) => ModelConfig;
  authorization: { header: string; value: string };
  /** A whole streamed answer; usage is `USAGE`. */
  text: (pieces: readonly string[]) => string[];
  /** The same, without its end: nothing says that the answer is complete. */
  unfinished: (pieces: readonly string[]) => string[];
  toolCalls: (calls: readonly WireCall[]) => string[];
  /** An answer that was stopped by the limit of tokens. */
  truncated: (pieces: readonly string[]) => string[];
  /** An error that comes as an event, after the status 200 and some text. */
  errorEvent: (pieces: readonly string[]) => string[];
  error: (kind: 'rate' | 'key' | 'server' | 'model') => Json;
  /** Parts of a request's body. */
  systemOf: (body: JsonObject) => string;
  schemaOf: (body: JsonObject) => Json | undefined;
  toolNamesOf: (body: JsonObject) => string[];
  /** Each tool result of a request as `[call id, text]`. */
  resultsOf: (body: JsonObject) => [string, string][];
}

/** 100 tokens in, of which 40 came from a cache; 20 out. */
export const USAGE = { inputTokens: 100, cachedInputTokens: 40, outputTokens: 20 };

export const event = (name: string, body: JsonObject): string =>
  `event: ${name}\ndata: ${JSON.stringify(body)}\n\n`;
export const data = (body: Json): string => `data: ${JSON.stringify(body)}\n\n`;

export const ANSWER_SCHEMA: JsonSchema = {
  type: 'object',
  properties: { city: { type: 'string' }, inhabitants: { type: 'integer' } },
  required: ['city', 'inhabitants'],
  additionalProperties: false,
};

/** Follows keys and indexes into JSON; undefined where there is nothing. */
export function at(value: Json | undefined, ...path: (string | number)[]): Json | undefined {
  return path.reduce<Json | undefined>((found, key) => {
    if (typeof found !== 'object' || found === null) return undefined;
    return Array.isArray(found) ? found[Number(key)] : found[key];
  }, value);
}

export const list = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);
export const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
