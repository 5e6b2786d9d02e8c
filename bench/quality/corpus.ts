import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');

const DECISIONS = [
  '0001-values-never-enter-history',
  '0002-a-segment-is-an-activity',
  '0003-two-kinds-of-retry',
  '0004-graph-semantics-are-a-contract',
  '0005-a-line-of-actions-is-an-activity',
  '0006-stored-is-accepted',
  '0007-a-decision-is-a-row',
  '0008-breakers-and-control-in-the-ledger',
  '0009-a-fork-begins-with-rows',
  '0010-a-sub-pipeline-is-a-map',
  '0011-big-maps-run-in-children',
  '0012-what-people-say-is-a-row',
  '0013-budgets-are-reserved',
  '0014-a-discussion-is-a-child',
];
const PERSONAS = [
  ...['analyst', 'backend-engineer', 'critic', 'data-analyst', 'editor', 'facilitator', 'frontend-engineer'],
  ...['incident-lead', 'judge', 'note-taker', 'operations-engineer', 'planner', 'product-manager'],
  ...['researcher', 'scout', 'security-reviewer', 'support-agent', 'teacher', 'tester', 'translator'],
];

/** What the questions are asked of: documents of this repository, named one by one, so that a new one changes no figure. */
export const CORPUS: readonly string[] = [
  ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'testing/README.md', 'testing/fixtures/README.md'],
  ...['agents-and-circles', 'api', 'architecture', 'benchmarks', 'glossary', 'operations'].map(markdown),
  ...['seeded-pipelines', 'state-machines'].map(markdown),
  ...DECISIONS.map((name) => markdown(`decisions/${name}`)),
  ...PERSONAS.map((name) => `personas/${name}.yaml`),
  ...['design-debate', 'editorial-team', 'incident-room'].map((name) => `seeds/circles/${name}.yaml`),
];

function markdown(name: string): string {
  return `docs/${name}.md`;
}

/** The bytes of each document of the corpus, as they stand in the working tree. */
export async function readCorpus(): Promise<Map<string, Buffer>> {
  return new Map(
    await Promise.all(CORPUS.map(async (path) => [path, await readFile(resolve(ROOT, path))] as const)),
  );
}
