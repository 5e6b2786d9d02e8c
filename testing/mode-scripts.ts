import type { TurnPurpose } from '../contracts/conversation.ts';
import type { ConversationMode } from '../contracts/conversation-settings.ts';
import type { ConversationState, Speaker, TurnFact } from '../contracts/conversation-state.ts';

export type Spoken = readonly [agentId: string, purpose: TurnPurpose];
/** Tells who speaks, hears what became of it, and returns when nobody is to speak any more. */
export type Script = Generator<readonly Spoken[], void, readonly TurnFact[]>;

/**
 * The modes read from their descriptions as what they are to the people in them: a course of events, with a memory of its own. Modes in
 * the product have no memory and read it all from a few facts; that both agree is tested. What breaks an exchange off (terminations,
 * failures, people) is no part of a script.
 * @param left how many turns the termination leaves
 */
export function scriptOf(start: ConversationState, left: () => number): Script {
  const [only, ...others] = start.speakers;
  if (only !== undefined && others.length === 0) return alone(only);
  return SCRIPTS[start.mode](start, left);
}

const ids = (speakers: readonly Speaker[]): string[] => speakers.map(({ id }) => id);
const withRole = (start: ConversationState, ...roles: Speaker['role'][]): string[] =>
  ids(start.speakers.filter(({ role }) => roles.includes(role)));
const partakers = (start: ConversationState): string[] => withRole(start, 'member', 'facilitator');
const mentionedIn = (start: ConversationState): string[] =>
  start.exchange.mentions.filter(
    (id, index, all) => all.indexOf(id) === index && ids(start.speakers).includes(id),
  );
const choiceOf = (start: ConversationState, fact: TurnFact | undefined): string | undefined =>
  fact?.status === 'completed' && fact.next !== fact.agentId
    ? ids(start.speakers).find((id) => id === fact.next)
    : undefined;

function* alone({ id }: Speaker): Script {
  yield [[id, 'speak']];
}

function* openedByPeople(start: ConversationState): Script {
  for (const id of mentionedIn(start)) yield [[id, 'speak']];
}

function* roundRobin(start: ConversationState): Script {
  yield* openedByPeople(start);
  const round = partakers(start);
  const mentioned = mentionedIn(start);
  const [first] = round;
  if (round.length === 1 && first !== undefined && !mentioned.includes(first)) yield [[first, 'speak']];
  if (round.length < 2) return;
  const table = ids(start.speakers);
  let seat = table.indexOf(mentioned.at(-1) ?? start.lastSpeaker ?? '');
  for (;;) {
    seat = (seat + 1) % table.length;
    const id = table[seat] ?? '';
    if (round.includes(id)) yield [[id, 'speak']];
  }
}

/** Whom the scores decide on. */
export const MOST_RELEVANT = '*';

function* freeForm(start: ConversationState): Script {
  yield* openedByPeople(start);
  const all = partakers(start);
  const [first] = all;
  if (all.length === 1 && first !== undefined && !mentionedIn(start).includes(first))
    yield [[first, 'speak']];
  if (all.length > 1) for (;;) yield [[MOST_RELEVANT, 'speak']];
}

function* mentionBased(start: ConversationState): Script {
  const queue = mentionedIn(start);
  if (queue.length === 0) queue.push(...withRole(start, 'facilitator').slice(0, 1));
  for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
    const [said] = yield [[id, 'speak']];
    for (const named of said?.status === 'completed' ? said.mentions : [])
      if (named !== id && ids(start.speakers).includes(named) && !queue.includes(named)) queue.push(named);
  }
}

function* facilitatorLed(start: ConversationState): Script {
  const [facilitator] = [...withRole(start, 'facilitator'), ...withRole(start, 'member')];
  if (facilitator === undefined) return;
  for (let fruitless = 0; fruitless < 2;) {
    const [said] = yield [[facilitator, 'facilitate']];
    if (said?.status === 'completed' && said.concludes === true) return;
    const chosen = choiceOf(start, said);
    fruitless = chosen === undefined ? fruitless + 1 : 0;
    if (chosen !== undefined) yield [[chosen, 'speak']];
  }
}

function* handoff(start: ConversationState): Script {
  const before = ids(start.speakers).filter((id) => id === start.lastSpeaker);
  const [first] = [...mentionedIn(start), ...before, ...partakers(start), ...ids(start.speakers)];
  let holder = first;
  for (let handovers = 0; holder !== undefined && handovers <= start.settings.maxHandovers; handovers += 1) {
    const [said] = yield [[holder, 'speak']];
    holder = choiceOf(start, said);
  }
}

function* humanModerated(start: ConversationState): Script {
  yield* openedByPeople(start);
}

/** Tried again where it fails, unless there is a reason to give up. */
function* untilDone(
  id: string,
  purpose: TurnPurpose,
  givesUp = (): boolean => false,
): Generator<readonly Spoken[], TurnFact | undefined, readonly TurnFact[]> {
  for (;;) {
    const [said] = yield [[id, purpose]];
    if (said?.status === 'completed') return said;
    if (givesUp()) return undefined;
  }
}

function* brainstorm(start: ConversationState, left: () => number): Script {
  const members = withRole(start, 'member');
  const givers = members.length > 0 ? members : withRole(start, 'facilitator').slice(0, 1);
  givers.push(...mentionedIn(start).filter((id) => withRole(start, 'judge', 'reviewer').includes(id)));
  const [merger] = [...withRole(start, 'facilitator'), ...givers];
  if (merger === undefined) return;
  for (let round = 0; round < start.settings.rounds; round += 1) {
    const ideas = yield givers.slice(0, Math.max(1, left() - 1)).map((id) => [id, 'idea'] as const);
    if (!ideas.some(({ status }) => status === 'completed')) return;
    const merged = yield* untilDone(merger, 'merge');
    if (merged?.verdict !== 'revise') return;
  }
}

function* debate(start: ConversationState, left: () => number): Script {
  const [first, second] = sidesOf(start);
  const judge = [...withRole(start, 'judge'), ...withRole(start, 'facilitator')].find(
    (id) => !first.includes(id) && !second.includes(id),
  );
  if (first.length === 0 || second.length === 0) return;
  const pairs = Math.max(first.length, second.length) * start.settings.rounds;
  const isTight = (pair: number): boolean => judge !== undefined && pair > 0 && left() < 3;
  for (let pair = 0; pair < pairs && !isTight(pair); pair += 1) {
    const opened = yield* untilDone(first[pair % first.length] ?? '', 'argue', () => isTight(pair));
    if (opened === undefined) break;
    yield* untilDone(second[pair % second.length] ?? '', 'argue');
  }
  if (judge !== undefined) yield* untilDone(judge, 'judge');
}

function sidesOf(start: ConversationState): readonly [string[], string[]] {
  if (start.settings.sides === undefined) {
    const members = withRole(start, 'member');
    const debaters = members.length > 1 ? members : partakers(start);
    return [debaters.filter((_, n) => n % 2 === 0), debaters.filter((_, n) => n % 2 === 1)];
  }
  // In these exchanges a name is the id in other letters.
  const [first, second] = start.settings.sides.map((side) =>
    side
      .map((name) => name.toLowerCase())
      .filter((id, index, all) => all.indexOf(id) === index && ids(start.speakers).includes(id)),
  );
  return [first ?? [], (second ?? []).filter((id) => !(first ?? []).includes(id))];
}

function* review(start: ConversationState): Script {
  const [author = ''] = [
    ...withRole(start, 'member'),
    ...withRole(start, 'facilitator'),
    ...ids(start.speakers),
  ];
  const others = (...roles: Speaker['role'][]): string[] =>
    withRole(start, ...roles).filter((id) => id !== author);
  const reviewers = others('reviewer').length > 0 ? others('reviewer') : others('member', 'facilitator');
  for (let version = 1; version <= start.settings.rounds; version += 1) {
    yield* untilDone(author, version === 1 ? 'draft' : 'revise');
    if (reviewers.length === 0) return;
    const reviews = yield reviewers.map((id) => [id, 'review'] as const);
    const failed = reviews.filter(({ status }) => status === 'failed');
    const heard = reviews.filter(({ status }) => status === 'completed');
    if (heard.some(({ verdict }) => verdict !== 'approve')) continue;
    if (failed.length === 0) return;
    const again = yield failed.map(({ agentId }) => [agentId, 'review'] as const);
    if (again.some(({ status, verdict }) => status === 'completed' && verdict !== 'approve')) continue;
    return;
  }
}

const SCRIPTS: Readonly<Record<ConversationMode, (start: ConversationState, left: () => number) => Script>> =
  {
    round_robin: roundRobin,
    mention_based: mentionBased,
    free_form: freeForm,
    facilitator_led: facilitatorLed,
    handoff,
    brainstorm,
    debate,
    review,
    human_moderated: humanModerated,
  };
