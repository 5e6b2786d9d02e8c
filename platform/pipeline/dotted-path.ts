export type PathPart = string | number;

const IDENTIFIER = /^[A-Za-z_$][A-Za-z0-9_$]*$/;
const LONGEST_SHOWN = 80;

/** A text as a message may show it: user's texts can be of any length. */
export const shown = (text: string): string =>
  text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;

/** `nodes[3].config.headers["x-id"]`: the form of every `path` in a problem. */
export function dotted(base: string, ...parts: readonly PathPart[]): string {
  let path = base;
  for (const part of parts) {
    if (typeof part === 'number') path += `[${part}]`;
    else if (!IDENTIFIER.test(part) || part.length > LONGEST_SHOWN)
      path += `[${JSON.stringify(shown(part))}]`;
    else path += path === '' ? part : `.${part}`;
  }
  return path;
}

const MOST_SHOWN = 8;

/** `a, b, c and 14 more`, for messages that name what there is. */
export function listed(names: Iterable<string>): string {
  const all = [...names];
  if (all.length === 0) return 'none';
  const first = all.slice(0, MOST_SHOWN).map(shown).join(', ');
  return all.length > MOST_SHOWN ? `${first} and ${all.length - MOST_SHOWN} more` : first;
}
