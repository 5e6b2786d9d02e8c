const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Calls back each time that this process is asked to end: by Ctrl-C, by a signal, because its terminal is gone, or because
 * the process that started it and holds a channel to it has died.
 */
export function onAskedToEnd(callback: () => void): void {
  for (const signal of ENDING) process.on(signal, callback);
  process.once('disconnect', callback);
  process.stdout.once('error', callback);
}
