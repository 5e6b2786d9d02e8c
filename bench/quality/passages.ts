import type { Answer, Question } from './questions.ts';

/** Letters and digits only, so that markup, line breaks and the like do not keep a quote from being found. */
export function plain(text: string): string {
  return ` ${text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()} `;
}

/** What is wrong with the judgements: a document that is not in the corpus, a quote that is gone, stands twice, or under another heading. */
export function findFaults(questions: readonly Question[], documents: ReadonlyMap<string, string>): string[] {
  return questions.flatMap(({ id, answers }) =>
    answers.flatMap((answer) => {
      const text = documents.get(answer.document);
      const fault = text === undefined ? 'is not in the corpus' : faultOf(answer, text);
      return fault === null ? [] : [`${id}: ${answer.document} ${fault}: “${answer.quote}”`];
    }),
  );
}

function faultOf({ heading, quote }: Answer, text: string): string | null {
  const times = plain(text).split(plain(quote)).length - 1;
  if (times !== 1)
    return times === 0 ? 'no longer holds the quote' : `holds the quote ${String(times)} times`;
  const section = sectionsOf(text).find(({ content }) => plain(content).includes(plain(quote)));
  if (section === undefined) return 'holds the quote over a heading';
  return section.heading === heading ? null : `holds the quote under “${section.heading ?? ''}”`;
}

/** A text cut at its headings, those of the texts inside of YAML too. */
function sectionsOf(text: string): { heading: string | undefined; content: string }[] {
  return text.split(/^(?=[ \t]*#{1,6} )/m).map((content) => ({
    heading: /^[ \t]*#{1,6} +(.+)/.exec(content)?.[1]?.trim(),
    content,
  }));
}

/** A chunk as far as it is judged. */
export interface JudgedChunk {
  id: string;
  document: string;
  content: string;
}

/**
 * The grades of the chunks that answer a question, by their ids: a chunk's is that of the best passage that stands in it.
 * @throws Error naming the passages that no chunk holds as a whole
 */
export function createGrader(chunks: readonly JudgedChunk[]): (question: Question) => Map<string, number> {
  const prepared = Map.groupBy(
    chunks.map(({ id, document, content }) => ({ id, document, text: plain(content) })),
    ({ document }) => document,
  );
  return ({ id: questionId, answers }) => {
    const grades = new Map<string, number>();
    for (const { document, quote, grade } of answers) {
      const holding = (prepared.get(document) ?? []).filter(({ text }) => text.includes(plain(quote)));
      if (holding.length === 0)
        throw new Error(`${questionId}: no chunk of ${document} holds “${quote}” as a whole`);
      for (const { id } of holding) grades.set(id, Math.max(grade, grades.get(id) ?? 0));
    }
    return grades;
  };
}
