import { GatheringFailure } from '../../../contracts/failure.ts';
import type { Json, JsonObject } from '../../../contracts/json.ts';
import { isJsonObject } from '../../../contracts/json.ts';
import type { TextMeter } from '../document-limits.ts';
import { createTextMeter, tooDeep } from '../document-limits.ts';
import { createOutline } from '../outline.ts';
import type { Section } from '../section.ts';

/** Beyond that no person has written it. */
const MAX_DEPTH = 200;
const NOWHERE = { page: null, firstLine: null, cutBetween: 'lines' } as const;

/**
 * Written out as an indented list of names and values. Each property of the outermost object that holds more than one value is a section.
 * A file of one JSON value a line is read as their list.
 */
export const readJson = (text: string): Section[] => {
  const value = parseJson(text);
  const outline = createOutline();
  const meter = createTextMeter();
  if (!isJsonObject(value)) {
    outline.text({ content: write(value, meter), ...NOWHERE });
    return outline.sections();
  }
  const plain = Object.entries(value).filter(([, part]) => !isFilled(part));
  outline.text({ content: write(Object.fromEntries(plain), meter), ...NOWHERE });
  for (const [name, part] of Object.entries(value))
    if (isFilled(part)) {
      outline.heading(1, name, NOWHERE);
      outline.text({ content: write(part, meter), ...NOWHERE });
    }
  return outline.sections();
};

const parseJson = (text: string): Json => {
  try {
    return JSON.parse(text) as Json; // What it gives is of no other type.
  } catch (cause) {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    const values = lines.length > 1 ? parseLines(lines) : undefined;
    if (values !== undefined) return values;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new GatheringFailure('InvalidInput', `The file is not valid JSON: ${reason}`, { cause });
  }
};

const parseLines = (lines: readonly string[]): Json[] | undefined => {
  try {
    return lines.map((line) => JSON.parse(line) as Json); // As above.
  } catch {
    return undefined; // Of the two readings the other one's failure is told.
  }
};

const isFilled = (value: Json): value is Json[] | JsonObject =>
  typeof value === 'object' && value !== null && Object.keys(value).length > 0;

interface Place {
  /** What the first line of a value begins with, and what the others do. */
  first: string;
  others: string;
  depth: number;
}

const write = (value: Json, meter: TextMeter): string => {
  const lines: string[] = [];
  const add = (text: string, { first, others }: Place): void => {
    for (const [index, line] of text.split('\n').entries())
      lines.push(meter.count(`${index === 0 ? first : others}${line}`));
  };
  const writeProperty = (name: string, part: Json, { first, others, depth }: Place): void => {
    const inner = { first: `${others}  `, others: `${others}  `, depth: depth + 1 };
    if (isFilled(part)) {
      lines.push(meter.count(`${first}${name}:`));
      writeValue(part, inner);
    } else writeValue(part, { ...inner, first: `${first}${name}: ` });
  };
  const writeValue = (part: Json, place: Place): void => {
    if (place.depth > MAX_DEPTH) throw tooDeep(MAX_DEPTH);
    const { others, depth } = place;
    let first = place.first;
    if (!isFilled(part)) add(typeof part === 'string' ? part : JSON.stringify(part), place);
    else if (Array.isArray(part))
      for (const item of part) {
        writeValue(item, { first: `${first}- `, others: `${others}  `, depth: depth + 1 });
        first = others;
      }
    else
      for (const [name, inner] of Object.entries(part)) {
        writeProperty(name, inner, { first, others, depth });
        first = others;
      }
  };
  if (isFilled(value) || !isJsonObject(value)) writeValue(value, { first: '', others: '', depth: 0 });
  return lines.join('\n');
};
