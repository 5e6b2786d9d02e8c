/** Tells a person how far long work is. */
export interface Report {
  note: (line: string) => void;
  /** Begins a step of so many bytes. */
  step: (name: string, total: number) => { advance: (bytes: number) => void };
}

const EVERY_MS = 2_000;

/** Says nothing about what takes no time, and a line every other second about what does. */
export function createReport(
  write: (line: string) => void,
  now: () => number = () => performance.now(),
): Report {
  return {
    note: write,
    step(name, total) {
      let done = 0;
      let saidAt = now();
      return {
        advance(bytes) {
          done += bytes;
          if (now() - saidAt < EVERY_MS) return;
          saidAt = now();
          const percent = total === 0 ? 100 : Math.min(100, Math.floor((done / total) * 100));
          write(`${name}: ${megabytes(Math.min(done, total))} of ${megabytes(total)} (${percent} %)`);
        },
      };
    },
  };
}

export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
