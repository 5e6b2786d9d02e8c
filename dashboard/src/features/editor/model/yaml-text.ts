import { Document, isMap, isScalar, parseDocument, visit } from 'yaml';

import { type Draft, DraftGraph, jsonOf, readDraft } from './draft.ts';

/** As people read it: what a node is comes first, where it stands on the canvas last and on one line. */
export function draftToYaml(draft: Draft): string {
  const document = new Document(jsonOf(inOrder(draft)), { aliasDuplicateObjects: false });
  visit(document, {
    Pair(_, pair) {
      if (isScalar(pair.key) && pair.key.value === 'position' && isMap(pair.value)) pair.value.flow = true;
    },
  });
  return document.toString({ lineWidth: 110, blockQuote: 'literal' });
}

/** The graphs inside maps come from the database, which keeps no order of fields. */
function inOrder<Graph extends DraftGraph>(graph: Graph): Graph {
  return {
    ...graph,
    nodes: graph.nodes.map((node) => {
      const inside = DraftGraph.safeParse(node.config['pipeline']);
      if (node.type !== 'map' || !inside.success) return node;
      return { ...node, config: { ...node.config, pipeline: jsonOf(inOrder(inside.data)) } };
    }),
  };
}

/** Where in a text something is wrong. */
export interface Mistake {
  from: number;
  to: number;
  message: string;
}

export type ReadYaml =
  { ok: true; draft: Draft } | { ok: false; message: string; line: number | null; mistake: Mistake | null };

const MAX_ALIASES = 50;

/** What a YAML text says, or why it cannot be read and where. */
export function yamlToDraft(text: string): ReadYaml {
  const document = parseDocument(text, { schema: 'core', merge: false });
  const [mistake] = document.errors;
  if (mistake !== undefined) {
    const [first = mistake.message] = mistake.message.split('\n');
    const words = first.replace(/ at line \d+, column \d+:?$/, '');
    const [from, to] = mistake.pos;
    const place = { from, to: Math.max(to, from + 1), message: words };
    return { ok: false, message: words, line: mistake.linePos?.[0].line ?? null, mistake: place };
  }
  try {
    const read = readDraft(document.toJS({ maxAliasCount: MAX_ALIASES }));
    return read.ok ? read : { ...read, line: null, mistake: null };
  } catch (error) {
    return {
      ok: false,
      message: error instanceof Error ? error.message : String(error),
      line: null,
      mistake: null,
    };
  }
}
