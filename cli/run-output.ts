import type { Json } from '../contracts/json.ts';
import { isJsonObject } from '../contracts/json.ts';

/**
 * A run's output as a person reads it: the texts of its sink nodes, one after another; JSON where there is none.
 * An agent's output is its `text`; a merge's holds the outputs of the branches that were taken.
 */
export function readableOutput(output: Json | undefined): string {
  if (output === undefined || output === null) return '';
  const texts = textsOf(output);
  return texts.length > 0 ? texts.join('\n\n') : JSON.stringify(output, null, 2);
}

function textsOf(output: Json): string[] {
  if (!isJsonObject(output)) return [];
  return Object.values(output).flatMap((value) => {
    if (typeof value === 'string') return [value];
    if (!isJsonObject(value)) return [];
    const named = ['report', 'text'].map((name) => value[name]).find((text) => typeof text === 'string');
    return named === undefined ? textsOf(value) : [named];
  });
}
