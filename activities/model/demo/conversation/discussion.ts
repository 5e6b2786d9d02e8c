import { TurnPurpose } from '../../../../contracts/conversation.ts';
import type { ModelMessage, ModelRequest } from '../../../../contracts/model.ts';
import { isDemoNotice, withoutDemoNotice } from './notice.ts';

/** One message of the conversation, as the agent whose turn it is reads it. */
export interface Utterance {
  speaker: string;
  isOwn: boolean;
  isPerson: boolean;
  text: string;
}

/** What an agent has before it when it speaks in a conversation. */
export interface Discussion {
  /** Its name and its role, by which its way of looking at things is chosen. */
  self: string;
  role: string;
  topic: string;
  purpose: TurnPurpose;
  /** What no longer stands in `said`, told short; '' where everything does. */
  summary: string;
  /** What the agent remembers of earlier conversations, and what stands in its blocks. */
  remembered: readonly string[];
  /** The last ones, oldest first. */
  said: readonly Utterance[];
  /** Of those in `said`, what came after a person last spoke. */
  sincePerson: readonly Utterance[];
  /** What it is to write when everything has been said; undefined where nothing is awaited. */
  awaited: string | undefined;
}

/** As many messages as are read; a conversation of years is answered as fast as a young one. */
const MOST_READ = 40;
const LABEL = /^\s*<message from="([^"]*)"(?: role="([^"]*)")?[^>]*>\n?([\s\S]*?)(?:\n?<\/message>\s*)?$/;
const LABEL_START = /^\s*<message from="/;
const PERSON = /^(?:person|people|user|human)\b/i;
const CONTROLS = new Set(['hand_over', 'choose_speaker', 'conclude', 'give_verdict', 'agree']);

/** Whether a tool tells the conversation what comes next, and does nothing else. */
export const isControlTool = (name: string): boolean => CONTROLS.has(name);

/** The conversation that a request is a turn of; undefined where it is none, such as a node of a pipeline. */
export function readDiscussion({ messages, tools }: ModelRequest): Discussion | undefined {
  const system = messages.find(({ role }) => role === 'system')?.content ?? '';
  const purpose = TurnPurpose.safeParse([...system.matchAll(/^Your turn: (\w+)$/gm)].at(-1)?.[1]).data;
  const labelled = messages.some((message) => message.role === 'user' && LABEL_START.test(message.content));
  if (!labelled && purpose === undefined && !tools.some(({ name }) => isControlTool(name))) return undefined;

  const [, self = 'I', role = ''] = /^You are (.+?)\. Your role: (.+?)\.?$/m.exec(system) ?? [];
  // Where everybody's words have labels, what has none is a word of the house.
  const hasLabels = labelled || purpose !== undefined;
  const said = messages.slice(-MOST_READ).flatMap((message) => utteranceOf(message, self, hasLabels));
  const person = said.findLastIndex(({ isPerson }) => isPerson);
  return {
    ...{ self, role, said, purpose: purpose ?? 'speak' },
    topic: /<topic>([\s\S]*?)<\/topic>/.exec(system)?.[1]?.trim() ?? '',
    summary: summaryIn(messages),
    remembered: rememberedIn(system),
    sincePerson: said.slice(person + 1),
    awaited: /^When everything has been said and done, end with (.+?)(?: or .+)?\. Do not/m.exec(system)?.[1],
  };
}

/** What a person said last; the topic where nobody has said anything. */
export const requestOf = ({ said, topic }: Discussion): string =>
  said.findLast(({ isPerson }) => isPerson)?.text ?? topic;

export const ownOf = (said: readonly Utterance[]): Utterance[] => said.filter(({ isOwn }) => isOwn);

/** How often the agent has spoken since a person last did. */
export const ownTurns = ({ sincePerson }: Discussion): number => ownOf(sincePerson).length;

function utteranceOf(message: ModelMessage, self: string, hasLabels: boolean): Utterance[] {
  if (message.role === 'assistant') {
    if (message.content.trim() === '' || isDemoNotice(message.content)) return [];
    return [{ speaker: self, isOwn: true, isPerson: false, text: withoutDemoNotice(message.content) }];
  }
  if (message.role !== 'user') return [];
  const label = LABEL.exec(message.content);
  if (label === null)
    return hasLabels ? [] : [{ speaker: 'You', isOwn: false, isPerson: true, text: message.content }];
  const [, speaker = '', role = '', text = ''] = label;
  return [{ speaker, isOwn: false, isPerson: PERSON.test(role), text: withoutDemoNotice(text) }];
}

function rememberedIn(system: string): string[] {
  const memories = /<memories>\n([\s\S]*?)\n<\/memories>/.exec(system)?.[1]?.split('\n') ?? [];
  const blocks = [...system.matchAll(/<block name="[^"]*" scope="[^"]*">\n([\s\S]*?)\n<\/block>/g)];
  return [
    ...memories.map((line) => line.replace(/^- /, '').replace(/ \((?:told short, )?\d{4}-\d\d-\d\d\)$/, '')),
    ...blocks.map(([, text = '']) => text),
  ];
}

function summaryIn(messages: readonly ModelMessage[]): string {
  const found = messages.find(({ role, content }) => role === 'user' && content.startsWith('<summary>'));
  return found?.content.replace(/^<summary>|<\/summary>\s*$/g, '').trim() ?? '';
}
