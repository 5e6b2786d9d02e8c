import type { Conversation, ConversationSummary, Participant } from '../../../../contracts/conversation.ts';
import type { ConversationMode } from '../../../../contracts/conversation-settings.ts';

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

const MANY = 3;

/** What becomes of those who have begun to speak when a person pauses the conversation. */
export function finishingWords(openTurns: Conversation['openTurns']): string {
  const names = openTurns.map(({ agentName }) => agentName);
  const who = names.length < MANY ? names.join(' and ') : `${names.length} agents`;
  const one = names.length === 1;
  const asks = openTurns.every(({ status }) => status === 'waiting');
  const does = asks ? (one ? 'waits for a person' : 'wait for a person') : one ? 'finishes' : 'finish';
  return `${who} ${does}; nobody else begins`;
}

/** Modes in which it is settled otherwise who speaks, whomever a person names. */
export const NAMES_DO_NOT_CHOOSE: readonly ConversationMode[] = [
  'review',
  'debate',
  'brainstorm',
  'facilitator_led',
];

/** Whether a member is an agent that may be asked to speak. */
export const speaks = ({ kind, role }: Pick<Participant, 'kind' | 'role'>): boolean =>
  kind === 'agent' && role !== 'observer';
