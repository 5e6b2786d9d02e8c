import { GatheringFailure } from '../../contracts/failure.ts';
import type { Json } from '../../contracts/json.ts';
import type { EvaluationLimits } from './evaluation.ts';
import type { Host } from './host.ts';
import { startHost } from './host.ts';
import type { Unit } from './run-queue.ts';
import { createRunQueue, fail } from './run-queue.ts';
import type { Answer } from './wire.ts';
import { packTasks } from './wire.ts';

export interface HostPoolOptions {
  limits: EvaluationLimits;
  heapMb: number;
  quickHosts: number;
  /** Called when no host can be started, with what a caller is to be told. */
  unavailable: (reason: GatheringFailure) => void;
}

/** Keeps hosts and gives them work. */
export interface HostPool {
  submit(units: readonly Unit[]): void;
  close(): Promise<void>;
}

interface Running {
  id: number;
  units: Unit[];
  watchdog: NodeJS.Timeout;
  stuck: boolean;
}

interface Seat {
  host: Host;
  /** It was once given what is slow, and has stepped back for that: it gets nothing else. */
  slow: boolean;
  ready: boolean;
  running: Running | undefined;
}

const SLOW_HOSTS = 1;
const RESERVE_HOSTS = 1;
const MAX_BATCH = 100;
/** A message of many tasks is answered after this, with the rest left for the next. */
const BUDGET_MS = 20;
/** Time at the levels before the last, which has the task's whole limit. */
const FIRST_SLICES_MS = [5, 60];
/** CPU time (wall time where that is not to be had) that a host gets beyond what it was given, before it counts as stuck in something that cannot be interrupted. */
const GRACE_MS = { quick: 50, slow: 100 };
/** How many times that a host may wait for a processor before it counts as stuck all the same. */
const PATIENCE = 20;
/** Pessimistic speed of reading a message. */
const BYTES_PER_MS = 20_000;
const MAX_BYTES = 64 * 1024 * 1024;
const MAX_FAILED_STARTS = 5;
const RESTART_PAUSE_MS = 1_000;

export const createHostPool = ({ limits, heapMb, quickHosts, unavailable }: HostPoolOptions): HostPool => {
  const slices = [...FIRST_SLICES_MS.filter((slice) => slice < limits.timeMs), limits.timeMs];
  const queue = createRunQueue();
  const seats = new Set<Seat>();
  let nextId = 1;
  let failedStarts = 0;
  let closed: (() => void) | undefined;
  let closing: Promise<void> | undefined;

  const timeLimit = (unit: Unit): void =>
    fail(unit, 'LimitExceeded', `The expression took longer than ${limits.timeMs} ms`);

  const moveUp = (unit: Unit): void => {
    unit.level++;
    if (unit.level < slices.length) queue.add(unit);
    else timeLimit(unit);
  };

  /** The message that these units were in did not come to an end. */
  const takeBack = (units: readonly Unit[], reason: 'stuck' | 'memory' | 'killed'): void => {
    for (const unit of units) {
      if (units.length > 1) {
        // One of them is the culprit; which one shows when each is alone.
        unit.alone = true;
        queue.add(unit);
      } else if (reason === 'stuck') moveUp(unit);
      else if (reason === 'memory' || unit.crashed)
        fail(unit, 'LimitExceeded', `The expression needed more than ${heapMb} MB of memory`);
      else {
        unit.crashed = true;
        queue.add(unit);
      }
    }
  };

  const take = (unit: Unit | undefined, answer: Answer | undefined): void => {
    if (unit === undefined) return;
    if (answer === 'again') moveUp(unit);
    else if (answer === undefined || answer === 'untouched') queue.add(unit);
    else if ('failure' in answer) unit.settle({ ok: false, failure: answer.failure });
    else unit.settle({ ok: true, value: JSON.parse(answer.json) as Json });
  };

  const dispatch = (seat: Seat, candidates: Unit[], slow: boolean): void => {
    const { bytes, ...batch } = packTasks(candidates.map((unit) => unit.task));
    if (bytes > MAX_BYTES && candidates.length > 1) {
      for (const unit of candidates) {
        unit.alone = true;
        queue.add(unit);
      }
      return;
    }
    if (bytes > MAX_BYTES) {
      for (const unit of candidates)
        fail(unit, 'LimitExceeded', `The expression reads more than ${MAX_BYTES} bytes`);
      return;
    }
    if (slow && !seat.slow) {
      seat.slow = true;
      seat.host.stepBack();
    }
    const sliceMs = slices[slow ? (candidates[0]?.level ?? 0) : 0] ?? limits.timeMs;
    const wallMs =
      (slow ? 2 * sliceMs + GRACE_MS.slow : BUDGET_MS + sliceMs + GRACE_MS.quick) + bytes / BYTES_PER_MS;
    const startedAt = { wallMs: performance.now(), cpuMs: seat.host.cpuMs() };
    const running: Running = {
      id: nextId++,
      units: candidates,
      stuck: false,
      watchdog: setTimeout(() => setImmediate(onOverdue), wallMs),
    };
    // After `setImmediate` an answer that has already arrived has been read.
    const onOverdue = (): void => {
      if (seat.running !== running) return;
      const cpuMs = seat.host.cpuMs();
      const used = cpuMs === undefined ? undefined : cpuMs - (startedAt.cpuMs ?? 0);
      const waited = performance.now() - startedAt.wallMs;
      // A busy machine that does not let the host work is not the expression's fault.
      if (used !== undefined && used < wallMs && waited < wallMs * PATIENCE) {
        running.watchdog = setTimeout(() => setImmediate(onOverdue), wallMs - used);
        return;
      }
      running.stuck = true;
      seat.host.kill();
    };
    seat.running = running;
    seat.host.send({ id: running.id, sliceMs, budgetMs: BUDGET_MS, ...batch });
  };

  const pump = (): void => {
    for (const seat of seats) {
      if (!seat.ready || seat.running !== undefined) continue;
      const quickBusy = [...seats].filter((other) => !other.slow && other.running !== undefined).length;
      const slowSeats = [...seats].filter((other) => other.slow).length;
      const quick = !seat.slow && quickBusy < quickHosts ? queue.takeQuick(MAX_BATCH) : [];
      const slow = quick.length === 0 && (seat.slow || slowSeats < SLOW_HOSTS) ? queue.takeSlow() : undefined;
      if (quick.length > 0) dispatch(seat, quick, false);
      else if (slow !== undefined) dispatch(seat, [slow], true);
    }
  };

  const open = (): void => {
    if (closed !== undefined) return;
    const seat: Seat = {
      slow: false,
      ready: false,
      running: undefined,
      host: startHost(limits, heapMb, {
        ready() {
          seat.ready = true;
          failedStarts = 0;
          pump();
        },
        answers(id, answers) {
          const running = seat.running;
          if (running?.id !== id) return;
          clearTimeout(running.watchdog);
          seat.running = undefined;
          running.units.forEach((unit, index) => take(unit, answers[index]));
          pump();
        },
        exit: (signal, tail) => onExit(seat, signal, tail),
      }),
    };
    seats.add(seat);
  };

  const onExit = (seat: Seat, signal: NodeJS.Signals | null, tail: string): void => {
    seats.delete(seat);
    const running = seat.running;
    if (running !== undefined) {
      clearTimeout(running.watchdog);
      takeBack(
        running.units,
        running.stuck ? 'stuck' : signal === 'SIGABRT' || signal === 'SIGTRAP' ? 'memory' : 'killed',
      );
    }
    if (closed !== undefined) {
      if (seats.size === 0) closed();
      return;
    }
    if (!seat.ready && ++failedStarts >= MAX_FAILED_STARTS) {
      failedStarts = 0;
      unavailable(
        new GatheringFailure('Unavailable', `No process for expressions can be started: ${tail.trim()}`),
      );
      setTimeout(open, RESTART_PAUSE_MS).unref();
      return;
    }
    open();
    pump();
  };

  for (let count = quickHosts + SLOW_HOSTS + RESERVE_HOSTS; count > 0; count--) open();

  return {
    submit(units) {
      for (const unit of units) queue.add(unit);
      pump();
    },
    close() {
      closing ??= new Promise((resolve) => {
        closed = resolve;
        for (const seat of seats) seat.host.kill();
        if (seats.size === 0) resolve();
      });
      return closing;
    },
  };
};
