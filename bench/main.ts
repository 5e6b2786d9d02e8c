import { bigMap } from './cases/big-map.ts';
import { callChainCase, pureChainCase } from './cases/chains.ts';
import { definitions } from './cases/definitions.ts';
import { eventLatency } from './cases/event-latency.ts';
import { fanOut } from './cases/fan-out.ts';
import { firstStart } from './cases/first-start.ts';
import { firstToken } from './cases/first-token.ts';
import { hostile } from './cases/hostile.ts';
import { ingestion } from './cases/ingestion.ts';
import { listPipelines } from './cases/list-pipelines.ts';
import { longConversation } from './cases/long-conversation.ts';
import { manyRuns } from './cases/many-runs.ts';
import { reconnects } from './cases/reconnects.ts';
import { recovery } from './cases/recovery.ts';
import { retrieval } from './cases/retrieval.ts';
import { runSearch } from './cases/run-search.ts';
import { starts } from './cases/starts.ts';
import { stop } from './cases/stop.ts';
import { viewers } from './cases/viewers.ts';
import { quality } from './quality/quality.ts';
import type { Finding } from './report.ts';
import { table } from './report.ts';
import { openStage, type Stage } from './stage.ts';

/**
 * `npm run bench [-- case …] [-- --on postgres|pglite]`: measures the bars against hand-written code on the same servers in
 * the same run. Exits with 1 when a bar is not met.
 */
const CASES: Readonly<Record<string, (stage: Stage) => Promise<Finding[]>>> = {
  starts,
  'pure-chain': pureChainCase,
  'call-chain': callChainCase,
  events: eventLatency,
  'fan-out': fanOut,
  'many-runs': manyRuns,
  map: bigMap,
  recovery,
  list: listPipelines,
  'long-conversation': longConversation,
  hostile,
  definitions,
  search: runSearch,
  'first-token': firstToken,
  stop,
  viewers,
  reconnects,
  ingestion,
};
/** What the embedded database is asked too; the other bars speak of Postgres. */
const EMBEDDED_CASES = ['starts', 'pure-chain', 'events', 'recovery', 'first-token', 'stop'];

/** Needs no stage: it starts the product itself, as a newcomer would. */
const FIRST_START = 'first-start';
/** Needs no stage either: a database and the local model are enough. Knows `--held-out` and `--tune`, see docs/retrieval-quality.md. */
const QUALITY = 'quality';
/** A database of its own, of the kind that is asked for. */
const RETRIEVAL = 'retrieval';

const words = process.argv.slice(2);
const on = words.includes('--on') ? words[words.indexOf('--on') + 1] : undefined;
const chosen = words.filter((word, index) => !word.startsWith('--') && words[index - 1] !== '--on');
const unknown = chosen.filter(
  (name) => !(name in CASES) && ![FIRST_START, QUALITY, RETRIEVAL].includes(name),
);
if (unknown.length > 0 || words.includes('--help')) {
  console.log(
    `usage: npm run bench -- [${[FIRST_START, QUALITY, RETRIEVAL, ...Object.keys(CASES)].join('|')} …] [--on postgres|pglite]`,
  );
  process.exit(words.includes('--help') ? 0 : 2);
}

const findings: Finding[] = [];
if (chosen.length === 0 || chosen.includes(FIRST_START)) {
  process.stderr.write(`${FIRST_START} …\n`);
  findings.push(...(await firstStart()));
}
if (on !== 'pglite' && (chosen.length === 0 || chosen.includes(QUALITY))) {
  process.stderr.write(`${QUALITY} …\n`);
  findings.push(...(await quality(words)));
}
if (chosen.length === 0 || chosen.includes(RETRIEVAL)) {
  process.stderr.write(`${RETRIEVAL} …\n`);
  findings.push(...(await retrieval(on === 'pglite' ? 'pglite' : 'postgres')));
}
for (const kind of ['postgres', 'pglite'] as const) {
  if (on !== undefined && on !== kind) continue;
  const names = Object.keys(CASES).filter(
    (name) =>
      (chosen.length === 0 || chosen.includes(name)) &&
      (kind === 'postgres' || on === kind || EMBEDDED_CASES.includes(name)),
  );
  if (names.length === 0) continue;
  const stage = await openStage(kind);
  try {
    for (const name of names) {
      process.stderr.write(`${kind}: ${name} …\n`);
      const found = (await CASES[name]?.(stage)) ?? [];
      findings.push(...found);
      for (const { what, measured, met } of found)
        process.stderr.write(`  ${met ? '✓' : '✗'} ${what}: ${measured}\n`);
    }
  } finally {
    await stage.close();
  }
}
console.log(table(findings));
process.exit(findings.every(({ met }) => met) ? 0 : 1);
