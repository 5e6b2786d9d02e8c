import type { TurnPurpose } from '../../../../contracts/conversation.ts';
import { shareOf, stemsOf } from '../words.ts';
import { directAnswer, draftFrom } from './direct-answer.ts';
import { type Discussion, ownOf, ownTurns, requestOf } from './discussion.ts';
import { gistOf, phraseFrom, quoted, type Remark, remarkOn, shortened, termsOf } from './quotations.ts';
import { viewpointOf } from './viewpoints.ts';

/**
 * What an agent says in a turn, by what the turn is for; `next` is whom it gives the floor to. Brief; the same discussion always gives
 * the same text.
 */
export const SAYINGS: Readonly<Record<TurnPurpose, (discussion: Discussion, next?: string) => string>> = {
  speak,
  facilitate,
  idea: (discussion) => `**Idea:** ${view(discussion)}`,
  merge: (discussion) => `What we have together:\n\n${bySpeaker(discussion)}\n\n${ask(discussion)}`,
  argue,
  judge,
  draft: (discussion) => `## Draft\n\n${draftOf(discussion, FIRST_SHARE)}`,
  review,
  revise,
};

/** Of the sentences of the material. */
const FIRST_SHARE = 0.5;
const SECOND_SHARE = 0.8;

/** Whoever answers a person first answers what was asked; those who come later take up what was said. */
function speak(discussion: Discussion): string {
  if (discussion.sincePerson.length === 0) {
    const answer = directAnswer(discussion);
    if (answer !== undefined) return answer;
    if (isSmallTalk(discussion))
      return ownOf(discussion.said).length === 0 ? introduction(discussion) : NOTHING_TO_QUOTE;
  }
  return `${view(discussion)} ${ask(discussion)}`;
}

/** What the agent thinks of something that was said, with that. */
function view(discussion: Discussion): string {
  const remark = remarkOn(discussion, viewpointOf(discussion).points);
  return remark === undefined ? plainRemark(discussion) : withQuotation(remark);
}

const withQuotation = ({ quotation, says }: Remark): string => `${quoted(quotation)}\n\n${says}`;

/** Where no point fits any more: what the one before said, and a word to it. */
function plainRemark(discussion: Discussion): string {
  const remark = phraseFrom(viewpointOf(discussion).remarks, discussion);
  const last = discussion.sincePerson.findLast(({ isOwn }) => !isOwn);
  const gist = last === undefined ? undefined : gistOf(last.text);
  const terms = termsOf(discussion);
  const term = terms[ownOf(discussion.said).length % terms.length] ?? '';
  return last === undefined || gist === undefined
    ? `On “${term}”: ${remark}`
    : withQuotation({ quotation: { speaker: last.speaker, text: gist }, says: remark });
}

const ask = (discussion: Discussion): string => phraseFrom(viewpointOf(discussion).asks, discussion);

/** A greeting, thanks: too little to quote or to look for. */
const isSmallTalk = (discussion: Discussion): boolean =>
  requestOf(discussion) !== discussion.topic && stemsOf(requestOf(discussion)).size < 3;

const NOTHING_TO_QUOTE =
  'There is nothing in that to quote. Ask about something that was said here, or give me a text.';

const introduction = ({ self, role }: Discussion): string =>
  `I am ${self}${role === '' ? '' : ` (${role})`}. I run on the built-in demo provider, which quotes and does not think: give me a ` +
  'text to digest, a question about something that you said before, a calculation or the time of a city. With a language ' +
  'model (openai, anthropic, ollama, openai-compatible) I can answer freely.';

/** One sentence of each agent that has spoken since a person did, the latest one of each. */
function bySpeaker({ sincePerson, self }: Discussion): string {
  const latest = new Map<string, string>();
  for (const { speaker, text, isOwn } of sincePerson) {
    const gist = isOwn ? undefined : gistOf(text);
    if (gist !== undefined && speaker !== self) latest.set(speaker, gist);
  }
  return latest.size === 0
    ? '- Nothing was said yet.'
    : [...latest].map(([speaker, gist]) => `- **${speaker}:** ${gist}`).join('\n');
}

function facilitate(discussion: Discussion, next?: string): string {
  const last = discussion.sincePerson.findLast(({ isOwn }) => !isOwn);
  if (next === undefined)
    return last === undefined
      ? ask(discussion)
      : `I close the round here. What we have:\n\n${bySpeaker(discussion)}`;
  const gist = last === undefined ? undefined : gistOf(last.text);
  const subject = gistOf(requestOf(discussion)) ?? shortened(requestOf(discussion).split('\n')[0] ?? '');
  const before =
    last === undefined
      ? quoted({ speaker: '', text: subject })
      : gist === undefined
        ? `Thank you, ${last.speaker}.`
        : quoted({ speaker: last.speaker, text: gist });
  return `${before}\n\n${next}, ${ask(discussion)}`;
}

function argue(discussion: Discussion): string {
  const others = discussion.sincePerson.filter(({ isOwn }) => !isOwn);
  const opponent = others.at(-1);
  const gist = opponent === undefined ? undefined : gistOf(opponent.text);
  if (ownTurns(discussion) === 0 || opponent === undefined || gist === undefined) return view(discussion);
  const { points, remarks } = viewpointOf(discussion);
  const own = remarkOn({ ...discussion, sincePerson: others.slice(0, -1) }, points);
  const reply = own === undefined ? phraseFrom(remarks, discussion) : withQuotation(own);
  return `${quoted({ speaker: opponent.speaker, text: gist })}\n\nAgainst that: ${ask(discussion)}\n\n${reply}`;
}

/** By a measure that everybody can check: whose words keep closest to the topic. */
function judge(discussion: Discussion): string {
  const subject = stemsOf(`${discussion.topic}\n${requestOf(discussion)}`);
  const speakers = Map.groupBy(
    discussion.sincePerson.filter(({ isOwn }) => !isOwn),
    ({ speaker }) => speaker,
  );
  const shares = [...speakers].map(([speaker, said]) => ({
    speaker,
    share: shareOf(subject, stemsOf(said.map(({ text }) => text).join('\n'))),
  }));
  const [first] = shares.toSorted((a, b) => b.share - a.share);
  if (first === undefined) return 'Nobody has argued yet, so there is nothing to judge.';
  return `${bySpeaker(discussion)}\n\n**Judgement:** for ${first.speaker}, who kept closest to the topic (${Math.round(first.share * 100)} % of its words). A demo measures words, not reasons.`;
}

function draftOf(discussion: Discussion, share: number): string {
  const points = termsOf(discussion).slice(0, 3);
  return draftFrom(discussion, share) ?? points.map((term) => `- ${term}: still to be written`).join('\n');
}

function review(discussion: Discussion): string {
  if (ownTurns(discussion) > 0) return 'I have looked again: my point was taken up. I approve.';
  const written = discussion.sincePerson.filter(({ isOwn }) => !isOwn).slice(0, 1);
  const { points } = viewpointOf(discussion);
  const remark = remarkOn({ ...discussion, topic: '', said: [], sincePerson: written }, points);
  return `${remark === undefined ? plainRemark(discussion) : withQuotation(remark)}\n\n${ask(discussion)}`;
}

function revise(discussion: Discussion): string {
  const at = discussion.sincePerson.findLastIndex(({ isOwn }) => isOwn);
  const objections = bySpeaker({ ...discussion, sincePerson: discussion.sincePerson.slice(at + 1) });
  return `## Next draft\n\n${draftOf(discussion, SECOND_SHARE)}\n\n**Taken up:**\n\n${objections}`;
}
