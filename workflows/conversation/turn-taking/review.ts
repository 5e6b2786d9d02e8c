import {
  type ConversationState,
  RECENT_TURNS,
  type Speaker,
  type TurnFact,
} from '../../../contracts/conversation-state.ts';
import { byThemselves, speakersWith } from './speakers.ts';
import { type NextSpeakers, over, speak } from './turn-taking.ts';

/** The recent turns hold a version, its reviews, each of them twice, and a revision that failed. */
const MOST_REVIEWERS = (RECENT_TURNS - 2) / 2;

/**
 * `review`: the author (the first member, else the first facilitator, else the first to join) writes a `draft`; the reviewers (those with that role, else
 * all other members and facilitators) `review` it in parallel, each with a verdict. All approve: it is over. Else the author has to
 * `revise`, and all review again; a version with its reviews is a round, and `settings.rounds` are as many as there may be. A review
 * without a verdict counts as `revise`: whoever has something to say has not approved. A review that failed says nothing: where others
 * want a revision, they get it; where nobody does, it is tried once more, and a second failure leaves the matter to people, since
 * a reviewer who was not heard has not approved. A draft or a revision that failed is tried once more. With nobody to review, the draft
 * is all. Mentions change nothing: the parts are given.
 */
export function review(state: ConversationState): NextSpeakers {
  const author = speakersWith(state, 'member')[0] ?? byThemselves(state)[0] ?? state.speakers[0];
  if (author === undefined) return over('Nobody may speak');
  const { recent, completed } = state.exchange;
  const versions = (completed.draft ?? 0) + (completed.revise ?? 0);
  if (versions === 0) return speak(author.id, 'draft', 'Writes the draft');

  const reviewers = reviewersOf(state, author);
  if (reviewers.length === 0) return over('There is nobody to review');
  const writtenAt = recent.findLastIndex(
    ({ purpose, status }) => status === 'completed' && (purpose === 'draft' || purpose === 'revise'),
  );
  const reviews = recent.slice(writtenAt + 1).filter(({ purpose }) => purpose === 'review');
  const standing = reviewers.map((reviewer) => ({ reviewer, verdict: verdictOf(reviewer, reviews) }));
  const where = (verdict: Verdict): readonly Speaker[] =>
    standing.flatMap((one) => (one.verdict === verdict ? one.reviewer : []));

  if (where('missing').length > 0) return askFor(where('missing'), `Reviews version ${versions}`);
  if (where('revise').length > 0)
    return versions < state.settings.rounds
      ? speak(author.id, 'revise', `Asked for by ${namesOf(where('revise'))}`)
      : over(`Not approved within ${versions} rounds`);
  const [unheard] = where('failed twice');
  if (unheard !== undefined) return over(`${unheard.name} could not review`);
  if (where('failed').length > 0) return askFor(where('failed'), 'Tries the review again');
  return over('Everybody has approved');
}

type Verdict = 'approve' | 'revise' | 'missing' | 'failed' | 'failed twice';

function verdictOf({ id }: Speaker, reviews: readonly TurnFact[]): Verdict {
  const own = reviews.filter(({ agentId }) => agentId === id);
  const last = own.at(-1);
  if (last === undefined) return 'missing';
  if (last.status === 'completed') return last.verdict ?? 'revise';
  return own.length > 1 ? 'failed twice' : 'failed';
}

function reviewersOf(state: ConversationState, author: Speaker): readonly Speaker[] {
  const others = state.speakers.filter((speaker) => speaker !== author);
  const called = others.filter(({ role }) => role === 'reviewer');
  const reviewers = called.length > 0 ? called : others.filter(({ role }) => role !== 'judge');
  return reviewers.slice(0, MOST_REVIEWERS);
}

const namesOf = (speakers: readonly Speaker[]): string => speakers.map(({ name }) => name).join(', ');

const askFor = (reviewers: readonly Speaker[], reason: string): NextSpeakers => ({
  speak: reviewers.map(({ id }) => ({ agentId: id, purpose: 'review', reason })),
});
