import { ndcg } from './ndcg.ts';
import type { Question } from './questions.ts';

/** nDCG@10 of one way to search, in points of a hundred: of all questions, and of each kind. */
export interface Quality {
  all: number;
  kinds: Record<Question['kind'], number>;
  /** Of each question, in order. */
  each: number[];
}

export const KINDS = ['terms', 'names', 'how-why', 'paraphrase'] as const;

/** @param rank the ids of what is found for a question, the best first */
export function judge(
  judged: readonly { question: Question; grades: ReadonlyMap<string, number> }[],
  rank: (question: Question) => readonly string[],
): Quality {
  const each = judged.map(({ question, grades }) =>
    ndcg(
      rank(question).map((id) => grades.get(id) ?? 0),
      [...grades.values()],
    ),
  );
  const of = (kind: Question['kind']): number =>
    100 * mean(each.filter((_, index) => judged[index]?.question.kind === kind));
  return {
    all: 100 * mean(each),
    kinds: {
      terms: of('terms'),
      names: of('names'),
      'how-why': of('how-why'),
      paraphrase: of('paraphrase'),
    },
    each,
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
