import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import { parse } from 'yaml';
import { z } from 'zod';

const FOLDER = resolve(import.meta.dirname, 'questions');

/** A passage that answers: 2 says what was asked, 1 says a part of it, or says it in passing. */
const Answer = z.strictObject({
  document: z.string(),
  /** The nearest heading above the passage; absent where a document has none there. */
  heading: z.string().optional(),
  /** Words of the passage as they stand; they stand once in the document. */
  quote: z.string(),
  grade: z.union([z.literal(1), z.literal(2)]),
});
export type Answer = z.infer<typeof Answer>;

const Question = z.strictObject({
  id: z.string().regex(/^q\d{3}$/),
  kind: z.enum(['terms', 'names', 'how-why', 'paraphrase']),
  question: z.string(),
  answers: z.array(Answer).min(1),
});
export type Question = z.infer<typeof Question>;

/** All questions in the order of their ids. */
export async function readQuestions(): Promise<Question[]> {
  const files = (await readdir(FOLDER)).filter((name) => name.endsWith('.yaml'));
  const texts = await Promise.all(files.map((name) => readFile(resolve(FOLDER, name), 'utf8')));
  return texts
    .flatMap((text) => z.array(Question).parse(parse(text)))
    .toSorted((a, b) => a.id.localeCompare(b.id));
}

export type Half = 'tuning' | 'held-out';

/** Which half a question is in: by the first byte of the SHA-256 of its id, even or odd. Fixed before anything was searched. */
export function halfOf({ id }: Pick<Question, 'id'>): Half {
  return createHash('sha256').update(id).digest().readUInt8(0) % 2 === 0 ? 'tuning' : 'held-out';
}
