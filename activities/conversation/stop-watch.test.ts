import { describe, expect, it } from '@jest/globals';

import { createStopWatch, StopRequested } from './stop-watch.ts';

const quiet = () => undefined;
const logger = { error: quiet, warn: quiet, info: quiet, debug: quiet };
const never = new AbortController().signal;
const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error));
  });

/** A watch over turns that a test stops itself; `looks` holds what each query asked for. */
function watch() {
  const looks: string[][] = [];
  const stopped = new Set<string>();
  const turns = {
    listStopped: (ids: readonly string[]) => {
      looks.push([...ids]);
      return Promise.resolve(ids.filter((id) => stopped.has(id)));
    },
  };
  return { looks, stopped, turns, stops: createStopWatch({ turns, logger, everyMs: 1 }) };
}
const turn = (number: number, signal = never) => ({ conversationId: 'c', number, signal });

describe('the watch over stops', () => {
  it('asks for all turns at once, and ends only those that are to stop', async () => {
    const { looks, stopped, stops } = watch();
    const one = stops.during(turn(1), untilAborted);
    let finish: (() => void) | undefined;
    const two = stops.during(turn(2), () => new Promise<void>((resolve) => (finish = resolve)));
    stopped.add('c/1');
    await expect(one).rejects.toBeInstanceOf(StopRequested);
    finish?.();
    await two;
    expect(looks).toContainEqual(['c/1', 'c/2']);
  });

  it('asks nothing while nothing is under way', async () => {
    const { looks, stops } = watch();
    expect(looks).toEqual([]);
    await stops.during(turn(1), () => Promise.resolve());
    await stops.during(turn(2), () => Promise.resolve());
    expect(looks.every((ids) => ids.length === 1)).toBe(true);
  });

  it('goes on when the database is away', async () => {
    const { turns, stopped } = watch();
    let isAway = true;
    const stops = createStopWatch({
      ...{ logger, everyMs: 1 },
      turns: {
        listStopped: (ids) => {
          if (!isAway) return turns.listStopped(ids);
          isAway = false;
          return Promise.reject(new Error('away'));
        },
      },
    });
    stopped.add('c/1');
    await expect(stops.during(turn(1), untilAborted)).rejects.toBeInstanceOf(StopRequested);
  });

  it('passes on why its caller gives up, and what went wrong by itself', async () => {
    const { stops } = watch();
    const outer = new AbortController();
    const given = stops.during(turn(1, outer.signal), untilAborted);
    outer.abort(new Error('shutdown'));
    await expect(given).rejects.toThrow('shutdown');
    await expect(stops.during(turn(2), () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  });
});
