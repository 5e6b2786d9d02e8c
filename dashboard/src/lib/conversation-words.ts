import type { MemberRole } from '../../../contracts/circle.ts';
import type { TurnPurpose } from '../../../contracts/conversation.ts';
import type { ConversationMode, Termination } from '../../../contracts/conversation-settings.ts';
import { costText, counted } from './format.ts';

/** How a mode is called, and who speaks next in it. */
export const MODES: Record<ConversationMode, { label: string; explained: string }> = {
  round_robin: { label: 'Round robin', explained: 'The agents speak in turn.' },
  mention_based: { label: 'Mention-based', explained: 'Who is mentioned with @name speaks.' },
  free_form: { label: 'Free form', explained: 'Who has most to say on it speaks, nobody twice running.' },
  facilitator_led: { label: 'Facilitator-led', explained: 'The facilitator chooses who speaks next.' },
  handoff: { label: 'Handoff', explained: 'Whoever speaks may hand over to another agent.' },
  brainstorm: { label: 'Brainstorm', explained: 'All give ideas at once, then one merges them.' },
  debate: { label: 'Debate', explained: 'Two sides argue, a judge decides.' },
  review: { label: 'Review', explained: 'An author writes; reviewers ask for changes until they approve.' },
  human_moderated: { label: 'Moderated by people', explained: 'A person says who speaks next, with @name.' },
};

export const ROLES: Record<MemberRole, { label: string; explained: string }> = {
  member: { label: 'Member', explained: 'Speaks when it is its turn.' },
  facilitator: { label: 'Facilitator', explained: 'Leads the conversation and merges ideas.' },
  judge: { label: 'Judge', explained: 'Decides a debate.' },
  reviewer: { label: 'Reviewer', explained: 'Approves a draft, or asks for changes.' },
  observer: { label: 'Observer', explained: 'Reads along and does not speak.' },
};

/** What a turn is for, where that is more than speaking. */
export const PURPOSES: Partial<Record<TurnPurpose, string>> = {
  facilitate: 'Facilitates',
  idea: 'Idea',
  merge: 'Merges the ideas',
  argue: 'Argues',
  judge: 'Judges',
  draft: 'Draft',
  review: 'Review',
  revise: 'Revision',
};

/** When an exchange is over, in words. */
export function terminationWords(termination: Termination): string {
  if ('any' in termination) return termination.any.map(nested).join(', or ');
  if ('all' in termination) return termination.all.map(nested).join(', and ');
  switch (termination.kind) {
    case 'maxTurns':
      return `after ${counted(termination.turns, 'turn')}`;
    case 'maxTokens':
      return `after ${counted(termination.tokens, 'token')}`;
    case 'maxCost':
      return `once it has cost ${costText(termination.usd)}`;
    case 'maxDuration':
      return `after ${termination.duration}`;
    case 'textMention':
      return `when somebody says ${termination.text}`;
    case 'consensus':
      return 'when all agree';
    case 'idle':
      return `when nothing was said for ${termination.duration} (it ends then)`;
    case 'external':
      return 'when somebody ends it';
  }
}

const nested = (termination: Termination): string =>
  'kind' in termination ? terminationWords(termination) : `(${terminationWords(termination)})`;
