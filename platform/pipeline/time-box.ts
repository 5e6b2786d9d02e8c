import { createContext, Script } from 'node:vm';

/** Runs synchronous work and gives up on it when it takes too long. What it throws is thrown. */
export type TimeBox = <Value>(
  timeMs: number,
  work: () => Value,
) => { ok: true; value: Value } | { ok: false };

/**
 * Cuts off work that nothing else can stop, wherever it is (regular expressions included): V8 ends what runs inside a script
 * that has a timeout. It is a clock, no sandbox. Work that was cut off may leave half-changed objects: throw them away.
 */
export function createTimeBox(): TimeBox {
  const scope: { work?: (() => void) | undefined } = {};
  const context = createContext(scope);
  const call = new Script('work()');
  return <Value>(timeMs: number, work: () => Value) => {
    const results: Value[] = [];
    const outer = scope.work;
    scope.work = () => {
      results.push(work());
    };
    try {
      call.runInContext(context, { timeout: timeMs });
    } catch (error) {
      if (!isTimeout(error)) throw error;
    } finally {
      scope.work = outer;
    }
    for (const value of results) return { ok: true, value };
    return { ok: false };
  };
}

// It comes from the script's own realm, so it is no instance of this one's Error.
const isTimeout = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
