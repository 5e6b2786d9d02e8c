import { setTimeout as wait } from 'node:timers/promises';

import type { PartLog } from './console-log.ts';
import type { GuardedProcess } from './guarded-process.ts';
import { followOutput } from './process-output.ts';
import type { RestartPolicy } from './restart-policy.ts';
import { createRestartPolicy } from './restart-policy.ts';

const START_LIMIT_MS = 60_000;

export interface SupervisedProcessOptions {
  launch: () => Promise<GuardedProcess>;
  /** Resolves once the process serves. `printed` resolves with the first line that fits; `signal` says that it ended. */
  awaitService: (started: {
    printed: (fits: (line: string) => boolean) => Promise<void>;
    signal: AbortSignal;
  }) => Promise<void>;
  log: PartLog;
  /** What it says in the ordinary course, and nobody needs to read. */
  silence?: RegExp;
  /** Not shown once the part is being stopped: complaints about that. */
  isSilentAtStop?: boolean;
  /** Told of each process that was started. */
  onStarted: (pid: number) => Promise<void>;
  /** Told when the part will not come back by itself, with the reason. */
  onGivenUp: (error: Error) => void;
  policy?: RestartPolicy;
}

/** One part of the product: a process that is started again, with growing delays, whenever it ends. */
export interface SupervisedProcess {
  /** Resolves once the part serves. @throws Error when it failed at its start too often */
  start(): Promise<void>;
  /** Ends the part for good: asks first, kills after `withinMs`. */
  stop(withinMs: number): Promise<void>;
}

export function superviseProcess(options: SupervisedProcessOptions): SupervisedProcess {
  const { log, policy = createRestartPolicy() } = options;
  const stopping = new AbortController();
  const isStopping = (): boolean => stopping.signal.aborted;
  const shown = { ...options, log: withoutSilence(options, isStopping) };
  let running: GuardedProcess | undefined;
  let starting: Promise<void> = Promise.resolve();

  const startOnce = async (): Promise<void> => {
    const process = await options.launch();
    running = process;
    await options.onStarted(process.pid);
    if (isStopping()) await process.kill9();
    await untilItServes(process, shown);
    policy.serves();
    void process.exited.then((exit) => {
      starting = keepAlive(wordsOf(exit));
    });
  };

  const startUntilItServes = async (): Promise<void> => {
    for (;;) {
      stopping.signal.throwIfAborted();
      const failure = await startOnce().then(() => null, asError);
      if (failure === null) return;
      stopping.signal.throwIfAborted();
      await delayNext(failure.message, failure.cause);
    }
  };

  const delayNext = async (why: string, cause?: unknown): Promise<void> => {
    const delayMs = policy.ended();
    if (delayMs === null)
      throw new Error(`it failed at its start again and again; the last time it ${why}`, { cause });
    log.note('warn', `${why}; starting it again in ${delayMs / 1000} s`);
    await wait(delayMs, undefined, { signal: stopping.signal });
  };

  const keepAlive = async (how: string): Promise<void> => {
    if (isStopping()) return;
    const failure = await delayNext(`ended ${how}`)
      .then(startUntilItServes)
      .then(() => null, asError);
    if (failure === null) log.note('info', 'is back');
    else if (!isStopping()) options.onGivenUp(failure);
  };

  return {
    start: () => {
      starting = startUntilItServes();
      return starting;
    },
    stop: async (withinMs) => {
      stopping.abort(new Error('it was stopped'));
      await running?.stop(withinMs);
      await starting.catch(() => undefined); // Whoever called `start` is told.
    },
  };
}

function withoutSilence(options: SupervisedProcessOptions, isStopping: () => boolean): PartLog {
  const { log, silence, isSilentAtStop } = options;
  const isSilent = (line: string): boolean =>
    silence?.test(line) === true || (isSilentAtStop === true && isStopping());
  return {
    ...log,
    line: (line) => {
      if (!isSilent(line)) log.line(line);
    },
  };
}

/** @throws Error when the process ends first, or does not serve in time and is killed for it */
async function untilItServes(process: GuardedProcess, options: SupervisedProcessOptions): Promise<void> {
  const output = followOutput(process, options.log.line);
  const settled = new AbortController();
  const { signal } = settled;
  const end = process.exited.then((exit) => `ended ${wordsOf(exit)}`);
  const late = wait(START_LIMIT_MS, `did not serve within ${START_LIMIT_MS / 1000} s`, { signal }).catch(
    () => '',
  );
  const service = options.awaitService({ printed: (fits) => output.printed(fits), signal }).then(() => null);
  const failure = await Promise.race([service, end, late]).finally(() => settled.abort());
  if (failure === null) return;
  await process.kill9();
  throw new Error(failure, { cause: new Error(output.last()) });
}

function wordsOf(exit: { code: number | null; signal: NodeJS.Signals | null }): string {
  return exit.signal === null ? `with code ${exit.code ?? 'unknown'}` : `by ${exit.signal}`;
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
