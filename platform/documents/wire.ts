import type { DocumentFormat } from '../../contracts/knowledge.ts';
import type { ChunkText } from './chunk-sections.ts';

/** What the parser's process is given, once. */
export interface ParseTask {
  bytes: Uint8Array;
  format: DocumentFormat;
}

/** What it answers: any number of pages, then one of the others. */
export type HostMessage =
  | { type: 'pages'; pages: number }
  | { type: 'parsed'; pages: number | null; chunks: ChunkText[] }
  /** In words for a person. */
  | { type: 'refused'; reason: string };

/** How the watchdog ends its process; the parent tells the reason by the signal. */
export const SIGNAL_OF_LIMIT = { time: 'SIGXCPU', memory: 'SIGUSR2' } as const;
