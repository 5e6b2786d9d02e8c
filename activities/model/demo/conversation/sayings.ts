import type { TurnPurpose } from '../../../../contracts/conversation.ts';
import { shareOf, stemsOf } from '../words.ts';
import { directAnswer } from './direct-answer.ts';
import { type Discussion, ownOf, ownTurns, requestOf, type Utterance } from './discussion.ts';
import { gistOf, phraseFrom, type Quotation, quotationFrom, shortened, termsOf } from './quotations.ts';
import { viewpointOf } from './viewpoints.ts';

/**
 * What an agent says in a turn, by what the turn is for; `next` is whom it gives the floor to. Brief; the same discussion always gives
 * the same text.
 */
export const SAYINGS: Readonly<Record<TurnPurpose, (discussion: Discussion, next?: string) => string>> = {
  speak,
  facilitate,
  idea: (discussion) => `**Idea:** ${remark(discussion)}\n\nWhat it needs next: ${ask(discussion)}`,
  merge: (discussion) => `What we have together:\n\n${bySpeaker(discussion)}\n\n${remark(discussion)}`,
  argue,
  judge,
  draft,
  review,
  revise,
};

/** Whoever answers a person first answers what was asked; those who come later take up what was said. */
function speak(discussion: Discussion): string {
  const others = discussion.sincePerson.filter(({ isOwn }) => !isOwn);
  if (discussion.sincePerson.length === 0) {
    const answer = directAnswer(discussion);
    if (answer !== undefined) return answer;
    if (isGreeting(discussion)) return introduction(discussion);
  }
  const { seeks } = viewpointOf(discussion);
  const taken = quotationFrom(others, { discussion, seeks }) ?? fromPeople(discussion);
  return [taken === undefined ? '' : opening(taken, discussion), `${remark(discussion)} ${ask(discussion)}`]
    .filter((part) => part !== '')
    .join('\n\n');
}

const OPENINGS = ['{who}: “{what}”', '{who} said: “{what}”', 'I take up a point of {who}’s: “{what}”'];
const TOPIC_OPENINGS = ['On “{what}”:', 'Back to “{what}”:', 'The question says: “{what}”'];

function opening({ speaker, text }: Quotation, { said }: Discussion): string {
  const forms = speaker === '' ? TOPIC_OPENINGS : OPENINGS;
  const form = forms[ownOf(said).length % forms.length] ?? '';
  return form.replace('{who}', () => speaker).replace('{what}', () => text);
}

function fromPeople(discussion: Discussion): Quotation | undefined {
  const { seeks } = viewpointOf(discussion);
  const topic: Utterance[] =
    discussion.topic === '' ? [] : [{ speaker: '', isOwn: false, isPerson: true, text: discussion.topic }];
  const people = discussion.said.filter(({ isPerson }) => isPerson);
  return quotationFrom([...topic, ...people], { discussion, seeks });
}

const remark = (discussion: Discussion): string =>
  phraseFrom(viewpointOf(discussion).remarks, termsOf(discussion), discussion);

const ask = (discussion: Discussion): string =>
  phraseFrom(viewpointOf(discussion).asks, termsOf(discussion), discussion);

const isGreeting = (discussion: Discussion): boolean =>
  discussion.topic === '' && stemsOf(requestOf(discussion)).size < 3 && ownOf(discussion.said).length === 0;

const introduction = ({ self, role }: Discussion): string =>
  `I am ${self}${role === '' ? '' : ` (${role})`}. I run on the built-in demo provider, which quotes and does not think: give me a ` +
  'text to digest, a question about something that you said before, a calculation or the time of a city. With a language ' +
  'model (openai, anthropic, ollama, openai-compatible) I can answer freely.';

/** One sentence of each agent that has spoken since a person did, the latest one of each. */
function bySpeaker({ sincePerson, self }: Discussion): string {
  const latest = new Map<string, string>();
  for (const { speaker, text, isOwn } of sincePerson) {
    const gist = isOwn ? undefined : (gistOf(text) ?? gistOf(text.replaceAll(/[“”]/g, '')));
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
  const subject = shortened(requestOf(discussion).split('\n')[0] ?? '');
  const heard =
    last === undefined
      ? `We talk about “${subject}”.`
      : `Thank you, ${last.speaker}.${gist === undefined ? '' : ` “${gist}”`}`;
  return `${heard}\n\n${next}: ${ask(discussion)}`;
}

function argue(discussion: Discussion): string {
  const { seeks } = viewpointOf(discussion);
  const against = quotationFrom(
    discussion.sincePerson.filter(({ isOwn }) => !isOwn),
    { discussion, seeks },
  );
  const stand = ownTurns(discussion) === 0 ? 'My case: ' : 'I stay with my case. ';
  return against === undefined
    ? `${stand}${remark(discussion)}`
    : `${stand}${remark(discussion)}\n\nAgainst ${against.speaker}’s “${against.text}”: ${ask(discussion)}`;
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

function draft(discussion: Discussion): string {
  const request = requestOf(discussion);
  const answer = directAnswer(discussion);
  const terms = termsOf(discussion).slice(0, 3);
  const body = answer ?? terms.map((term) => `- **${term}**: still to be written`).join('\n');
  return `## Draft: ${shortened(request.split('\n')[0] ?? '')}\n\n${body}\n\n${remark(discussion)}`;
}

function review(discussion: Discussion): string {
  if (ownTurns(discussion) > 0) return 'I have looked again: my point was taken up. I approve.';
  const draftText = discussion.sincePerson.findLast(({ isOwn }) => !isOwn)?.text ?? requestOf(discussion);
  const quoted = gistOf(draftText);
  return `1. ${quoted === undefined ? '' : `“${quoted}”: `}${remark(discussion)}\n2. ${ask(discussion)}`;
}

function revise(discussion: Discussion): string {
  const own = ownOf(discussion.sincePerson).at(-1)?.text ?? '';
  const [kept = ''] = own.split('\n\n**Taken up');
  const at = discussion.sincePerson.findLastIndex(({ isOwn }) => isOwn);
  const objections = bySpeaker({ ...discussion, sincePerson: discussion.sincePerson.slice(at + 1) });
  return `${kept === '' ? draft(discussion) : kept.replace(/^## Draft/, '## Second draft')}\n\n**Taken up:**\n\n${objections}`;
}
