import { createInterface } from 'node:readline';

import type { GuardedProcess } from './guarded-process.ts';

const LAST_LINES = 15;

/** What a process prints, line by line. */
export interface ProcessOutput {
  /** The last lines, for the reason of an end. */
  last(): string;
  /** Resolves with the first line from now on that fits. */
  printed(fits: (line: string) => boolean): Promise<void>;
}

export function followOutput({ child }: GuardedProcess, onLine: (line: string) => void): ProcessOutput {
  const last: string[] = [];
  const waiting = new Set<(line: string) => void>();
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      last.push(line);
      if (last.length > LAST_LINES) last.shift();
      onLine(line);
      for (const look of waiting) look(line);
    });
  }
  return {
    last: () => last.join('\n'),
    printed: (fits) =>
      new Promise((resolve) => {
        const look = (line: string): void => {
          if (!fits(line)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
      }),
  };
}
