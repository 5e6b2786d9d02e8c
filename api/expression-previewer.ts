import type { ExpressionPreview, PreviewExpression } from '../contracts/expression-preview.ts';
import type { EvaluationTask } from '../platform/expression/evaluation.ts';
import { createIsolate, type Isolate } from '../platform/expression/isolate.ts';

/** Computes what somebody is writing, on sample data, in an isolate of the API's own. */
export interface ExpressionPreviewer {
  /**
   * Comes to an end within seconds, whatever it is given; `closed` abandons it.
   * @throws GatheringFailure Unavailable when no process for expressions can be started
   */
  preview(asked: PreviewExpression, closed: AbortSignal): Promise<ExpressionPreview>;
  close(): Promise<void>;
}

interface Options {
  openIsolate?: () => Isolate;
  /** Without a preview for so long, the processes end; the next preview starts them again. */
  idleMs?: number;
  deadlineMs?: number;
}

/** Small: a preview is looked at, nothing is built on it. */
const openSmallIsolate = (): Isolate =>
  createIsolate({ quickHosts: 1, heapMb: 128, limits: { timeMs: 400, outputBytes: 256 * 1024 } });

/** Nothing is started before the first preview: most houses are never edited for days. */
export function createExpressionPreviewer({
  openIsolate = openSmallIsolate,
  idleMs = 120_000,
  deadlineMs = 8_000,
}: Options = {}): ExpressionPreviewer {
  let isolate: Isolate | undefined;
  let underWay = 0;
  let idle: NodeJS.Timeout | undefined;

  const release = async (): Promise<void> => {
    const released = isolate;
    isolate = undefined;
    await released?.close();
  };
  const rest = (): void => {
    // Closing only ends processes: what could go wrong with it is theirs, and they end with this one.
    idle = setTimeout(() => void release(), idleMs).unref();
  };

  return {
    async preview(asked, closed) {
      clearTimeout(idle);
      isolate ??= openIsolate();
      underWay++;
      const deadline = AbortSignal.any([closed, AbortSignal.timeout(deadlineMs)]);
      try {
        const [result] = await isolate.evaluate([taskOf(asked)], deadline);
        return result ?? tooLong(deadlineMs);
      } catch (error) {
        if (deadline.aborted) return tooLong(deadlineMs);
        throw error;
      } finally {
        if (--underWay === 0) rest();
      }
    },
    async close() {
      clearTimeout(idle);
      await release();
    },
  };
}

const tooLong = (deadlineMs: number): ExpressionPreview => ({
  ok: false,
  failure: { type: 'LimitExceeded', message: `There was no result within ${deadlineMs} ms` },
});

const HIDDEN = '••••••';

function taskOf({ what, bindings }: PreviewExpression): EvaluationTask {
  const secrets = Object.fromEntries(secretsReadBy(what).map((name) => [name, HIDDEN]));
  const { input, nodes, run, item, index } = bindings;
  return {
    key: 'preview',
    now: new Date().toISOString(),
    what,
    bindings: {
      ...(input !== undefined && { input }),
      ...(nodes !== undefined && { nodes }),
      ...(run !== undefined && { run }),
      ...(item !== undefined && { item }),
      ...(index !== undefined && { index }),
      secrets,
    },
  };
}

const SECRET = /\bsecrets\.([A-Za-z_]\w{0,63})/g;

/** Found by their look alone: to parse what may be hostile is the isolate's work. Secrets are for actions, whose texts are templates. */
function secretsReadBy(what: PreviewExpression['what']): string[] {
  if (what.kind !== 'template') return [];
  return [...JSON.stringify(what.template).matchAll(SECRET)].flatMap(([, name]) => name ?? []);
}
