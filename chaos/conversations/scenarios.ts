import type { MemberRole } from '../../contracts/circle.ts';
import type { ConversationMode } from '../../contracts/conversation-settings.ts';

/** What somebody does, each when the conversation waits for people. */
export type Act =
  | { kind: 'post'; text: string }
  /** Says something while it is paused, and lets it go on. */
  | { kind: 'post while paused'; text: string }
  | { kind: 'approve' }
  | { kind: 'reject'; why: string }
  | { kind: 'mode'; mode: ConversationMode }
  /** With other words in place of the last message of a person. */
  | { kind: 'edit'; text: string };

export interface Scenario {
  name: string;
  /** Absent: a conversation with one agent. */
  mode?: ConversationMode;
  topic: string;
  settings?: object;
  acts: readonly Act[];
  /** Some speak at once: who ends first stands first, and those who come after have read it in that order. */
  isParallel?: true;
}

/** Agents of the circle that all of them talk in; the one with the calculator asks before it uses it. */
export const MEMBERS: readonly { name: string; role: MemberRole; work: string; approveTools?: string[] }[] = [
  { name: 'chaos-lead', role: 'facilitator', work: 'facilitator' },
  { name: 'chaos-ada', role: 'member', work: 'engineer' },
  { name: 'chaos-bob', role: 'member', work: 'editor' },
  { name: 'chaos-cy', role: 'member', work: 'researcher', approveTools: ['calculator'] },
  { name: 'chaos-rita', role: 'reviewer', work: 'critic' },
  { name: 'chaos-jo', role: 'judge', work: 'judge' },
];

const BIKES = `Should the city lend bicycles at every station?
Bicycles spare people the bus for short ways. Each station costs 4,000 euros a year to keep. Last summer one bicycle in nine was broken on any
day. In winter few people ride. The operator offers a contract over five years with a fixed price.`;
const MORE = 'The mayor says that the money is there for three stations only. Which ones, and why?';
const atMost = (turns: number) => ({ termination: { kind: 'maxTurns', turns } });
const post = (text: string): Act => ({ kind: 'post', text });
const SUM = 'Calculate 17 * 23 and say what the result is.';

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'round',
    mode: 'round_robin',
    topic: BIKES,
    settings: atMost(5),
    acts: [post(MORE), post('And the buses?')],
  },
  {
    ...{ name: 'mentions', mode: 'mention_based', topic: BIKES, settings: atMost(4) },
    acts: [post('@chaos-ada, what is missing?'), post('@chaos-bob and @chaos-ada: is that so?')],
  },
  { name: 'free', mode: 'free_form', topic: BIKES, settings: atMost(4), acts: [post(MORE)] },
  { name: 'led', mode: 'facilitator_led', topic: BIKES, settings: atMost(7), acts: [post(MORE)] },
  {
    ...{ name: 'handoff', mode: 'handoff', topic: BIKES, settings: atMost(5) },
    acts: [post('chaos-bob, please put it in three sentences; then chaos-cy checks it.')],
  },
  { name: 'ideas', mode: 'brainstorm', topic: BIKES, acts: [post(MORE)], isParallel: true },
  { name: 'debate', mode: 'debate', topic: BIKES, settings: { rounds: 2, ...atMost(9) }, acts: [post(MORE)] },
  {
    name: 'review',
    mode: 'review',
    topic: BIKES,
    settings: { rounds: 2, ...atMost(7) },
    acts: [post(MORE)],
    isParallel: true,
  },
  {
    ...{ name: 'moderated', mode: 'human_moderated', topic: BIKES },
    acts: [post('@chaos-ada, begin.'), post('@chaos-bob, and you?'), post('Thank you.'), post('@chaos-cy?')],
  },
  { name: 'approved', topic: 'Sums', acts: [post(SUM), { kind: 'approve' }, post('Thank you.')] },
  { name: 'rejected', topic: 'Sums', acts: [post(SUM), { kind: 'reject', why: 'In your head, please' }] },
  {
    ...{ name: 'paused', mode: 'round_robin', topic: BIKES, settings: atMost(3) },
    acts: [{ kind: 'post while paused', text: MORE }, post('And the buses?')],
  },
  {
    ...{ name: 'switched', mode: 'round_robin', topic: BIKES, settings: atMost(3) },
    acts: [
      { kind: 'mode', mode: 'debate' },
      post(MORE),
      { kind: 'mode', mode: 'mention_based' },
      post('@chaos-jo?'),
    ],
  },
  {
    ...{ name: 'branched', mode: 'round_robin', topic: BIKES, settings: atMost(3) },
    acts: [post(MORE), { kind: 'edit', text: 'And what if there is no money at all?' }, post('Thank you.')],
  },
];

/** Scenarios of all kinds, mixed, the same at each call. */
export const mixed = (count: number): Scenario[] =>
  Array.from({ length: count }, (_, index) => SCENARIOS[index % SCENARIOS.length]).filter(
    (scenario) => scenario !== undefined,
  );
