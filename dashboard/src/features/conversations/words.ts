import type { Conversation, ConversationSummary } from '../../../../contracts/conversation.ts';

const LONGEST_TITLE = 90;

/** What a conversation is called: the first line of its topic. */
export function titleOf({
  topic,
  circleName,
  agentName,
}: Pick<ConversationSummary, 'topic' | 'circleName' | 'agentName'>): string {
  const line = topic
    .split('\n')
    .map((text) => text.replace(/^#+\s*/, '').trim())
    .find((text) => text !== '');
  if (line === undefined) return `Conversation with ${circleName ?? agentName ?? 'an agent'}`;
  return line.length > LONGEST_TITLE ? `${line.slice(0, LONGEST_TITLE).trimEnd()}…` : line;
}

export const partnerOf = ({
  circleName,
  agentName,
}: Pick<ConversationSummary, 'circleName' | 'agentName'>): string => circleName ?? agentName ?? '';

const REASONS: Record<string, string> = {
  maxTurns: 'As many turns as this conversation allows are done.',
  maxTokens: 'As many tokens as this conversation allows are used.',
  maxCost: 'It has cost as much as it may.',
  maxDuration: 'The time for this exchange is over.',
  textMention: 'Somebody said that it is done.',
  consensus: 'All agree.',
  external: 'It was ended from outside.',
  budget: 'A budget is used up. Whoever may, extends it; then it goes on.',
};

/** A person did it, or a program: there is nothing more to say about why. */
const SAID_BY_STATUS = ['person', 'interrupted', 'canceled'];

/** Why a conversation stands as it does, for people. */
export function reasonWords({ statusReason }: Pick<Conversation, 'statusReason'>): string | undefined {
  if (statusReason === null || statusReason === '' || SAID_BY_STATUS.includes(statusReason)) return undefined;
  const known = REASONS[statusReason];
  if (known !== undefined) return known;
  const sentence = statusReason.charAt(0).toUpperCase() + statusReason.slice(1);
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}
