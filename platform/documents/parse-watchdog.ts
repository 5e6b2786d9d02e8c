/** Ends the process that it is a thread of when that is over its limits, or has lost its parent. */
import { workerData } from 'node:worker_threads';

import type { ParseLimits } from './document-limits.ts';
import { SIGNAL_OF_LIMIT } from './wire.ts';

const LOOK_EVERY_MS = 50;
const MEGABYTE = 1024 * 1024;

const { cpuMs, residentMb } = workerData as ParseLimits; // `parse-host.ts` starts it with these.
const parent = process.ppid;

setInterval(() => {
  const { user, system } = process.cpuUsage();
  if ((user + system) / 1_000 > cpuMs) process.kill(process.pid, SIGNAL_OF_LIMIT.time);
  if (process.memoryUsage.rss() > residentMb * MEGABYTE) process.kill(process.pid, SIGNAL_OF_LIMIT.memory);
  // Whoever loses its parent gets another.
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
}, LOOK_EVERY_MS);
