import type { RunStatus } from '../../contracts/run.ts';
import type { Blow, Plan } from '../disturb.ts';
import { API_FAILPOINTS, SIGNAL_FAILPOINTS, WORKER_FAILPOINTS } from '../failpoints.ts';
import { differences, type Trace } from '../ledger.ts';
import type { Scenario } from './scenarios.ts';

/** What was seen of all runs of a phase, in the order of the scenarios. */
export interface Played {
  ids: readonly string[][];
  /** As each was first seen to have ended. */
  ends: ReadonlyMap<string, RunStatus>;
  faults: readonly string[];
  blows: readonly Blow[];
  traces: readonly Trace[][];
}

export interface Findings {
  scenarios: readonly Scenario[];
  calm: Played;
  disturbed: Played;
  /** Of the disturbed phase, by key. */
  calls: ReadonlyMap<string, number>;
  callsInPeace: number;
  statusesNow: ReadonlyMap<string, RunStatus>;
  passed: ReadonlyMap<string, number>;
  plan: Plan;
}

const FAULTS_SHOWN = 60;

/** Says what was found. @returns whether anything is not as it should be */
export function report(findings: Findings, say: (line: string) => void): boolean {
  const faults = [
    ...findings.calm.faults.map((fault) => `in peace: ${fault}`),
    ...findings.disturbed.faults,
    ...differing(findings),
    ...changedEnds(findings),
    ...strangeCalls(findings),
    ...sparedFailpoints(findings),
  ];
  sayBlows(findings.disturbed.blows, say);
  const traces = findings.disturbed.traces.flat();
  const events = traces.reduce((sum, trace) => sum + trace.events.length, 0);
  const repeated = [...findings.calls.values()].filter((times) => times > 1).length;
  say(`runs: ${traces.length} (${countsOf(traces.map(({ status }) => status))}), ${events} events compared`);
  say(
    `calls: ${findings.calls.size} keys, in peace ${findings.callsInPeace}; ${repeated} made more than once, under one key`,
  );
  for (const fault of faults.slice(0, FAULTS_SHOWN)) say(`  ${fault}`);
  say(faults.length === 0 ? 'all ended as they would have' : `${faults.length} faults`);
  return faults.length > 0;
}

function differing({ scenarios, calm, disturbed }: Findings): string[] {
  return scenarios.flatMap(({ pipeline, endsAnyTime }, index) =>
    (disturbed.traces[index] ?? []).flatMap((trace, which) => {
      const reference = calm.traces[index]?.[which];
      if (reference === undefined) return [`${pipeline} ${index} has no counterpart`];
      const found =
        endsAnyTime === true
          ? differences({ ...trace, events: [] }, { ...reference, events: [] })
          : differences(trace, reference);
      const id = disturbed.ids[index]?.[which] ?? '';
      return [...reference.faults.map((fault) => `in peace: ${fault}`), ...found].map(
        (fault) => `${pipeline} ${index} (${id}): ${fault}`,
      );
    }),
  );
}

/** A status in which a run was once seen to have ended is its status for ever. */
function changedEnds({ calm, disturbed, statusesNow }: Findings): string[] {
  return [...calm.ends, ...disturbed.ends].flatMap(([id, status]) =>
    statusesNow.get(id) === status
      ? []
      : [`run ${id} was ${status}, and is ${statusesNow.get(id) ?? 'gone'}`],
  );
}

/** The same effects as in peace, and none for what a fork has taken over or a canceled run had before it. */
function strangeCalls({ calls, callsInPeace }: Findings): string[] {
  const never = [...calls.keys()].filter((key) => /\/never\//.test(key));
  return [
    ...(calls.size === callsInPeace ? [] : [`${calls.size} effects were called, in peace ${callsInPeace}`]),
    ...never.map((key) => `${key} was called`),
    ...(calls.has('none') ? ['a call had no key'] : []),
  ];
}

function sparedFailpoints({ disturbed, plan }: Findings): string[] {
  const hitsOf = (name: string): number =>
    disturbed.blows.filter(({ what }) => what.startsWith(`${name} `)).length;
  const spared = [...WORKER_FAILPOINTS, ...API_FAILPOINTS, ...SIGNAL_FAILPOINTS].filter(
    (name) => hitsOf(name) < plan.hits,
  );
  const random = disturbed.blows.filter(({ what }) => what.startsWith('at random')).length;
  return [
    ...spared.map((name) => `${name} was hit ${hitsOf(name)} times, not ${plan.hits}`),
    ...(random < plan.randomKills ? [`only ${random} random kills`] : []),
  ];
}

function sayBlows(blows: readonly Blow[], say: (line: string) => void): void {
  const kills = blows.filter(({ what }) => !what.startsWith('reset'));
  say(`kills: ${kills.length}; ${countsOf(blows.map(({ what }) => what))}`);
  say(`kills during: ${countsOf(kills.flatMap(({ during }) => [...during]))}`);
}

function countsOf(words: readonly string[]): string {
  const counts = Map.groupBy(words, (word) => word);
  return [...counts].map(([word, all]) => `${all.length} × ${word}`).join(', ');
}
