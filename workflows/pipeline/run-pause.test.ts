import { describe, expect, it } from '@jest/globals';

import { RunPause } from './run-pause.ts';

const pausedAt = (revision: number) => ({ revision, paused: true });
const resumedAt = (revision: number) => ({ revision, paused: false });

describe('the pause of a run', () => {
  it('is what the notice with the highest revision says, in whatever order they come', () => {
    const pause = new RunPause();
    expect(pause.hear(resumedAt(2), 10)).toBe(true);
    expect(pause.hear(pausedAt(1), 20)).toBe(false);
    expect(pause.isPaused).toBe(false);
    expect(pause.hear(pausedAt(3), 30)).toBe(true);
    expect(pause.hear(pausedAt(3), 40)).toBe(false);
    expect(pause.isPaused).toBe(true);
  });

  it('lets run time stand still', () => {
    const pause = new RunPause();
    pause.hear(pausedAt(1), 100);
    expect([pause.runTimeMs(100), pause.runTimeMs(900)]).toEqual([100, 100]);
    pause.hear(resumedAt(2), 1_000);
    expect(pause.runTimeMs(1_050)).toBe(150);
    pause.hear(pausedAt(3), 2_000);
    pause.hear(resumedAt(4), 2_500);
    expect(pause.runTimeMs(2_500)).toBe(1_100);
  });

  it('whose end was not heard of lasts until the last one does', () => {
    const pause = new RunPause();
    pause.hear(pausedAt(1), 100);
    pause.hear(pausedAt(3), 500);
    pause.hear(resumedAt(4), 600);
    expect(pause.runTimeMs(600)).toBe(100);
  });

  it('goes on in the next execution of the workflow, where it was', () => {
    const pause = new RunPause();
    pause.hear(pausedAt(1), 100);
    const next = new RunPause(pause.carry());
    expect([next.isPaused, next.runTimeMs(700)]).toEqual([true, 100]);
    next.hear(resumedAt(2), 700);
    expect(new RunPause(next.carry()).runTimeMs(700)).toBe(100);
  });
});
