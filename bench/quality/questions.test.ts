import { expect, test } from '@jest/globals';

import { CORPUS, readCorpus } from './corpus.ts';
import { findFaults } from './passages.ts';
import { halfOf, readQuestions } from './questions.ts';

const questions = await readQuestions();

test('each passage that is judged to answer stands once in its document, under its heading', async () => {
  const documents = new Map([...(await readCorpus())].map(([path, bytes]) => [path, bytes.toString()]));
  expect(findFaults(questions, documents)).toEqual([]);
});

test('each question has an id of its own, other words than the others, and a passage that says what was asked', () => {
  expect(new Set(questions.map(({ id }) => id)).size).toBe(questions.length);
  expect(new Set(questions.map(({ question }) => question.toLowerCase())).size).toBe(questions.length);
  expect(questions.filter(({ answers }) => answers.every(({ grade }) => grade < 2))).toEqual([]);
});

test('there are at least 150 questions, a fifth of each kind at the least, and as good as half of them are held out', () => {
  expect(questions.length).toBeGreaterThanOrEqual(150);
  for (const kind of ['terms', 'names', 'how-why', 'paraphrase'])
    expect(questions.filter((question) => question.kind === kind).length).toBeGreaterThan(
      questions.length / 5,
    );
  const heldOut = questions.filter((question) => halfOf(question) === 'held-out').length;
  expect(Math.abs(heldOut / questions.length - 0.5)).toBeLessThan(0.08);
});

test('every document of the corpus answers something', () => {
  const asked = new Set(questions.flatMap(({ answers }) => answers.map(({ document }) => document)));
  expect(CORPUS.filter((path) => !asked.has(path))).toEqual([]);
});

test('a quote that is gone, that stands twice or that has moved is named with its question', () => {
  const question = (quote: string): (typeof questions)[number] => ({
    id: 'q999',
    kind: 'terms',
    question: 'What is told?',
    answers: [{ document: 'a.md', heading: 'One', quote, grade: 2 }],
  });
  const documents = new Map([
    ['a.md', '# One\n\nIt is `told`.\nAnd again and again.\n\n# Two\n\nMoved here.\n'],
  ]);
  const faults = ['It is told.', 'It is gone', 'again', 'moved here'].map(
    (quote) => findFaults([question(quote)], documents)[0] ?? '',
  );
  expect(faults).toEqual([
    '',
    expect.stringContaining('q999: a.md no longer holds the quote'),
    expect.stringContaining('holds the quote 2 times'),
    expect.stringContaining('holds the quote under “Two”'),
  ]);
});
