import type { Node } from 'node-html-parser';
import { HTMLElement, NodeType, parse } from 'node-html-parser';

import { tooDeep } from '../document-limits.ts';
import type { Outline } from '../outline.ts';
import { createOutline } from '../outline.ts';
import type { Section } from '../section.ts';

const NOWHERE = { page: null, firstLine: null, cutBetween: 'sentences' } as const;

/** What belongs to the page around a text, or is not shown. */
const LEFT_OUT = new Set(
  'head script style noscript template nav footer svg math canvas iframe object embed audio video form button select dialog'.split(
    ' ',
  ),
);
const BLOCKS = new Set(
  (
    'address article aside blockquote body center dd details div dl dt fieldset figcaption figure header hgroup hr html li main menu ' +
    'ol p pre section summary table tbody tfoot thead tr ul'
  ).split(' '),
);
const HEADING = /^h([1-6])$/;
const MAX_DEPTH = 1_000;
/** Those that many pages leave open, or that nothing stands in. */
const CLOSED_BY_OTHERS = new Set(
  'p li dt dd tr td th thead tbody tfoot option br hr img input link meta col area base embed source track wbr'.split(
    ' ',
  ),
);

/** The text of a page, without what leads elsewhere; where it says what its main part is, that alone. */
export const readHtml = (html: string): Section[] => {
  checkDepth(html);
  const root = parse(html, {
    comment: false,
    blockTextElements: { script: false, style: false, noscript: false },
  });
  const outline = createOutline();
  const title = root.querySelector('head > title')?.text.trim() ?? '';
  const main = root.querySelector('main') ?? root.querySelector('[role=main]') ?? root;
  // A page that begins with a heading of its own does not need its window's title.
  if (title !== '' && main.querySelector('h1') === null) outline.heading(0, title, NOWHERE);
  const writer = createWriter(outline);
  walk(main, writer, 0);
  writer.end();
  return outline.sections();
};

/** Before it is parsed: the parser takes ever longer the deeper it is. */
const checkDepth = (html: string): void => {
  let depth = 0;
  for (const [, slash, name = ''] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)/gi)) {
    if (CLOSED_BY_OTHERS.has(name.toLowerCase())) continue;
    depth = slash === '' ? depth + 1 : Math.max(0, depth - 1);
    if (depth > MAX_DEPTH) throw tooDeep(MAX_DEPTH);
  }
};

interface Writer {
  /** Text within a paragraph. */
  inline(text: string): void;
  lineBreak(): void;
  /** What follows is a paragraph of its own, or a line of its own that belongs to the one before. */
  block(separator?: '\n' | '\n\n'): void;
  heading(level: number, title: string): void;
  end(): void;
}

const MARKER = '-';

const createWriter = (outline: Outline): Writer => {
  let content = '';
  let paragraph = '';
  let separator = '\n\n';
  const settle = (next: '\n' | '\n\n' = '\n\n'): void => {
    const text = paragraph.replace(/[ \t]*\n[ \t]*/g, '\n').trim();
    // What the item says is in a paragraph of its own, which follows.
    if (text === MARKER && next === '\n\n') return;
    if (text !== '' && text !== MARKER) {
      content += content === '' ? text : separator + text;
      separator = next;
    } else if (next === '\n\n') separator = next;
    paragraph = '';
  };
  const end = (): void => {
    settle();
    outline.text({ content, ...NOWHERE });
    content = '';
  };
  return {
    inline(text) {
      const words = text.replace(/\s+/g, ' ');
      paragraph += paragraph === '' || /\s$/.test(paragraph.slice(-1)) ? words.trimStart() : words;
    },
    lineBreak() {
      paragraph += '\n';
    },
    block: settle,
    heading(level, title) {
      end();
      outline.heading(level, title, NOWHERE);
    },
    end,
  };
};

/** A row is one line, whatever its cells hold. */
const withinCell = (writer: Writer): Writer => ({
  ...writer,
  block: () => writer.inline(' '),
  lineBreak: () => writer.inline(' '),
  heading: (_level, title) => writer.inline(` ${title} `),
});

const walk = (node: Node, writer: Writer, depth: number): void => {
  if (depth > MAX_DEPTH) throw tooDeep(MAX_DEPTH);
  for (const child of node.childNodes) {
    if (child.nodeType === NodeType.TEXT_NODE) writer.inline(child.text);
    else if (child instanceof HTMLElement) walkElement(child, writer, depth + 1);
  }
};

const walkElement = (element: HTMLElement, writer: Writer, depth: number): void => {
  const name = element.rawTagName.toLowerCase();
  const level = HEADING.exec(name)?.[1];
  if (LEFT_OUT.has(name) || isHidden(element)) return;
  if (level !== undefined) writer.heading(Number(level), element.text);
  else if (name === 'br') writer.lineBreak();
  else if (name === 'pre') writePreformatted(element, writer);
  else if (name === 'td' || name === 'th') {
    walk(element, withinCell(writer), depth);
    writer.inline(' | ');
  } else if (BLOCKS.has(name)) {
    const ofAList = name === 'li' || name === 'tr' || name === 'dt' || name === 'dd';
    writer.block(ofAList ? '\n' : '\n\n');
    if (name === 'li') writer.inline(`${MARKER} `);
    walk(element, writer, depth);
    writer.block(ofAList ? '\n' : '\n\n');
  } else walk(element, writer, depth);
};

const isHidden = (element: HTMLElement): boolean =>
  element.hasAttribute('hidden') || element.getAttribute('aria-hidden') === 'true';

const writePreformatted = (element: HTMLElement, writer: Writer): void => {
  writer.block();
  for (const line of element.text.split('\n')) {
    writer.inline(line);
    writer.lineBreak();
  }
  writer.block();
};
