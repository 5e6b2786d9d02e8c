import type { ConversationState, Speaker } from '../../../contracts/conversation-state.ts';
import { turnsLeft } from '../termination.ts';
import { byThemselves, findSpeaker, speakersWith } from './speakers.ts';
import { type NextSpeakers, over, speak } from './turn-taking.ts';

type Sides = readonly [readonly Speaker[], readonly Speaker[]];

/**
 * `debate`: two sides `argue` in turn, the first side first: an opening, then rebuttals, `settings.rounds` rounds in all; then the `judge`
 * decides, and it is over. In a round each debater argues once; of uneven sides the smaller one's argue again, so that both have as
 * many turns. The sides are `settings.sides` (ids or names, whatever their role; who stands on both is on the first; who may not speak
 * is left out), else the members alternate in the order of joining, with the facilitators where there is but one member. The judge
 * is the first with that role, else the first facilitator, who does not debate; without one it is over with the last argument. Mentions
 * change nothing: the parts are given. An argument that failed is tried once more, and so is the judgement. Where `maxTurns` leaves no room
 * for another pair of arguments and the judge, the judge decides on what there is.
 */
export function debate(state: ConversationState): NextSpeakers {
  const { completed } = state.exchange;
  if ((completed.judge ?? 0) > 0) return over('The judge has decided');
  const sides = sidesOf(state);
  const pairs = Math.max(sides[0].length, sides[1].length);
  if (Math.min(sides[0].length, sides[1].length) === 0) return over('A debate needs an agent on each side');
  const judge = judgeOf(state, sides);
  const argued = completed.argue ?? 0;
  const isEven = argued % 2 === 0;
  const isTight = judge !== undefined && isEven && argued > 0 && turnsLeft(state) < 3;
  if (argued >= 2 * pairs * state.settings.rounds || isTight)
    return judge === undefined
      ? over('Everything has been argued')
      : speak(judge.id, 'judge', 'Judges the debate');
  const side = sides[isEven ? 0 : 1];
  const pair = Math.floor(argued / 2);
  const debater = side[pair % side.length];
  if (debater === undefined) return over('Nobody may speak');
  const round = Math.floor(pair / pairs);
  const part = round === 0 ? 'Opening' : `Rebuttal ${round}`;
  return speak(debater.id, 'argue', `${part} of the ${isEven ? 'first' : 'second'} side`);
}

function sidesOf(state: ConversationState): Sides {
  const { sides } = state.settings;
  if (sides === undefined) {
    const members = speakersWith(state, 'member');
    const debaters = members.length > 1 ? members : byThemselves(state);
    return [debaters.filter((_, index) => index % 2 === 0), debaters.filter((_, index) => index % 2 === 1)];
  }
  const first = named(state, sides[0]);
  return [first, named(state, sides[1]).filter((speaker) => !first.includes(speaker))];
}

const named = (state: ConversationState, names: readonly string[]): readonly Speaker[] => [
  ...new Set(
    names.flatMap(
      (name) =>
        findSpeaker(state, name) ??
        state.speakers.find((speaker) => speaker.name.toLowerCase() === name.toLowerCase()) ??
        [],
    ),
  ),
];

const judgeOf = (state: ConversationState, sides: Sides): Speaker | undefined =>
  [...speakersWith(state, 'judge'), ...speakersWith(state, 'facilitator')].find(
    (speaker) => !sides.some((side) => side.includes(speaker)),
  );
