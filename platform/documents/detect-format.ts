import type { DocumentFormat } from '../../contracts/knowledge.ts';

/** What of a file tells its format. */
export interface FileHead {
  name: string;
  /** What it was sent as. */
  mediaType?: string | undefined;
  /** Its first bytes: 4,096, or all of it. */
  head: Uint8Array;
}

/** A format, or why the file is not taken, in words for a person. */
export type Detection = { format: DocumentFormat } | { refusal: string };

/** The format of a file by its first bytes and its name, early: whether all of it can be read is seen when it is parsed. */
export const detectFormat = ({ name, head }: FileHead): Promise<Detection> =>
  Promise.resolve(detect({ name, head }));

const detect = ({ name, head }: FileHead): Detection => {
  if (head.length === 0) return { refusal: 'The file is empty' };
  return { format: /\.(md|markdown)$/i.test(name) ? 'markdown' : 'text' };
};
