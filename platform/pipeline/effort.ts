/** How much one check may cost altogether. */
export interface Effort {
  /** Asked before each costly part: false once too much has been spent. */
  permits(): boolean;
  /** Something was not permitted. */
  readonly exceeded: boolean;
}

/** Counts this thread's processor time, so that a busy machine refuses nothing that an idle one accepts. */
export function startEffort(cpuMs: number): Effort {
  const started = process.threadCpuUsage();
  let exceeded = false;
  return {
    permits: () => {
      const { user, system } = process.threadCpuUsage(started);
      exceeded ||= (user + system) / 1000 > cpuMs;
      return !exceeded;
    },
    get exceeded() {
      return exceeded;
    },
  };
}
