/** What is under way in a run, for which a kill may come at a bad moment. */
export type Activity = 'approval' | 'map' | 'fork' | 'timer' | 'pause' | 'cancel' | 'other';

/** A pipeline, what its runs do for a while, and what somebody does to them meanwhile. */
export interface Scenario {
  pipeline: string;
  activities: readonly Activity[];
  /** `fork`: once it has ended, a run is begun at a node of it, which is another run to be compared. */
  act?: 'pause' | 'cancel' | 'fork';
  /** When it ends decides which of its nodes had begun: only its end is compared. */
  endsAnyTime?: true;
  /** How many of sixty runs. */
  share: number;
}

export const SCENARIOS: readonly Scenario[] = [
  { pipeline: 'chaos-lines', activities: ['other'], share: 7 },
  { pipeline: 'chaos-lines', activities: ['fork'], act: 'fork', share: 6 },
  { pipeline: 'chaos-approval', activities: ['approval'], share: 9 },
  { pipeline: 'chaos-items', activities: ['map', 'timer'], share: 6 },
  { pipeline: 'chaos-many-items', activities: ['map'], share: 3 },
  { pipeline: 'chaos-asked-items', activities: ['map', 'approval'], share: 5 },
  { pipeline: 'chaos-sub', activities: ['map', 'timer'], share: 5 },
  { pipeline: 'chaos-timers', activities: ['timer'], share: 5 },
  { pipeline: 'chaos-agents', activities: ['other'], share: 4 },
  { pipeline: 'chaos-paused', activities: ['approval', 'pause'], act: 'pause', share: 4 },
  { pipeline: 'chaos-canceled', activities: ['cancel'], act: 'cancel', share: 4 },
  { pipeline: 'chaos-failing', activities: ['approval'], endsAnyTime: true, share: 1 },
  { pipeline: 'chaos-late', activities: ['timer'], endsAnyTime: true, share: 1 },
];

/** Runs of all scenarios, mixed, the same at each call. */
export function mixed(count: number): Scenario[] {
  const shares = SCENARIOS.reduce((sum, { share }) => sum + share, 0);
  const all = SCENARIOS.flatMap((scenario) =>
    Array.from({ length: Math.max(1, Math.round((scenario.share * count) / shares)) }, (_, index) => ({
      scenario,
      at: (index + 0.5) / scenario.share,
    })),
  );
  return all.toSorted((one, other) => one.at - other.at).map(({ scenario }) => scenario);
}
