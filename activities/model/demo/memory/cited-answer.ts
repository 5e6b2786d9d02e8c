import type { ModelMessage } from '../../../../contracts/model.ts';
import { type Document, readDocument } from '../document.ts';
import { about, best, extractsOf } from '../extract.ts';
import { hasText } from '../prompt.ts';

const PASSAGE = /^\[(\d+)\] ([^\n]*)\n([\s\S]*?)(?=\n\n\[\d+\] |$(?![\s\S]))/gm;
const MOST_SENTENCES = 3;

interface FoundPassage {
  /** The document's name and the headings that it stands under. */
  heading: string;
  /** Named by the number of the passage. */
  document: Document;
}

/** The passages that searches of documents have found, as they were told. */
export const passagesIn = (messages: readonly ModelMessage[]): FoundPassage[] =>
  messages
    .flatMap((message) =>
      message.role === 'tool' && message.toolName === 'search_knowledge' && !message.isError
        ? [...message.content.matchAll(PASSAGE)]
        : [],
    )
    .map(([, number = '', heading = '', text = '']) => ({ heading, document: readDocument(text, number) }))
    .filter(({ document }) => hasText(document));

/**
 * What the passages say that a search has found, in their own sentences, each with the number of its passage. Undefined where nothing was
 * found, or no search was made.
 */
export function citedAnswer(request: string, messages: readonly ModelMessage[]): string | undefined {
  const documents = passagesIn(messages).map(({ document }) => document);
  const extracts = extractsOf(documents);
  const fitting = about(request, extracts);
  const chosen = best(fitting.length > 0 ? fitting : extracts.slice(0, 1), MOST_SENTENCES);
  return chosen.length === 0
    ? undefined
    : chosen.map(({ text, document }) => `${text} [${document.name}]`).join(' ');
}
