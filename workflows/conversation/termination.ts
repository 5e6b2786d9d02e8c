import type { SimpleTermination, Termination } from '../../contracts/conversation-settings.ts';
import type { ConversationState } from '../../contracts/conversation-state.ts';
import { millisecondsOf } from '../../contracts/milliseconds.ts';
import { byThemselves, findSpeaker, speakersWith } from './turn-taking/speakers.ts';
import { isParallel } from './turn-taking/turn-taking.ts';

export type TerminationName = SimpleTermination['kind'];

/**
 * The names of what is reached, undefined where the termination is not. `any` is reached with one of its parts, `all` with all of them.
 * What counts is the exchange, but for `idle`:
 * - `maxTurns`, `maxTokens`, `maxCost`: of its turns that have ended, however.
 * - `maxDuration`: since it began, waits included, once a turn of it has ended: what a person says is answered, however long it had to wait for a worker.
 * - `textMention`: the last turn was completed and holds the text. Ideas and reviews are parts of a step and end nothing by their text.
 * - `consensus`: the last turn of everybody who may speak (of the recent ones) was completed and agrees. They are members, facilitators, in a review the
 *   reviewers, and whoever else has spoken.
 * - `idle`: the exchange is over, nothing is paused or under way, and nobody has said anything for so long. It ends the conversation.
 * - `external`: never.
 */
export function reachedTermination(
  termination: Termination,
  state: ConversationState,
  nowMs: number,
): readonly TerminationName[] | undefined {
  if ('kind' in termination) return isReached(termination, state, nowMs) ? [termination.kind] : undefined;
  const parts = 'any' in termination ? termination.any : termination.all;
  const reached = parts.flatMap((part) => reachedTermination(part, state, nowMs) ?? []);
  const isEnough =
    'any' in termination
      ? reached.length > 0
      : parts.every((part) => reachedTermination(part, state, nowMs) !== undefined);
  return isEnough ? [...new Set(reached)] : undefined;
}

/** Of an exchange whose termination does not say how many turns it may have: a model that costs nothing reaches no `maxCost`. */
const CEILING_OF_TURNS = 1_000;

/** How many turns may still begin in the exchange before `maxTurns` is reached, or the ceiling of exchanges that it alone does not end. */
export function turnsLeft({ settings: { termination }, exchange }: ConversationState): number {
  const turns = turnsOf(termination);
  const most = Number.isFinite(turns) ? turns : Math.max(CEILING_OF_TURNS, ...turnsNamedIn(termination));
  return most - exchange.turns;
}

/** When the conversation has been idle for long enough to end, in milliseconds since 1970; undefined as long as it waits for something else. */
export function idleDeadlineMs(state: ConversationState): number | undefined {
  const { termination } = state.settings;
  return momentsOf(termination, state)
    .toSorted((a, b) => a - b)
    .find((moment) => reachedTermination(termination, state, moment)?.includes('idle'));
}

function isReached(condition: SimpleTermination, state: ConversationState, nowMs: number): boolean {
  const { exchange } = state;
  switch (condition.kind) {
    case 'maxTurns':
      return exchange.turns >= condition.turns;
    case 'maxTokens':
      return exchange.tokens >= condition.tokens;
    case 'maxCost':
      return exchange.costUsd >= condition.usd;
    case 'maxDuration':
      return exchange.turns > 0 && nowMs >= exchange.startedAtMs + millisecondsOf(condition.duration);
    case 'textMention':
      return isMentioned(condition.text, state);
    case 'consensus':
      return agree(state);
    case 'idle':
      return isAtRest(state) && nowMs >= state.lastMessageAtMs + millisecondsOf(condition.duration);
    case 'external':
      return false;
  }
}

function isMentioned(text: string, { exchange }: ConversationState): boolean {
  const last = exchange.recent.at(-1);
  return last?.status === 'completed' && !isParallel(last.purpose) && last.texts.includes(text);
}

function agree(state: ConversationState): boolean {
  const { recent } = state.exchange;
  const voices = new Set(
    [
      ...byThemselves(state),
      ...(state.mode === 'review' ? speakersWith(state, 'reviewer') : []),
      ...recent.flatMap(({ agentId }) => findSpeaker(state, agentId) ?? []),
    ].map(({ id }) => id),
  );
  const agrees = (id: string): boolean => {
    const last = recent.findLast(({ agentId }) => agentId === id);
    return last?.status === 'completed' && last.agrees === true;
  };
  return voices.size > 0 && [...voices].every(agrees);
}

const isAtRest = ({ control, openTurns, settled, regenerate }: ConversationState): boolean =>
  settled && control === 'open' && openTurns.length === 0 && regenerate === null;

function turnsOf(termination: Termination): number {
  if ('any' in termination) return Math.min(...termination.any.map(turnsOf));
  if ('all' in termination) return Math.max(...termination.all.map(turnsOf));
  return termination.kind === 'maxTurns' ? termination.turns : Infinity;
}

/** What each `maxTurns` says. */
function turnsNamedIn(termination: Termination): readonly number[] {
  if ('any' in termination) return termination.any.flatMap(turnsNamedIn);
  if ('all' in termination) return termination.all.flatMap(turnsNamedIn);
  return termination.kind === 'maxTurns' ? [termination.turns] : [];
}

/** Each moment at which time alone may bring a part of the termination about. */
function momentsOf(termination: Termination, state: ConversationState): readonly number[] {
  if ('any' in termination) return termination.any.flatMap((part) => momentsOf(part, state));
  if ('all' in termination) return termination.all.flatMap((part) => momentsOf(part, state));
  if (termination.kind === 'idle') return [state.lastMessageAtMs + millisecondsOf(termination.duration)];
  if (termination.kind === 'maxDuration')
    return [state.exchange.startedAtMs + millisecondsOf(termination.duration)];
  return [];
}
