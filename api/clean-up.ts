import type { Logger } from '../platform/logger.ts';
import type { CleanUp } from '../store/clean-up.ts';
import type { Retention } from '../store/memory/retention.ts';
import type { RunFolders } from './run-folders.ts';

interface Dependencies {
  cleanUp: CleanUp;
  retention: Pick<Retention, 'deleteSomeOld'>;
  runFolders: RunFolders;
  /** Zero: runs are kept. */
  retentionDays: number;
  /** The embedded database is also tidied, once a day. */
  embedded: boolean;
  logger: Logger;
}

export interface CleanUpJob {
  /** Deletes all that is due. */
  runOnce(): Promise<void>;
  /** Resolves once nothing is under way. */
  stop(): Promise<void>;
}

const HOUR_MS = 3_600_000;
/** Whoever has just started the house wants something else from it. */
const FIRST_AFTER_MS = 600_000;
const TIDY_EVERY_MS = 24 * HOUR_MS;
/** Whoever was away for longer reads what there is instead of what has happened. */
const MEMORY_EVENT_DAYS = 30;
/** So many at once: on the embedded database everybody waits for that long. */
const RUNS_AT_ONCE = 25;

/**
 * Every hour, deletes runs that ended longer ago than they are kept, and what else has had its time. Any number of processes may do
 * so at the same time.
 */
export function startCleanUp({
  cleanUp,
  retention,
  runFolders,
  retentionDays,
  embedded,
  logger,
}: Dependencies): CleanUpJob {
  let stopping = false;
  let tidiedAt = Number.NEGATIVE_INFINITY;

  const deleteRuns = async (): Promise<number> => {
    for (let count = 0; ;) {
      const deleted =
        retentionDays === 0 || stopping ? [] : await cleanUp.deleteOldRuns(retentionDays, RUNS_AT_ONCE);
      await Promise.all(deleted.map((id) => runFolders.remove(id)));
      count += deleted.length;
      if (deleted.length < RUNS_AT_ONCE) return count;
    }
  };

  const deleteMemories = async (): Promise<number> => {
    for (let count = 0; ;) {
      const deleted = stopping ? 0 : await retention.deleteSomeOld();
      count += deleted;
      if (deleted === 0) return count;
    }
  };

  /** Folders that the death of a process has left behind: of a run that was never stored, or of one that is gone. */
  const sweepFolders = async (): Promise<number> => {
    const names = await cleanUp.namesOfNoRun(await runFolders.listOlderThan(Date.now() - HOUR_MS));
    await Promise.all(names.map((name) => runFolders.remove(name)));
    return names.length;
  };

  const runOnce = async (): Promise<void> => {
    const runs = await deleteRuns();
    const activity = retentionDays === 0 ? 0 : await cleanUp.deleteOldActivity(retentionDays);
    const counts = {
      ...{ runs, activity, keys: await cleanUp.deleteOldKeys(), signIns: await cleanUp.deleteOldSignIns() },
      ...{ folders: await sweepFolders(), memories: await deleteMemories() },
      memoryEvents: await cleanUp.deleteOldMemoryEvents(MEMORY_EVENT_DAYS),
    };
    if (Object.values(counts).some((count) => count > 0))
      logger.info('what had had its time was deleted', counts);
    if (!embedded || stopping || performance.now() - tidiedAt < TIDY_EVERY_MS) return;
    await cleanUp.tidyTables(() => !stopping);
    tidiedAt = performance.now();
  };

  let working: Promise<void> = Promise.resolve();
  const work = (): void => {
    working = working.then(runOnce).catch((error: unknown) => {
      logger.warn('what has had its time could not be deleted; it is tried again in an hour', { error });
    });
  };
  const first = setTimeout(work, FIRST_AFTER_MS);
  const timer = setInterval(work, HOUR_MS);

  return {
    runOnce,
    stop() {
      stopping = true;
      clearTimeout(first);
      clearInterval(timer);
      return working;
    },
  };
}
