import { styleText } from 'node:util';

import { z } from 'zod';

export type PartName = 'start' | 'database' | 'temporal' | 'worker' | 'api';
type Colour = Parameters<typeof styleText>[0];

/** What one part's lines go through on their way to the terminal. */
export interface PartLog {
  /** A line that the part's process printed. */
  line: (text: string) => void;
  /** What the supervisor has to say about the part. */
  note: (level: 'info' | 'warn' | 'error', message: string) => void;
}

const PREFIX_COLOURS: Record<PartName, Colour> = {
  start: 'green',
  database: 'blue',
  temporal: 'magenta',
  worker: 'cyan',
  api: 'yellow',
};
const LEVEL_COLOURS: Record<string, Colour> = { error: 'red', warn: 'yellow', debug: 'gray' };
const Entry = z.looseObject({
  level: z.string(),
  message: z.string(),
  timestamp: z.string().optional(),
  error: z.looseObject({ message: z.string(), stack: z.string().optional() }).optional().catch(undefined),
});
type Entry = z.infer<typeof Entry>;
/** Said otherwise. */
const HIDDEN = new Set(['level', 'message', 'timestamp', 'part', 'error']);

/** Gives each part a coloured prefix and makes its JSON lines readable; in JSON format lines pass as they are. */
export function createConsoleLog(options: {
  json: boolean;
  write: (text: string) => void;
}): (part: PartName) => PartLog {
  return (part) => {
    const prefix = styleText(PREFIX_COLOURS[part], part.padEnd(8));
    const print = (text: string): void => {
      if (text.trim() === '') return;
      if (options.json) options.write(`${text}\n`);
      else options.write(`${readable(text).replaceAll(/^/gm, `${prefix} `)}\n`);
    };
    return {
      line: (text) => print(options.json ? asEntry(part, text) : text),
      note: (level, message) =>
        print(JSON.stringify({ level, message, part, timestamp: new Date().toISOString() })),
    };
  };
}

function asEntry(part: PartName, text: string): string {
  return parseEntry(text) === null && text.trim() !== ''
    ? JSON.stringify({ level: 'info', message: text, part, timestamp: new Date().toISOString() })
    : text;
}

function readable(text: string): string {
  const entry = parseEntry(text);
  if (entry === null) return text;
  const colour = LEVEL_COLOURS[entry.level];
  const message = colour === undefined ? entry.message : styleText(colour, entry.message);
  const particulars = Object.entries(entry)
    .filter(([name, value]) => !HIDDEN.has(name) && value !== undefined && value !== null)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const rest = particulars.length === 0 ? '' : ` ${styleText('gray', particulars.join(' '))}`;
  return `${styleText('gray', timeOf(entry.timestamp))} ${message}${errorOf(entry)}${rest}`;
}

/** Where it happened is of use only when it is an error. */
function errorOf({ level, error }: Entry): string {
  if (error === undefined) return '';
  return level === 'error' && error.stack !== undefined
    ? `\n${styleText('gray', error.stack)}`
    : `: ${error.message}`;
}

function timeOf(timestamp: string | undefined): string {
  const date = timestamp === undefined ? new Date() : new Date(timestamp);
  return date.toTimeString().slice(0, 8);
}

function parseEntry(text: string): Entry | null {
  if (!text.startsWith('{')) return null;
  try {
    return Entry.safeParse(JSON.parse(text)).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError) return null; // A line that only looks like JSON is shown as it is.
    throw error;
  }
}
