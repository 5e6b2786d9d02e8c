import { isJsonObject, type Json } from '../../../contracts/json.ts';
import type { ModelMessage } from '../../../contracts/model.ts';
import { type Document, readDocument, type Section } from './document.ts';

/** A prompt taken apart: what is asked, and the texts that it is asked about. */
export interface Prompt {
  instruction: string;
  documents: Document[];
}

/** What the last user message asks; its texts are its own, then what tools have answered since, else what was said before. */
export function readMessages(messages: readonly ModelMessage[]): Prompt {
  const at = messages.findLastIndex((message) => message.role === 'user');
  const prompt = readPrompt(messages[at]?.content ?? '');
  const answers = messages.slice(at + 1).flatMap((message) => {
    if (message.role !== 'tool' || message.isError) return [];
    return [documentOf(textOfToolResult(message.content), message.toolName)];
  });
  if (prompt.documents.length + answers.length > 0) {
    return { ...prompt, documents: [...prompt.documents, ...answers] };
  }
  const earlier = messages
    .slice(0, Math.max(0, at))
    .filter(({ role }) => role === 'user' || role === 'assistant');
  return { ...prompt, documents: earlier.map((message) => documentOf(message.content, '')).filter(hasText) };
}

/** Parts the text to work on from the request: by tags such as `<document name="…">`, else after the line that ends in a colon. */
export function readPrompt(text: string): Prompt {
  const tagged = taggedTexts(text);
  if (tagged.texts.length > 0) {
    return {
      instruction: tagged.rest.trim(),
      documents: tagged.texts.map(({ name, content }) => documentOf(content, name)).filter(hasText),
    };
  }
  const { instruction, material } = splitAtColon(text.trim());
  return { instruction, documents: [documentOf(material, '')].filter(hasText) };
}

export const hasText = ({ sections }: Document): boolean =>
  sections.some((section) => section.passages.length > 0 || section.heading !== '');

const OPENING_TAG = /<(document|text|section|material|transcript|digests|notes|content|message)(\s[^<>]*)?>/g;

function taggedTexts(text: string): { texts: { name: string; content: string }[]; rest: string } {
  const texts: { name: string; content: string }[] = [];
  let rest = '';
  let position = 0;
  for (const opening of text.matchAll(OPENING_TAG)) {
    if (opening.index < position) continue;
    const [tag, kind = '', attributes = ''] = opening;
    const start = opening.index + tag.length;
    const end = text.indexOf(`</${kind}>`, start);
    // Without a closing tag here there is none further on either, and looking again would cost the square of the length.
    if (end === -1) break;
    rest += text.slice(position, opening.index);
    texts.push({
      name: /(?:name|from)="([^"]*)"/.exec(attributes)?.[1] ?? '',
      content: text.slice(start, end),
    });
    position = end + `</${kind}>`.length;
  }
  return { texts, rest: rest + text.slice(position) };
}

const LONGEST_INSTRUCTION = 1500;

function splitAtColon(text: string): { instruction: string; material: string } {
  const head = text.slice(0, LONGEST_INSTRUCTION);
  const line = /:[ \t]*\r?\n/.exec(head);
  if (line !== null && text.slice(line.index + line[0].length).trim() !== '') {
    return { instruction: text.slice(0, line.index), material: text.slice(line.index + line[0].length) };
  }
  const inline = /^[^\n:]{3,120}:\s+(?=\S)/.exec(head);
  if (inline !== null && !/^\w+:\/\//.test(text)) {
    return { instruction: inline[0].trim().slice(0, -1), material: text.slice(inline[0].length) };
  }
  const paragraph = /\n\s*\n/.exec(head);
  if (paragraph !== null && paragraph.index > 0) {
    return { instruction: text.slice(0, paragraph.index), material: text.slice(paragraph.index) };
  }
  return { instruction: text, material: '' };
}

/** What a template made of an object or a list is JSON: its texts are read, its headings kept, its counts left out. */
function documentOf(text: string, name: string): Document {
  const trimmed = text.trim();
  if (/^[[{]/.test(trimmed) && /[\]}]$/.test(trimmed)) {
    const value = parsed(trimmed);
    if (value !== undefined) return { name, sections: sectionsOfJson(value) };
  }
  return readDocument(text, name);
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json; // what JSON.parse returns is JSON
  } catch {
    return undefined; // then it is prose that begins with a bracket
  }
}

const HEADINGS = ['heading', 'title', 'name', 'subject'];
const NOT_TEXT = new Set(['usage', 'id', 'level', 'status', 'headers']);

const DEEPEST = 50;

function sectionsOfJson(value: Json, depth = 0): Section[] {
  if (typeof value === 'string') return readDocument(value).sections;
  if (depth > DEEPEST) return [];
  if (Array.isArray(value)) return value.flatMap((entry) => sectionsOfJson(entry, depth + 1));
  if (!isJsonObject(value)) return [];
  const headingKey = HEADINGS.find((key) => typeof value[key] === 'string');
  const named = headingKey === undefined ? '' : value[headingKey];
  const heading = typeof named === 'string' ? named : '';
  const entries = Object.entries(value).filter(([key]) => key !== headingKey && !NOT_TEXT.has(key));
  const facts = entries.filter(([, entry]) => typeof entry === 'number' || typeof entry === 'boolean');
  const sections = entries.flatMap(([, entry]) => sectionsOfJson(entry, depth + 1));
  const own: Section = {
    heading,
    level: heading === '' ? 0 : 2,
    passages: facts.map(([key, entry]) => ({ kind: 'row', text: `${key}: ${JSON.stringify(entry)}` })),
  };
  const [first, ...others] = sections;
  if (first?.heading === '') own.passages.push(...first.passages);
  const rest = first?.heading === '' ? others : sections;
  return own.heading === '' && own.passages.length === 0 ? rest : [own, ...rest];
}

/** The body of an HTTP answer is what a prompt wants to hear about, not its status line. */
function textOfToolResult(content: string): string {
  const value = /^\s*\{/.test(content) ? parsed(content) : undefined;
  return isJsonObject(value) && typeof value['body'] === 'string' ? value['body'] : content;
}
