import type { Readable } from 'node:stream';

/** Tells when nothing has come for so long, while it is read. @returns what ends the watch */
export function watchSilence(source: Readable, afterMs: number, tell: () => void): () => void {
  const timer = setTimeout(tell, afterMs);
  const hear = (): void => void timer.refresh();
  source.on('data', hear);
  return () => {
    clearTimeout(timer);
    source.off('data', hear);
  };
}
