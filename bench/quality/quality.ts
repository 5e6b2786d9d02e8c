import type { SearchKnowledge } from '../../contracts/memory.ts';
import type { Finding } from '../report.ts';
import { format } from '../statistics.ts';
import { CORPUS, readCorpus } from './corpus.ts';
import { judge, KINDS, type Quality } from './judge.ts';
import { type Library, openLibrary } from './library.ts';
import { createGrader, findFaults } from './passages.ts';
import { type Half, halfOf, type Question, readQuestions } from './questions.ts';
import { tune } from './tune.ts';

const MODES = ['vector', 'text', 'hybrid'] as const satisfies SearchKnowledge['mode'][];
const DEPTH = 10;
const MARGIN = 3;

export type Judged = readonly { question: Question; grades: ReadonlyMap<string, number> }[];

/**
 * Asks the questions of one half as a person would, by each way to search, with the weights that the house has by default. `--held-out` asks
 * the half that no weight was chosen by; `--tune` tells what other weights would give. docs/retrieval-quality.md says how it is to be used.
 */
export async function quality(flags: readonly string[]): Promise<Finding[]> {
  const half: Half = flags.includes('--held-out') ? 'held-out' : 'tuning';
  const all = await readQuestions();
  const corpus = await readCorpus();
  const faults = findFaults(all, new Map([...corpus].map(([path, bytes]) => [path, bytes.toString()])));
  if (faults.length > 0)
    throw new Error(`Documents have changed; judge these questions anew:\n${faults.join('\n')}`);
  const library = await openLibrary(corpus);
  try {
    const grade = createGrader(await listChunks(library));
    const judged = all
      .filter((question) => halfOf(question) === half)
      .map((question) => ({ question, grades: grade(question) }));
    const found = await measure(library, judged);
    process.stderr.write(`${tableOf(half, judged.length, found)}\n`);
    if (flags.includes('--tune') && half === 'tuning') process.stderr.write(await tune(library, judged));
    return findingsOf(half, found);
  } finally {
    await library.close();
  }
}

async function listChunks(library: Library) {
  const chunks = await Promise.all(
    CORPUS.map(async (document) =>
      (await library.listChunks(document)).map(({ id, content }) => ({ id, document, content })),
    ),
  );
  return chunks.flat();
}

type Measured = Record<(typeof MODES)[number], Quality>;

async function measure(library: Library, judged: Judged): Promise<Measured> {
  const of = async (mode: SearchKnowledge['mode']): Promise<Quality> => {
    const ranks = new Map<Question, string[]>();
    for (const { question } of judged) {
      const items = await library.search({ query: question.question, mode, limit: DEPTH });
      ranks.set(
        question,
        items.map(({ id }) => id),
      );
    }
    return judge(judged, (question) => ranks.get(question) ?? []);
  };
  return { vector: await of('vector'), text: await of('text'), hybrid: await of('hybrid') };
}

function tableOf(half: Half, questions: number, found: Measured): string {
  const rows = MODES.map((mode) => {
    const { all, kinds } = found[mode];
    return `| ${mode} | ${[all, ...KINDS.map((kind) => kinds[kind])].map((points) => format(points, 1)).join(' | ')} |`;
  });
  return [
    `nDCG@${String(DEPTH)} of the ${half} half, ${String(questions)} questions`,
    `| search | all | ${KINDS.join(' | ')} |`,
    `|---|${'---|'.repeat(1 + KINDS.length)}`,
    ...rows,
  ].join('\n');
}

function findingsOf(half: Half, { vector, text, hybrid }: Measured): Finding[] {
  const better = Math.max(vector.all, text.all);
  return [
    {
      what: `hybrid nDCG@10, ${half} half`,
      bar: `≥ ${format(better, 1)}, the better of vector and text`,
      measured: format(hybrid.all, 1),
      met: hybrid.all >= better,
    },
    {
      what: `hybrid over vector, ${half} half`,
      bar: `≥ ${String(MARGIN)} points`,
      measured: `${format(hybrid.all - vector.all, 1)} points`,
      met: hybrid.all - vector.all >= MARGIN,
    },
  ];
}
