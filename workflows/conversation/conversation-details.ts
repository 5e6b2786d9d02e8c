import type { ConversationProgress, ConversationState } from '../../contracts/conversation-state.ts';

/** More lines than this nobody reads. */
const LONGEST = 20;

/** How a conversation stands, for its workflow's page in the engine's UI, as Markdown: names and counts, nothing that was said. */
export function conversationDetailsOf(
  { state, turns }: Pick<ConversationProgress, 'state' | 'turns'>,
  nowMs: number,
): string {
  if (state === null) return 'It has not been read yet.';
  const lines = turns
    .slice(0, LONGEST)
    .map(({ number, agent, purpose, doing }) => `- **${agent}** (turn ${number}, ${purpose}): ${doing}`);
  return [headline(state, turns.length, nowMs), ...(lines.length === 0 ? [] : [lines.join('\n')])].join(
    '\n\n',
  );
}

function headline(state: ConversationState, underWay: number, nowMs: number): string {
  const { mode, speakers, nextTurn, exchange, control } = state;
  const facts = [
    `**${mode}**, ${speakers.length} agents, ${nextTurn - 1} turns`,
    ...(exchange.turns > 0 ? [`${exchange.turns} of them in this exchange`] : []),
    ...(exchange.costUsd > 0 ? [`$${exchange.costUsd.toFixed(4)} for it`] : []),
  ];
  return `${facts.join(', ')}: ${standing(control, underWay, state.lastMessageAtMs, nowMs)}`;
}

function standing(
  control: ConversationState['control'],
  underWay: number,
  lastMessageAtMs: number,
  nowMs: number,
): string {
  if (control !== 'open') return `**${control}**`;
  if (underWay > 0) return underWay === 1 ? 'one speaks' : `${underWay} speak at once`;
  const minutes = Math.floor((nowMs - lastMessageAtMs) / 60_000);
  return minutes < 1 ? 'waits for people' : `waits for people, for ${minutes} minutes`;
}
