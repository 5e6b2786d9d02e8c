import { ConversationMode } from '../../../../contracts/conversation-settings.ts';
import { MODES } from '../../lib/conversation-words.ts';

interface Command {
  name: string;
  argument?: string;
  about: string;
}

/** What can be typed in place of a message. */
export const COMMANDS: readonly Command[] = [
  { name: 'stop', about: 'Stop what is being said; what was said stays' },
  { name: 'pause', about: 'Nobody else begins until it is resumed' },
  { name: 'resume', about: 'Let it go on' },
  { name: 'mode', argument: '<mode>', about: 'Change who speaks next' },
  { name: 'topic', argument: '<text>', about: 'Give it another topic' },
  { name: 'end', about: 'End it for good' },
];

export type ParsedCommand =
  | { kind: 'verb'; verb: 'interrupt' | 'pause' | 'resume' | 'end' }
  | { kind: 'mode'; mode: ConversationMode }
  | { kind: 'topic'; topic: string }
  | { kind: 'refused'; why: string };

const VERBS = { stop: 'interrupt', pause: 'pause', resume: 'resume', end: 'end' } as const;
const isVerb = (name: string): name is keyof typeof VERBS => name in VERBS;

/** The command that a text is; null where it is a message. A path such as `/etc/hosts` is none. */
export function commandOf(text: string): ParsedCommand | null {
  const typed = /^\/([a-z]+)(?:\s+([\s\S]*))?$/.exec(text.trim());
  if (typed === null) return null;
  const [, name = '', rest = ''] = typed;
  const argument = rest.trim();
  if (isVerb(name)) return { kind: 'verb', verb: VERBS[name] };
  if (name === 'mode') return modeOf(argument);
  if (name === 'topic')
    return argument === ''
      ? { kind: 'refused', why: 'Say the topic: /topic <text>.' }
      : { kind: 'topic', topic: argument };
  const known = COMMANDS.map((command) => `/${command.name}`).join(', ');
  return { kind: 'refused', why: `There is no command /${name}. There are ${known}.` };
}

function modeOf(argument: string): ParsedCommand {
  const wanted = argument.toLowerCase().replace(/[^a-z]/g, '');
  const mode = ConversationMode.options.find((option) =>
    [option, MODES[option].label].some((name) => name.toLowerCase().replace(/[^a-z]/g, '') === wanted),
  );
  if (mode !== undefined) return { kind: 'mode', mode };
  return { kind: 'refused', why: `Say one of ${ConversationMode.options.join(', ')}.` };
}
