import type { Token } from 'marked';
import { Lexer } from 'marked';

import { createOutline } from '../outline.ts';
import type { Section } from '../section.ts';

const FRONT_MATTER = /^---[ \t]*\n[\s\S]*?\n(?:---|\.\.\.)[ \t]*(?:\n|$)/;

/** A section for what stands under each heading, as it is written. */
export const readMarkdown = (text: string): Section[] => {
  const outline = createOutline();
  const frontMatter = FRONT_MATTER.exec(text)?.[0] ?? '';
  let content = frontMatter;
  let firstLine = 1;
  let line = 1 + countLines(frontMatter);

  const settle = (): void => {
    outline.text({ content, page: null, firstLine, cutBetween: 'sentences' });
    content = '';
  };
  for (const token of new Lexer().blockTokens(text.slice(frontMatter.length), [])) {
    if (token.type === 'heading') {
      settle();
      // A token of this type has both.
      const { depth, text: title } = token as { depth: number; text: string };
      outline.heading(depth, plainText(Lexer.lexInline(title)), {
        page: null,
        firstLine: line,
        cutBetween: 'sentences',
      });
      firstLine = line + countLines(token.raw);
    } else content += token.type === 'table' ? narrow(token.raw) : token.raw;
    line += countLines(token.raw);
  }
  settle();
  return outline.sections();
};

/** A table whose columns are lined up is mostly spaces. */
const narrow = (table: string): string => table.replace(/[ \t]{2,}/g, ' ').replace(/-{4,}/g, '---');

const countLines = (text: string): number => text.split('\n').length - 1;

/** Without the marks of emphasis, code and links. */
const plainText = (tokens: readonly Token[]): string =>
  tokens
    .map((token) => {
      if ('tokens' in token) return plainText(token.tokens ?? []);
      if (token.type === 'html') return '';
      return 'text' in token && typeof token.text === 'string' ? token.text : '';
    })
    .join('');
