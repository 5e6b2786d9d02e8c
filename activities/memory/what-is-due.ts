import type { MemoryScope } from '../../contracts/memory.ts';
import type { Extraction, Remembering } from '../../store/memory/extractions.ts';

/** After so many messages a conversation is told short again. */
const MESSAGES_AN_EPISODE = 20;
/** One of fewer messages is not worth telling when it ends. */
const LEAST_MESSAGES = 4;

/**
 * Where it is kept: for the circle, where one of the agents that spoke remembers for circles; else for the agent that spoke last of those that
 * remember for themselves; else for the conversation. Undefined: nobody who spoke remembers any of it, or nobody is left to remember it for.
 */
export function scopeOf(
  { circleId, isGone, rememberers }: Remembering,
  conversationId: string,
): MemoryScope | undefined {
  if (isGone) return undefined;
  const first = (kind: MemoryScope['kind']) =>
    rememberers.find(({ memoryScopes }) => memoryScopes.includes(kind));
  if (circleId !== null && first('circle') !== undefined) return { kind: 'circle', id: circleId };
  const agent = first('agent');
  if (agent !== undefined) return { kind: 'agent', id: agent.id };
  return first('conversation') === undefined ? undefined : { kind: 'conversation', id: conversationId };
}

/** What is to be taken next; what was begun goes first, also where it can only be given up. */
export function nextExtraction(scene: Remembering): Extraction | undefined {
  const { begun, branch, last, factsUntil, episodeUntil, isEnded, isGone, rememberers } = scene;
  if (begun !== null) return begun;
  if (isGone || rememberers.length === 0) return undefined;
  if (factsUntil < last) return { kind: 'facts', branch, after: factsUntil, until: last };
  const isDue = isEnded
    ? episodeUntil < last && last >= LEAST_MESSAGES
    : last - episodeUntil >= MESSAGES_AN_EPISODE;
  return isDue ? { kind: 'episode', branch, after: episodeUntil, until: last } : undefined;
}
