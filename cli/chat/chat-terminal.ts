import { createInterface } from 'node:readline';

import type { Terminal } from '../terminal.ts';
import { processTerminal } from '../terminal.ts';
import type { Piece } from './transcript.ts';

/** A terminal that a person also enters lines at. */
export interface ChatTerminal extends Terminal {
  /** Somebody sits there; else the lines come from a file or a program. */
  isInteractive: boolean;
  write: (piece: Piece) => void;
  /** Calls back with each line, and at the end of them. @returns stops that */
  onLines: (callbacks: { line: (line: string) => void; end: () => void }) => () => void;
}

export const processChatTerminal: ChatTerminal = {
  ...processTerminal,
  isInteractive: process.stdin.isTTY,
  write: ({ kind, text }) => void (kind === 'words' ? process.stdout : process.stderr).write(text),
  onLines({ line, end }) {
    const lines = createInterface({ input: process.stdin, terminal: false });
    lines.on('line', line);
    lines.on('close', end);
    return () => {
      lines.off('close', end);
      lines.close();
      process.stdin.unref();
    };
  },
};
