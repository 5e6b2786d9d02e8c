/** What a number in brackets stands for: `to` is an address of this site. */
export interface Cite {
  number: number;
  to: string;
  /** What it is, for who hovers over it or hears it. */
  words: string;
}

/** As much of a Markdown tree as is looked at here. */
interface Node {
  type: string;
  value?: string;
  identifier?: string;
  url?: string;
  children?: Node[];
}

const IN_BRACKETS = /\[(\d{1,4})\]/g;

/** A plugin that makes links of the numbers in brackets that are known; others stay text, and so does everything in code. */
export function citing(cites: readonly Cite[]): () => (tree: Node) => void {
  const known = new Map(cites.map(({ number, to }) => [String(number), to]));
  const linkOf = (number: string): Node | undefined => {
    const url = known.get(number);
    return url === undefined
      ? undefined
      : { type: 'link', url, children: [{ type: 'text', value: `[${number}]` }] };
  };
  const visit = (node: Node): void => {
    if (node.children === undefined) return;
    node.children = node.children.flatMap((child): Node[] => {
      if (child.type === 'text') return inText(child.value ?? '', linkOf);
      // `[1]: …` below makes a reference of it, which is meant as the same citation.
      const reference = child.type === 'linkReference' ? linkOf(child.identifier ?? '') : undefined;
      if (reference !== undefined) return [reference];
      if (child.type !== 'link') visit(child);
      return [child];
    });
  };
  return () => visit;
}

function inText(text: string, linkOf: (number: string) => Node | undefined): Node[] {
  const nodes: Node[] = [];
  let from = 0;
  for (const match of text.matchAll(IN_BRACKETS)) {
    const link = linkOf(match[1] ?? '');
    if (link === undefined) continue;
    if (match.index > from) nodes.push({ type: 'text', value: text.slice(from, match.index) });
    nodes.push(link);
    from = match.index + match[0].length;
  }
  if (from < text.length || nodes.length === 0) nodes.push({ type: 'text', value: text.slice(from) });
  return nodes;
}
