/** The parser's process: reads one document and ends. It holds nothing that could be lost, so it may be killed at any time. */
import { constants, setPriority } from 'node:os';
import { Worker } from 'node:worker_threads';

import { GatheringFailure } from '../../contracts/failure.ts';
import { chunkSections } from './chunk-sections.ts';
import type { ParseLimits } from './document-limits.ts';
import { MAX_CHUNKS } from './document-limits.ts';
import { readSections } from './read-sections.ts';
import type { HostMessage, ParseTask } from './wire.ts';

const PROGRESS_EVERY_PAGES = 10;

// Set by the parent, see `parse-process.ts`.
const limits = JSON.parse(process.argv[2] ?? '') as ParseLimits;

const answer = async ({ bytes, format }: ParseTask): Promise<HostMessage> => {
  try {
    const { sections, pages } = await readSections(bytes, format, (count) => {
      if (count % PROGRESS_EVERY_PAGES === 0)
        process.send?.({ type: 'pages', pages: count } satisfies HostMessage);
    });
    const chunks = chunkSections(sections);
    if (chunks.length === 0) return { type: 'refused', reason: 'The file holds no text' };
    if (chunks.length > MAX_CHUNKS)
      return { type: 'refused', reason: `The file falls into ${chunks.length} pieces, which is too many` };
    return { type: 'parsed', pages, chunks };
  } catch (error) {
    return { type: 'refused', reason: reasonOf(error) };
  }
};

/** Whatever goes wrong in here is due to the document: the same one would fail again. */
const reasonOf = (error: unknown): string => {
  if (error instanceof GatheringFailure) return error.message;
  if (error instanceof RangeError) return 'The file is nested too deeply, or too large';
  if (error instanceof TypeError)
    return 'The file cannot be read: it is damaged, or not of the kind that it is named as';
  return `The file cannot be read: ${error instanceof Error ? error.message : String(error)}`;
};

// A thread of its own, as a parser that hangs lets no timer of its thread run; also when the parent is gone.
const watchdog = new Worker(new URL('./parse-watchdog.ts', import.meta.url), { workerData: limits });
watchdog.unref();
// People who wait for an answer go first.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
// Ctrl-C reaches every process of a terminal; this one ends with its parent, which may still need it to finish.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.on('disconnect', () => process.exit(0));
let isAnswered = false;
const settle = (message: HostMessage): void => {
  if (isAnswered) return;
  isAnswered = true;
  process.send?.(message, () => process.disconnect());
};

// A library may also fail beside what was asked of it, which is often of no consequence: the answer is what counts, where one comes.
let stray: unknown = 'it was given up';
process.on('uncaughtException', (error) => {
  stray = error;
});
process.on('beforeExit', () => settle({ type: 'refused', reason: reasonOf(stray) }));
process.once('message', (task: ParseTask) => {
  // From here on it lives as long as there is something to do.
  process.channel?.unref();
  void answer(task).then(settle);
});
