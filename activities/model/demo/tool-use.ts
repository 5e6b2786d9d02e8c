import type { JsonObject } from '../../../contracts/json.ts';
import type { ModelMessage, ToolCall, ToolDescription } from '../../../contracts/model.ts';
import { URL_PATTERN } from './facts.ts';
import { fillSchema } from './fill-schema.ts';
import { type Prompt, readPrompt } from './prompt.ts';
import { sourceOf } from './source.ts';
import { stemsOf } from './words.ts';

type Chooser = (request: string, messages: readonly ModelMessage[]) => JsonObject[];

const TIME_REQUEST =
  /\b(?:what(?:'s| is)? (?:the )?(?:current )?(?:time|date|day)|what time|current (?:time|date)|today's date|time is it|the time in)\b/i;
const FETCH_REQUEST =
  /\b(?:fetch|read|get|open|download|load|visit|call|request|look at|summari[sz]e|digest|check)\b/i;
const CALCULATION_REQUEST = /\b(?:calculate|compute|work out|evaluate|how much is|what is|what's)\b/i;
const ARITHMETIC =
  /(?:(?:sqrt|sin|cos|tan|log|exp|abs)\(|[\d(])(?:sqrt|sin|cos|tan|log|exp|abs|[\d\s.,()+\-*/^%×÷!])*/g;
const OPERATION = /\d\s*\)*\s*[-+*/^%×÷!]|[a-z]\(/;
const FILE_NAME = /(?<![\w/:.])(?:[\w-]+\/)*[\w-]+\.(?:md|txt|json|csv|html?|ya?ml|log|xml)\b/gi;

const CALL_BY_NAME = /\b(?:use|call|with|run)\s+(?:the\s+)?(?:tool\s+)?[`"']?$/i;

const REMEMBER_REQUEST =
  /^(?:please\s+)?(?:remember|keep in mind|don['’]t forget)(?:\s+that\b|:)?\s+(.+[^?])$/i;
const RECALL_REQUEST =
  /\b(?:what (?:do|can) you (?:remember|recall)|do you (?:still )?(?:remember|recall))\b/i;
const MOST_SEARCHED = 400;
/** A question of fewer words is not worth a search. */
const LEAST_STEMS = 2;

/** The tools whose requests are understood, and how their arguments are read from the request. */
const CHOOSERS: Readonly<Record<string, Chooser>> = {
  current_time: (request) =>
    TIME_REQUEST.test(request)
      ? zonesIn(request).map((timeZone): JsonObject => (timeZone === '' ? {} : { timeZone }))
      : [],
  calculator: (request) =>
    CALCULATION_REQUEST.test(request) ? formulasIn(request).map((expression) => ({ expression })) : [],
  http_request: (request) =>
    FETCH_REQUEST.test(request)
      ? [...new Set(request.match(URL_PATTERN) ?? [])].map((url) => ({ method: 'GET', url }))
      : [],
  remember: (request) =>
    request
      .split(/(?<=[.!?])\s+|\n+/)
      .flatMap((sentence) => REMEMBER_REQUEST.exec(sentence.trim())?.[1] ?? [])
      .map((content) => ({ content: content.charAt(0).toUpperCase() + content.slice(1) })),
  recall: (request) => (RECALL_REQUEST.test(request) ? [{ query: request.slice(0, MOST_SEARCHED) }] : []),
  search_knowledge: (request) =>
    request.includes('?') && !RECALL_REQUEST.test(request) && stemsOf(request).size >= LEAST_STEMS
      ? [{ query: request.slice(0, MOST_SEARCHED) }]
      : [],
  read_file: (request) =>
    /\b(?:read|open|load|look at|summari[sz]e|digest|check)\b/i.test(request)
      ? filesIn(request.replace(URL_PATTERN, '').replace(/\b(?:write|save|store)\b[^.\n]*/gi, '')).map(
          (path) => ({ path }),
        )
      : [],
};

const READERS: ReadonlySet<string> = new Set(['http_request', 'read_file']);

/**
 * The tool calls that the last user message clearly asks for, of the tools that are offered; none once a tool has
 * answered. Only the request itself is read for this: what stands in the text to work on calls nothing.
 */
export function toolCallsFor(
  messages: readonly ModelMessage[],
  tools: readonly ToolDescription[],
): ToolCall[] {
  const at = messages.findLastIndex((message) => message.role === 'user');
  if (at === -1 || messages.slice(at).some((message) => message.role === 'tool')) return [];
  const prompt = readPrompt(messages[at]?.content ?? '');
  const calls = tools.flatMap((tool) =>
    argumentsFor(tool, prompt, messages).map((input): Omit<ToolCall, 'id'> => ({
      name: tool.name,
      arguments: input,
    })),
  );
  return calls.map((call, index) => ({ ...call, id: `demo-${at}-${index}` }));
}

function argumentsFor(
  tool: ToolDescription,
  prompt: Prompt,
  messages: readonly ModelMessage[],
): JsonObject[] {
  // Who is given the text to work on is not asked to get another: a file's name is then only its name.
  const hasMaterial = prompt.documents.length > 0 && READERS.has(tool.name);
  const chosen = hasMaterial ? [] : (CHOOSERS[tool.name]?.(prompt.instruction, messages) ?? []);
  if (chosen.length > 0) return chosen;
  const at = prompt.instruction.indexOf(tool.name);
  const isNamed = at !== -1 && CALL_BY_NAME.test(prompt.instruction.slice(0, at));
  if (tool.name in CHOOSERS || !isNamed) return [];
  const texts =
    prompt.documents.length > 0 ? prompt.documents : readPrompt(`:\n${prompt.instruction}`).documents;
  const input = fillSchema(tool.inputSchema, sourceOf(texts));
  return typeof input === 'object' && input !== null && !Array.isArray(input) ? [input] : [];
}

/** The IANA zones of the cities that a request names; one empty name when it names none. */
function zonesIn(request: string): string[] {
  const words = request.toLowerCase();
  const zones = Intl.supportedValuesOf('timeZone').filter((zone) => {
    const city = zone.split('/').at(-1)?.replaceAll('_', ' ').toLowerCase() ?? '';
    return words.includes(zone.toLowerCase()) || new RegExp(`\\b${city}\\b`).test(words);
  });
  return zones.length === 0 ? [''] : zones.slice(0, 5);
}

const formulasIn = (request: string): string[] =>
  (request.match(ARITHMETIC) ?? [])
    .map((text) => text.replace(/[\s.,]+$/, ''))
    .filter((text) => OPERATION.test(text))
    .map((text) => text.replaceAll('×', '*').replaceAll('÷', '/').replaceAll('**', '^'))
    .map((text) => text.replace(/(\d),(?=\d{3}\b)/g, '$1'));

const filesIn = (request: string): string[] => [...new Set(request.match(FILE_NAME) ?? [])];
