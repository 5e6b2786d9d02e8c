import { lexer, type Token, type Tokens } from 'marked';

import { sentencesOf } from './sentences.ts';

/** One thing that can be taken over into an answer as it stands. */
export interface Passage {
  kind: 'sentence' | 'item' | 'row' | 'code';
  text: string;
}

export interface Section {
  /** '' for what stands before the first heading. */
  heading: string;
  /** 1–6 as in Markdown; 0 without a heading. */
  level: number;
  passages: Passage[];
}

/** A text that a prompt gives to work on. */
export interface Document {
  name: string;
  sections: Section[];
}

const HTML = /<(?:!doctype|html|body|p|div|h[1-6]|li|table)\b[^<>]*>/i;

/** More than a book of 400 pages has; a text of nothing but tiny paragraphs would hold up everything else. */
const MOST_PASSAGES = 8000;

/** Lists and quotes of absurd depth come from broken or hostile texts only, and the parser goes down with each level. */
const shallow = (text: string): string =>
  text.replace(/^[ \t]*>[ \t>]{6,}/gm, '> ').replace(/^[ \t]{16,}/gm, ' '.repeat(16));

/** Reads Markdown, plain text or HTML into sections by heading; layout and link targets are dropped, wording is kept. */
export function readDocument(text: string, name = ''): Document {
  const sections: Section[] = [{ heading: '', level: 0, passages: [] }];
  let passages = 0;
  for (const token of lexer(shallow(HTML.test(text) ? markdownOfHtml(text) : text))) {
    if (passages > MOST_PASSAGES) break;
    if (token.type === 'heading') {
      const { depth, tokens } = token as Tokens.Heading; // marked's union leaves `type` a string
      sections.push({ heading: plain(tokens), level: depth, passages: [] });
    } else {
      const found = passagesOf(token).slice(0, MOST_PASSAGES);
      passages += found.length;
      sections.at(-1)?.passages.push(...found);
    }
  }
  return {
    name,
    sections: sections.filter((section) => section.heading !== '' || section.passages.length > 0),
  };
}

function passagesOf(token: Token): Passage[] {
  switch (token.type) {
    case 'code': {
      const code = token as Tokens.Code;
      // Indented plain text is prose that Markdown takes for code; a drawing made of lines is not.
      if (code.codeBlockStyle === 'indented' && isProse(code.text)) return sentences(code.text);
      return code.text.trim() === '' ? [] : [{ kind: 'code', text: code.text.trim() }];
    }
    case 'list':
      return (token as Tokens.List).items.flatMap(itemPassages);
    case 'table':
      return (token as Tokens.Table).rows.map((cells) => ({
        kind: 'row',
        text: cells.map((cell) => plain(cell.tokens)).join(' — '),
      }));
    case 'blockquote':
      return (token as Tokens.Blockquote).tokens.flatMap(passagesOf);
    case 'paragraph':
    case 'text':
      return sentences(plain('tokens' in token ? token.tokens : [token]));
    default:
      return [];
  }
}

function itemPassages(item: Tokens.ListItem): Passage[] {
  const own = item.tokens.filter((token) => token.type !== 'list' && token.type !== 'checkbox');
  const nested = item.tokens.filter((token) => token.type === 'list');
  const text = plain(own).trim();
  return [
    ...sentencesOf(text).map((sentence) => ({ kind: 'item' as const, text: sentence })),
    ...nested.flatMap(passagesOf),
  ];
}

const isProse = (text: string): boolean => (text.match(/[\p{L}\s]/gu)?.length ?? 0) > 0.85 * text.length;

const sentences = (paragraph: string): Passage[] =>
  sentencesOf(paragraph).map((text) => ({ kind: 'sentence', text }));

/** The wording of inline Markdown: code keeps its marks, links become their text, emphasis is dropped. */
function plain(tokens: readonly Token[]): string {
  const text = tokens.map((token): string => {
    switch (token.type) {
      case 'html':
      case 'image':
      case 'checkbox':
        return '';
      case 'br':
      case 'space':
        return ' ';
      case 'codespan':
      case 'escape':
        return token.raw;
      default:
        return 'tokens' in token ? plain(token.tokens) : token.raw;
    }
  });
  return text.join('').replace(/\s+/g, ' ');
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
};

/** Enough Markdown of an HTML page to find its headings, paragraphs and lists in it. */
function markdownOfHtml(html: string): string {
  return withoutElements(html)
    .replace(/<h([1-6])\b[^<>]*>/gi, (_tag, depth: string) => `\n\n${'#'.repeat(Number(depth))} `)
    .replace(/<li\b[^<>]*>/gi, '\n- ')
    .replace(
      /<\/?(?:p|div|section|article|ul|ol|table|tr|h[1-6]|header|footer|main|br|pre|blockquote)\b[^<>]*>/gi,
      '\n\n',
    )
    .replace(/<\/?[a-z][^<>]*>/gi, '')
    .replace(/&(#\d+|#x[\da-f]+|\w+);/gi, (whole, name: string) => entity(name) ?? whole)
    .replace(/^[ \t]+/gm, '');
}

const UNREAD = /<(!--|(?:script|style|head|nav|svg|template|noscript)(?=[\s>/]))/gi;

/** Takes comments and what is not meant to be read out; by searching, since a pattern would cost the square of a hostile page. */
function withoutElements(html: string): string {
  const lower = html.toLowerCase();
  const unclosed = new Set<string>();
  let kept = '';
  let position = 0;
  for (const { index, 1: name = '' } of lower.matchAll(UNREAD)) {
    if (index < position || unclosed.has(name)) continue;
    const closing = name === '!--' ? '-->' : `</${name}`;
    const end = lower.indexOf(closing, index);
    if (end === -1) {
      unclosed.add(name);
      continue;
    }
    kept += html.slice(position, index);
    const bracket = lower.indexOf('>', end);
    position = bracket === -1 ? lower.length : bracket + 1;
  }
  return kept + html.slice(position);
}

function entity(name: string): string | undefined {
  if (!name.startsWith('#')) return ENTITIES[name.toLowerCase()];
  const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return code > 0 && code <= 0x10_ff_ff ? String.fromCodePoint(code) : undefined;
}
