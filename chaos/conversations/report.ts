import type { Blow, Plan } from '../disturb.ts';
import { EFFECT_FAILPOINTS, SIGNAL_FAILPOINTS } from '../failpoints.ts';
import type { Scenario } from './scenarios.ts';
import { differences, type Trace } from './trace.ts';

/** What was seen of all conversations of a phase, in the order of the scenarios. */
export interface Played {
  ids: readonly string[];
  traces: readonly Trace[];
  acknowledged: ReadonlyMap<string, readonly string[]>;
  faults: readonly string[];
  blows: readonly Blow[];
}

export interface Findings {
  scenarios: readonly Scenario[];
  calm: Played;
  disturbed: Played;
  plan: Plan;
}

const FAULTS_SHOWN = 60;
/** Of processes, at least. */
const KILLS_WANTED = 30;

/** Says what was found. @returns whether anything is not as it should be */
export function report(findings: Findings, say: (line: string) => void): boolean {
  const { calm, disturbed } = findings;
  const kills = disturbed.blows.filter(({ what }) => !what.startsWith('reset'));
  const faults = [
    ...calm.faults.map((fault) => `in peace: ${fault}`),
    ...disturbed.faults,
    ...differing(findings),
    ...lostPosts(calm),
    ...lostPosts(disturbed),
    ...sparedFailpoints(findings),
    ...(kills.length < KILLS_WANTED ? [`only ${kills.length} kills`] : []),
  ];
  const count = (what: 'turns' | 'messages' | 'events' | 'posts'): number =>
    disturbed.traces.reduce((sum, trace) => sum + trace[what].length, 0);
  say(`kills: ${kills.length}; ${countsOf(disturbed.blows.map(({ what }) => what))}`);
  say(`kills during: ${countsOf(kills.flatMap(({ during }) => [...during]))}`);
  say(
    `conversations: ${disturbed.traces.length}, ${count('turns')} turns, ${count('messages')} messages and ${count('events')} events compared; ` +
      `${count('posts')} posts of people`,
  );
  for (const fault of faults.slice(0, FAULTS_SHOWN)) say(`  ${fault}`);
  say(faults.length === 0 ? 'all went as they would have' : `${faults.length} faults`);
  return faults.length > 0;
}

function differing({ scenarios, calm, disturbed }: Findings): string[] {
  return scenarios.flatMap(({ name }, index) => {
    const [trace, reference] = [disturbed.traces[index], calm.traces[index]];
    if (trace === undefined || reference === undefined) return [`${name} ${index} was not played`];
    return [...reference.faults.map((fault) => `in peace: ${fault}`), ...differences(trace, reference)].map(
      (fault) => `${name} ${index} (${disturbed.ids[index] ?? ''}): ${fault}`,
    );
  });
}

/** What was acknowledged is there, once, in the order of acknowledgement. */
function lostPosts({ ids, traces, acknowledged }: Played): string[] {
  return ids.flatMap((id, index) => {
    const posts = traces[index]?.posts ?? [];
    const wanted = acknowledged.get(id) ?? [];
    const there = posts.filter((post) => wanted.includes(post));
    return there.join() === wanted.join()
      ? []
      : [`of ${wanted.length} posts in ${id} there are ${there.length}`];
  });
}

function sparedFailpoints({ disturbed, plan }: Findings): string[] {
  const hitsOf = (name: string): number =>
    disturbed.blows.filter(({ what }) => what.startsWith(`${name} `)).length;
  return [...EFFECT_FAILPOINTS, ...SIGNAL_FAILPOINTS]
    .filter((name) => hitsOf(name) < plan.hits)
    .map((name) => `${name} was hit ${hitsOf(name)} times, not ${plan.hits}`);
}

function countsOf(words: readonly string[]): string {
  const counts = Map.groupBy(words, (word) => word);
  return [...counts].map(([word, all]) => `${all.length} × ${word}`).join(', ');
}
