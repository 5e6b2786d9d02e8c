import { ConversationMode } from '../../contracts/conversation-settings.ts';
import { Json } from '../../contracts/json.ts';

/** What a line that a person enters asks for. */
export type ChatCommand =
  | { kind: 'say'; content: string }
  | { kind: 'control'; verb: 'pause' | 'resume' | 'interrupt' | 'end' }
  | { kind: 'mode'; mode: ConversationMode }
  | {
      kind: 'decide';
      decide: { decision: 'approve' | 'reject'; comment?: string; edit?: Json; always?: true };
    }
  | { kind: 'help' }
  | { kind: 'leave' }
  | { kind: 'wrong'; message: string };

export const CHAT_HELP = `/stop               stop what agents say
/pause, /resume     nobody else begins; go on
/mode <mode>        ${ConversationMode.options.join(', ')}
/approve [why]      let an agent call the tool that it asks for; /always: from now on without asking
/edit <json>        let it, with these arguments
/reject [why]       do not let it; the agent hears why
/end                end the conversation for good
/quit               leave; the conversation goes on (so do Ctrl-C and Ctrl-D)
//…                 say something that begins with a slash`;

/** Reads one line: a command where it begins with a slash, else something to say; null for an empty one. */
export function chatCommandOf(line: string): ChatCommand | null {
  const text = line.trim();
  if (text === '') return null;
  if (!text.startsWith('/')) return { kind: 'say', content: line };
  if (text.startsWith('//')) return { kind: 'say', content: text.slice(1) };
  const [, word = '', rest = ''] = /^\/(\S*)\s*([^]*)$/.exec(text) ?? [];
  switch (word) {
    case 'stop':
      return { kind: 'control', verb: 'interrupt' };
    case 'pause':
    case 'resume':
    case 'end':
      return { kind: 'control', verb: word };
    case 'mode': {
      const mode = ConversationMode.safeParse(rest);
      if (mode.success) return { kind: 'mode', mode: mode.data };
      return { kind: 'wrong', message: `The modes are ${ConversationMode.options.join(', ')}.` };
    }
    case 'approve':
    case 'always':
    case 'reject':
      return decisionOf(word, rest);
    case 'edit':
      return editOf(rest);
    case 'help':
      return { kind: 'help' };
    case 'quit':
    case 'exit':
      return { kind: 'leave' };
    default:
      return { kind: 'wrong', message: `There is no /${word}. /help tells what there is.` };
  }
}

function decisionOf(word: 'approve' | 'always' | 'reject', rest: string): ChatCommand {
  const comment = rest === '' ? {} : { comment: rest };
  if (word === 'reject') return { kind: 'decide', decide: { decision: 'reject', ...comment } };
  return {
    kind: 'decide',
    decide: { decision: 'approve', ...comment, ...(word === 'always' ? { always: true } : {}) },
  };
}

function editOf(rest: string): ChatCommand {
  try {
    return { kind: 'decide', decide: { decision: 'approve', edit: Json.parse(JSON.parse(rest)) } };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { kind: 'wrong', message: `These are no arguments as JSON: ${why}` };
  }
}
