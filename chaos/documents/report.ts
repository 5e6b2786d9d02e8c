import { embeddedTextOf } from '../../platform/documents/embedded-text.ts';
import type { CountingEmbedder } from './counting-embedder.ts';
import type { PlayedDocument } from './play.ts';

const RESUMES_MS = 10_000;
const FAULTS_SHOWN = 20;

/** Says what was found. @returns whether anything is not as it should be */
export function report(
  { document, chunks, recoveries, faults, tookMs }: PlayedDocument,
  embedder: CountingEmbedder,
  wanted: { pages: number; kills: number },
): boolean {
  const timesOf = chunks.map((chunk) => embedder.embedded.get(embeddedTextOf(chunk)) ?? 0);
  const once = timesOf.filter((times) => times === 1).length;
  const slow = recoveries.filter(({ sinceRestartMs }) => sinceRestartMs > RESUMES_MS);
  const all = [
    ...faults,
    ...embedder.faults,
    ...(document.progress.pages === wanted.pages ? [] : [`it has ${String(document.progress.pages)} pages`]),
    ...(document.progress.chunks === chunks.length ? [] : [`${chunks.length} chunks are there`]),
    ...(document.progress.embedded === chunks.length ? [] : [`${document.progress.embedded} are embedded`]),
    ...(once === chunks.length ? [] : [`${chunks.length - once} chunks were not embedded exactly once`]),
    ...(chunks.every(({ isEmbedded }) => isEmbedded) ? [] : ['not every chunk has a vector']),
    ...(recoveries.length === wanted.kills ? [] : [`only ${recoveries.length} kills`]),
    ...slow.map(({ what, sinceRestartMs }) => `${what}: went on after ${seconds(sinceRestartMs)}`),
  ];
  const longest = (of: 'sinceKillMs' | 'sinceRestartMs'): string =>
    seconds(Math.max(...recoveries.map((recovery) => recovery[of])));
  console.log(
    `${wanted.pages} pages, ${chunks.length} chunks, ${seconds(tookMs)}; ${recoveries.length} kills:`,
  );
  for (const { what, sinceKillMs, sinceRestartMs } of recoveries)
    console.log(
      `  ${what}: went on ${seconds(sinceKillMs)} after the kill, ${seconds(sinceRestartMs)} after the restart`,
    );
  console.log(
    `longest: ${longest('sinceKillMs')} after a kill, ${longest('sinceRestartMs')} after a restart`,
  );
  console.log(
    `${once} of ${chunks.length} chunks embedded once; ${embedder.repeated} requests came again under their key; progress went back ${faults.length} times`,
  );
  for (const fault of all.slice(0, FAULTS_SHOWN)) console.log(`  ${fault}`);
  console.log(all.length === 0 ? 'all went as it should' : `${all.length} faults`);
  return all.length > 0;
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
