import type { CarriedPause, PauseNotice } from '../../contracts/plan.ts';

/** Whether a run is paused, and the clock of its deadlines, which stands still meanwhile. */
export class RunPause {
  private revision: number;
  private pausedMs: number;
  private sinceMs: number | undefined;

  constructor({ revision, pausedMs, sinceMs }: CarriedPause = { revision: 0, pausedMs: 0 }) {
    this.revision = revision;
    this.pausedMs = pausedMs;
    this.sinceMs = sinceMs;
  }

  get isPaused(): boolean {
    return this.sinceMs !== undefined;
  }

  /** Takes notice of a pause or its end, in whatever order they come and however often. @returns whether it was news */
  hear({ revision, paused }: PauseNotice, nowMs: number): boolean {
    if (revision <= this.revision) return false;
    this.revision = revision;
    if (paused) this.sinceMs ??= nowMs;
    else {
      this.pausedMs += nowMs - (this.sinceMs ?? nowMs);
      this.sinceMs = undefined;
    }
    return true;
  }

  /** Workflow time less the time for which the run was paused, in milliseconds: what deadlines are told in. */
  runTimeMs(nowMs: number): number {
    return (this.sinceMs ?? nowMs) - this.pausedMs;
  }

  /** What the next execution, and children, go on with. */
  carry(): CarriedPause {
    const { revision, pausedMs, sinceMs } = this;
    return { revision, pausedMs, ...(sinceMs === undefined ? {} : { sinceMs }) };
  }
}
