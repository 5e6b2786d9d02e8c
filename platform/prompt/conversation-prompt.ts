import type { Participant, TurnPurpose } from '../../contracts/conversation.ts';
import type { ConversationMode } from '../../contracts/conversation-settings.ts';

/** What an agent is told of the conversation in which it speaks. */
export interface ConversationSetting {
  self: { id: string; name: string };
  /** As what it speaks. */
  role: Participant['role'];
  circle: { name: string; description: string } | null;
  /** '' where there is none. */
  topic: string;
  mode: ConversationMode;
  purpose: TurnPurpose;
  /** Why it is this agent's turn, for people. */
  reason: string;
  members: readonly (Participant & { agentRole: string | null })[];
  /** Texts by which the conversation knows that it is over. */
  awaited: readonly string[];
}

const MODES: Readonly<Record<ConversationMode, string>> = {
  round_robin: 'Everybody speaks in turn.',
  mention_based: 'Whoever is mentioned speaks next: write @ and a name to ask somebody.',
  free_form: 'Whoever has most to say to what was said last speaks next.',
  facilitator_led: 'A facilitator chooses who speaks next.',
  handoff: 'Whoever has the matter works on it, and hands it over when somebody else is better suited.',
  brainstorm: 'All have ideas at the same time, without reading each other; then one merges them.',
  debate: 'Two sides argue in turn; a judge decides at the end.',
  review: 'An author writes, reviewers say what they think of it, and the author revises until they approve.',
  human_moderated: 'A person decides who speaks.',
};

const PURPOSES: Readonly<Record<TurnPurpose, string>> = {
  speak:
    'Say what you have to contribute from your role to what was said last. Do not repeat what is there already.',
  facilitate:
    'Lead the discussion: choose who speaks next with the tool choose_speaker and say what you want from them, or end it ' +
    'with conclude when its aim is reached. Do not answer in their place.',
  idea: 'Give your own ideas on the matter, concrete and distinct from one another. Nobody reads them before all have given theirs.',
  merge:
    'Merge the ideas that were given: group those that belong together, name whose they are, weigh them, and say what is best. ' +
    'Approve with give_verdict, or ask for one more round with "revise" when something important is missing.',
  argue:
    'Argue for your side: bring your strongest reasons and evidence, and answer those of the other side. Do not change sides.',
  judge:
    'Judge the debate: weigh the arguments of both sides by their merit, say which is stronger and why, and decide.',
  draft: 'Write the first version of what is asked for, complete enough to be reviewed.',
  review:
    'Review the last version: say what is wrong or missing and how to mend it, most important first. Then give your verdict with ' +
    'give_verdict: approve it if nothing is left that must be changed, else revise.',
  revise:
    'Write the next version, complete, and take up what the reviewers said. Say in one line what you have not taken up, and why.',
};

/**
 * What is said to an agent about its place in a conversation, after what it is told about itself. The same setting always gives the
 * same text. Programs read the lines `Mode: …` and `Your turn: …`.
 */
export function conversationPromptOf(setting: ConversationSetting): string {
  const { circle, role, mode, purpose, reason, members, self, topic, awaited } = setting;
  const others = members.filter(({ id }) => id !== self.id);
  const parts = [
    circle === null
      ? 'You are in a conversation.'
      : [`You are in a conversation of the circle "${circle.name}".`, circle.description.trim()]
          .filter((text) => text !== '')
          .join(' '),
    others.length === 0 ? '' : `Who else is there:\n${others.map(memberLine).join('\n')}`,
    'What others said comes as <message from="…" role="…">…</message>. Write your own words only, without such a label.',
    topic === '' ? '' : `<topic>\n${topic}\n</topic>`,
    [
      ...(circle === null ? [] : [`Mode: ${mode}`, MODES[mode]]),
      `Your turn: ${purpose}`,
      ...(role === 'member' ? [] : [`You speak as the ${role}.`]),
      ...(circle === null ? [] : [`Why you: ${reason}`, PURPOSES[purpose]]),
    ].join('\n'),
    awaited.length === 0 || purpose === 'idea' || purpose === 'review'
      ? ''
      : `When everything has been said and done, end with ${awaited.join(' or ')}. Do not write that before.`,
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function memberLine({ name, kind, role, agentRole }: ConversationSetting['members'][number]): string {
  const what = kind === 'user' ? 'a person' : (agentRole ?? 'an agent');
  return `- ${name}: ${what}${role === 'member' ? '' : `, ${role}`}`;
}
