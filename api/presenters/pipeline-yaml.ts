import { type Document, isScalar, LineCounter, parseDocument, stringify, visit, type YAMLError } from 'yaml';

import type { PipelineDefinition } from '../../contracts/pipeline.ts';
import { ProtocolProblem } from '../problem.ts';

/** References to anchors that one document may hold: enough for people, too few for a bomb. */
const MAX_ALIASES = 50;
/** The largest definition that is taken has about half of that. */
const MAX_MARKS = 80_000;
/** What may begin another value, be it where none may stand: a line can hold as many mistakes as words. */
const MARKS = /[\n,[{]|(?<=[ \t])["'?!&*-]/g;
const BYTE_ORDER_MARK = '\uFEFF';

/** The same definition is always the same text, and reading that gives the same definition. */
export const definitionToYaml = (definition: PipelineDefinition): string =>
  stringify(definition, { lineWidth: 100, aliasDuplicateObjects: false });

/**
 * Reads YAML 1.2 that says nothing but JSON: no tags, no merges, keys are texts. What it holds is the validator's to check.
 * @throws ProtocolProblem for anything else, with the place of the first mistake
 */
export function definitionFromYaml(text: string): unknown {
  if (text.startsWith(BYTE_ORDER_MARK))
    throw notYaml('it begins with a byte order mark: save it as UTF-8 without one');
  // Looked at first: reading a list of a million numbers would keep everybody else waiting.
  if ((text.match(MARKS)?.length ?? 0) > MAX_MARKS)
    throw new ProtocolProblem('too-large', `The YAML must not hold more than ${MAX_MARKS} values.`);
  const lineCounter = new LineCounter();
  const document = parseDocument(text, {
    ...{ lineCounter, prettyErrors: false }, // Pretty ones cost a whole line each, and each is made.
    ...{ schema: 'core', merge: false, resolveKnownTags: false, stringKeys: true },
    uniqueKeys: false, // It would compare each key with each other one.
  });
  const mistake = document.errors[0] ?? document.warnings[0];
  if (mistake !== undefined) throw notYaml(inWords(mistake, lineCounter));
  refuseDuplicates(document);
  try {
    const definition: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    return definition;
  } catch (error) {
    if (error instanceof ReferenceError) throw notYaml(error.message); // An unknown anchor, or more aliases than that.
    throw error;
  }
}

/** @throws ProtocolProblem naming the first key that stands twice in one object */
function refuseDuplicates(document: Document): void {
  visit(document, {
    Map: (_, { items }) => {
      const keys = new Set<string>();
      for (const { key } of items) {
        const name = String(isScalar(key) ? key.value : key);
        if (keys.has(name)) throw notYaml(`the key "${name.slice(0, 80)}" stands twice in one object`);
        keys.add(name);
      }
    },
  });
}

function inWords({ message, pos: [offset] }: YAMLError, lineCounter: LineCounter): string {
  if (message.startsWith('Maximum call stack')) return 'it is nested too deeply';
  const { line, col } = lineCounter.linePos(offset);
  return `${message} at line ${line}, column ${col}`;
}

const notYaml = (why: string): ProtocolProblem =>
  new ProtocolProblem('malformed-request', `The body is not YAML that can be read: ${why}`);
