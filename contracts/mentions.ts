/** Whom a text can mention. */
export interface Mentionable {
  id: string;
  name: string;
}

/** Mentions everybody who can be mentioned. */
export const EVERYONE = 'everyone';

/** Fenced blocks, then code within a line: what stands there is quoted, not said to anybody. */
const CODE =
  /^ {0,3}(`{3,}|~{3,})[^\n]*(?:\n[\s\S]*?(?:^ {0,3}\1[`~]*[ \t]*$|$(?![\s\S]))|$(?![\s\S]))|(`+)(?!`)[\s\S]*?[^`]\2(?!`)/gm;
const WORD = /[\p{L}\p{N}_]/u;
/** Before an `@` that begins no mention: that of an e-mail address, a package or a path. */
const BEFORE_ADDRESS = /[\p{L}\p{N}_.+\-/@]/u;

/**
 * The ids of those whom a text mentions as `@name`, in the order of their first mention, whatever the case. The longest name that fits
 * counts, and it has to end there: `@Anna Lee` is not Anna where there is an Anna Lee, and `@Annabel` is nobody where there is Anna.
 * `@everyone` is all of them. Nothing in code or in an e-mail address is a mention.
 */
export function mentionsIn(text: string, members: readonly Mentionable[]): string[] {
  const longestFirst = members
    .filter(({ name }) => name !== '')
    .map(({ id, name }) => ({ id, name: name.toLowerCase() }))
    .sort((a, b) => b.name.length - a.name.length);
  const said = text.replace(CODE, (code) => ' '.repeat(code.length));
  const found = new Set<string>();
  for (let at = said.indexOf('@'); at !== -1; at = said.indexOf('@', at + 1)) {
    if (at > 0 && BEFORE_ADDRESS.test(said.charAt(at - 1))) continue;
    const named = longestFirst.find(({ name }) => standsAt(said, at + 1, name));
    if (named !== undefined) found.add(named.id);
    else if (standsAt(said, at + 1, EVERYONE)) for (const { id } of members) found.add(id);
  }
  return [...found];
}

/** Whether a name in lower case stands there and ends there. */
function standsAt(text: string, from: number, name: string): boolean {
  const end = from + name.length;
  if (text.slice(from, end).toLowerCase() !== name) return false;
  return !WORD.test(text.charAt(end));
}
