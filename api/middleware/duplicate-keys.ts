interface Open {
  /** Of an object; a list has none. */
  keys: Set<string> | undefined;
  expectsKey: boolean;
}

/**
 * The first key that stands twice in one object of a JSON text, of which a parser would keep one without a word; undefined where there
 * is none. Looks at each character about once, and follows nesting without recursion.
 * @param text JSON that has been parsed already
 */
export function findDuplicateKey(text: string): string | undefined {
  const open: Open[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const top = open.at(-1);
    switch (text[at]) {
      case '{':
        open.push({ keys: new Set(), expectsKey: true });
        break;
      case '[':
        open.push({ keys: undefined, expectsKey: false });
        break;
      case '}':
      case ']':
        open.pop();
        break;
      case ',':
        if (top !== undefined) top.expectsKey = top.keys !== undefined;
        break;
      case '"': {
        const end = endOfString(text, at);
        if (top?.keys !== undefined && top.expectsKey) {
          const key = String(JSON.parse(text.slice(at, end + 1)));
          if (top.keys.has(key)) return key;
          top.keys.add(key);
          top.expectsKey = false;
        }
        at = end;
        break;
      }
      default: // Part of a number or a word, or white space.
    }
  }
  return undefined;
}

/** Where the string that begins at a quote has its closing one: the first that an even number of backslashes stand before. */
function endOfString(text: string, from: number): number {
  for (let end = text.indexOf('"', from + 1); end > 0; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text[end - 1 - backslashes] === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return end;
  }
  return text.length;
}
