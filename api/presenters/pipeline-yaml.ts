import { parseDocument, stringify } from 'yaml';

import type { PipelineDefinition } from '../../contracts/pipeline.ts';
import { ProtocolProblem } from '../problem.ts';

/** References to anchors that one document may hold: enough for people, too few for a bomb. */
const MAX_ALIASES = 50;

export const definitionToYaml = (definition: PipelineDefinition): string =>
  stringify(definition, { lineWidth: 100 });

/** @throws ProtocolProblem for what is not YAML 1.2, with the place of the first mistake */
export function definitionFromYaml(text: string): unknown {
  const document = parseDocument(text, { schema: 'core', merge: false });
  const [mistake] = document.errors;
  if (mistake !== undefined) throw notYaml(mistake.message);
  try {
    const definition: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    return definition;
  } catch (error) {
    if (error instanceof ReferenceError) throw notYaml(error.message); // More aliases than that.
    throw error;
  }
}

const notYaml = (why: string): ProtocolProblem =>
  new ProtocolProblem('malformed-request', `The body is not YAML that can be read: ${why}`);
