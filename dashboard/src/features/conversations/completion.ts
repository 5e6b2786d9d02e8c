import { EVERYONE } from '../../../../contracts/mentions.ts';
import { COMMANDS } from './commands.ts';

export interface Suggestion {
  /** What takes the place of what was typed. */
  insert: string;
  label: string;
  about: string;
}

export interface Completion {
  kind: 'mention' | 'command';
  /** The part of the text that a suggestion takes the place of. */
  from: number;
  to: number;
  suggestions: readonly Suggestion[];
}

/** Whom or what can be named in a message. */
export interface Completable {
  members: readonly { id: string; name: string; about: string }[];
}

const LONGEST_NAME = 80;

/** What could be meant at the caret: a member after `@`, a command after `/` at the very beginning; null for neither. */
export function completionAt(text: string, caret: number, { members }: Completable): Completion | null {
  return commandAt(text, caret) ?? mentionAt(text, caret, members);
}

function commandAt(text: string, caret: number): Completion | null {
  const typed = /^\/([a-z]*)$/.exec(text.slice(0, caret));
  if (typed === null || text.slice(caret).trim() !== '') return null;
  const suggestions = COMMANDS.filter(({ name }) => name.startsWith(typed[1] ?? '')).map(
    ({ name, argument, about }) => ({
      insert: argument === undefined ? `/${name}` : `/${name} `,
      label: argument === undefined ? `/${name}` : `/${name} ${argument}`,
      about,
    }),
  );
  return suggestions.length === 0 ? null : { kind: 'command', from: 0, to: caret, suggestions };
}

function mentionAt(text: string, caret: number, members: Completable['members']): Completion | null {
  const before = text.slice(Math.max(0, caret - LONGEST_NAME - 1), caret);
  const at = before.lastIndexOf('@');
  if (at === -1 || (at > 0 && !/[\s([{"'“]/u.test(before.charAt(at - 1)))) return null;
  const typed = before.slice(at + 1).toLowerCase();
  if (typed.includes('\n')) return null;
  const everyone = { id: EVERYONE, name: EVERYONE, about: 'All agents here' };
  const suggestions = [...members, ...(members.length > 1 ? [everyone] : [])]
    .filter(({ name }) => name.toLowerCase().startsWith(typed))
    .map(({ name, about }) => ({ insert: `@${name} `, label: name, about }));
  const done = suggestions.some(({ label }) => typed === `${label.toLowerCase()} `);
  if (suggestions.length === 0 || done) return null;
  return { kind: 'mention', from: caret - typed.length - 1, to: caret, suggestions };
}

/** The text with a suggestion in place of what was typed, and where the caret stands then. */
export function completed(
  text: string,
  { from, to }: Pick<Completion, 'from' | 'to'>,
  { insert }: Suggestion,
): { text: string; caret: number } {
  const after = text.slice(to);
  const joined = insert.endsWith(' ') && after.startsWith(' ') ? insert.trimEnd() : insert;
  return { text: text.slice(0, from) + joined + after, caret: from + insert.length };
}
