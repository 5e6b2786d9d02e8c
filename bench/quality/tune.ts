import { type Candidate, fuse, weightsOf } from '../../store/memory/fuse.ts';
import { format } from '../statistics.ts';
import { judge } from './judge.ts';
import type { Library } from './library.ts';
import type { Judged } from './quality.ts';
import type { Question } from './questions.ts';

const CONSTANTS = [0.5, 1, 2, 4, 8, 20, 60];
const VECTOR_WEIGHTS = [0, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7, 1];
/** As deep as the lists are that a search fuses. */
const DEPTH = 50;

/** What each constant and weight of the vector's list would give, the words' list having the weight 1. Both lists are searched once. */
export async function tune(library: Library, judged: Judged): Promise<string> {
  const candidates = new Map<Question, Candidate[]>();
  for (const { question } of judged) candidates.set(question, await candidatesOf(library, question));
  const rows = CONSTANTS.map((k) => {
    const cells = VECTOR_WEIGHTS.map((vector) => {
      const weights = { ...weightsOf('knowledge'), vector, text: 1 };
      const found = judge(judged, (question) =>
        fuse(candidates.get(question) ?? [], weights, k).map(({ id }) => id),
      );
      return format(found.all, 1);
    });
    return `| ${String(k)} | ${cells.join(' | ')} |`;
  });
  return [
    `| k \\ weight | ${VECTOR_WEIGHTS.join(' | ')} |`,
    `|---|${'---|'.repeat(VECTOR_WEIGHTS.length)}`,
    ...rows,
    '',
  ].join('\n');
}

async function candidatesOf(library: Library, { question: query }: Question): Promise<Candidate[]> {
  const near = await library.search({ query, mode: 'vector', limit: DEPTH });
  const best = await library.search({ query, mode: 'text', limit: DEPTH });
  const byId = new Map<string, Candidate>();
  for (const { id, parts } of [...near, ...best]) {
    const { similarity, vectorRank, textRank } = byId.get(id) ?? parts;
    byId.set(id, {
      ...{ id, ageDays: 0, importance: null },
      similarity: similarity ?? parts.similarity,
      vectorRank: vectorRank ?? parts.vectorRank,
      textRank: textRank ?? parts.textRank,
    });
  }
  return [...byId.values()];
}
