import { expect, test } from '@jest/globals';

import { judge } from './judge.ts';
import { createGrader } from './passages.ts';
import type { Question } from './questions.ts';

const question = (id: string, kind: Question['kind'], ...answers: Question['answers']): Question => ({
  ...{ id, kind, question: id, answers },
});
const passage = (quote: string, grade: 1 | 2): Question['answers'][number] => ({
  ...{ document: 'a.md', heading: 'One', quote, grade },
});

const grade = createGrader([
  { id: 'first', document: 'a.md', content: 'It is **told** at once,\nand kept.' },
  { id: 'second', document: 'a.md', content: 'and kept. Nothing is lost.' },
  { id: 'elsewhere', document: 'b.md', content: 'and kept.' },
]);

test('a chunk has the grade of the best passage that stands in it, in the document that was judged', () => {
  const grades = grade(question('q001', 'terms', passage('and kept', 1), passage('it is told', 2)));
  expect([...grades]).toEqual([
    ['first', 2],
    ['second', 1],
  ]);
});

test('a passage that was cut in two is named, rather than counted as not found', () => {
  expect(() => grade(question('q002', 'names', passage('kept. Nothing is lost. Ever.', 2)))).toThrow(
    'q002: no chunk of a.md holds “kept. Nothing is lost. Ever.” as a whole',
  );
});

test('a way to search is judged by the mean of its questions, of all and of each kind', () => {
  const judged = [
    question('q003', 'terms', passage('it is told', 2)),
    question('q004', 'how-why', passage('nothing is lost', 2)),
  ].map((one) => ({ question: one, grades: grade(one) }));
  const { all, kinds } = judge(judged, ({ kind }) =>
    kind === 'terms' ? ['first', 'second'] : ['elsewhere'],
  );
  expect(all).toBe(50);
  expect(kinds).toMatchObject({ terms: 100, 'how-why': 0 });
});
