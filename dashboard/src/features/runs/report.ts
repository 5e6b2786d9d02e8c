import { isJsonObject, type Json } from '../../../../contracts/json.ts';

/** A text among a run's outputs that is meant to be read. */
export interface Report {
  /** Where it stands in the output, as in `editor.text`. */
  place: string;
  text: string;
}

const DEPTH = 4;
/** Shorter texts are values, not reports. */
const SHORTEST = 60;

/** The longest text of a run's output, if there is one that is worth rendering. */
export function reportOf(output: Json | undefined): Report | undefined {
  if (output === undefined) return undefined;
  return textsIn(output, '', DEPTH).reduce<Report | undefined>(
    (longest, found) => (longest === undefined || found.text.length > longest.text.length ? found : longest),
    undefined,
  );
}

function textsIn(value: Json, place: string, depth: number): Report[] {
  if (typeof value === 'string') return value.length >= SHORTEST ? [{ place, text: value }] : [];
  if (depth === 0 || !isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    textsIn(inner, place === '' ? key : `${place}.${key}`, depth - 1),
  );
}
