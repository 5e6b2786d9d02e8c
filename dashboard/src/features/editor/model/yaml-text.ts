import { parseDocument, stringify } from 'yaml';

import { type Draft, readDraft } from './draft.ts';

/** As it is exported, places on the canvas included. */
export function draftToYaml(draft: Draft): string {
  return stringify(draft, { lineWidth: 110, blockQuote: 'literal', aliasDuplicateObjects: false });
}

export type ReadYaml = { ok: true; draft: Draft } | { ok: false; message: string; line: number | null };

const MAX_ALIASES = 50;

/** What a YAML text says, or why it cannot be read and where. */
export function yamlToDraft(text: string): ReadYaml {
  const document = parseDocument(text, { schema: 'core', merge: false });
  const [mistake] = document.errors;
  if (mistake !== undefined)
    return {
      ok: false,
      message: mistake.message.split('\n')[0] ?? mistake.message,
      line: mistake.linePos?.[0].line ?? null,
    };
  try {
    const read = readDraft(document.toJS({ maxAliasCount: MAX_ALIASES }));
    return read.ok ? read : { ...read, line: null };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error), line: null };
  }
}
