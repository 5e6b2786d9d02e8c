import { styleText } from 'node:util';

import { z } from 'zod';

import type { StoredEvent, StreamMessage } from '../../contracts/event.ts';
import { Failure } from '../../contracts/failure.ts';
import { Json } from '../../contracts/json.ts';

/** A piece of what is shown, as it is to be written. `words` are what is said; `about` is everything about it. */
export interface Piece {
  kind: 'words' | 'about';
  text: string;
}

const Particulars = z.looseObject({
  turnId: z.string().optional(),
  agentName: z.string().optional(),
  reason: z.string().optional(),
  author: z.object({ kind: z.string(), name: z.string() }).optional(),
  content: z.string().optional(),
  clientMessageId: z.string().optional(),
  name: z.string().optional(),
  arguments: Json.optional(),
  result: z.string().optional(),
  title: z.string().optional(),
  by: z.string().optional(),
  decision: z.string().optional(),
  comment: z.string().optional(),
  mode: z.string().optional(),
  termination: z.string().optional(),
  error: Failure.optional(),
});
type Particulars = z.infer<typeof Particulars>;

/** What has been written of the turn that is being shown. */
interface Shown {
  turnId: string;
  step: number;
  attempt: number;
  text: string;
}

/**
 * Turns what happens in a conversation into what a person reads. Of agents that speak at the same time, one is shown while it speaks, the
 * others when they have spoken.
 */
export function createTranscript({ isOwn }: { isOwn: (clientMessageId: string) => boolean }) {
  const speakers = new Map<string, { name: string; reason: string }>();
  let shown: Shown | undefined;
  let atLineStart = true;
  let waiting: Particulars[] = [];

  const words = (text: string): Piece[] => {
    if (text === '') return [];
    atLineStart = text.endsWith('\n');
    return [{ kind: 'words', text }];
  };
  const newLine = (): Piece[] => (atLineStart ? [] : words('\n'));
  const about = (text: string): Piece[] => [...newLine(), { kind: 'about', text: `${text}\n` }];
  const heading = (turnId: string): Piece[] => {
    const { name = '', reason = '' } = speakers.get(turnId) ?? {};
    return about(`\n${styleText(['bold', 'cyan'], name)} ${styleText('gray', reason)}`.trimEnd());
  };
  /** From now on this turn is the one that is shown, if no other one is. */
  const take = (turnId: string): Piece[] => {
    if (shown !== undefined) return [];
    shown = { turnId, step: -1, attempt: 0, text: '' };
    return heading(turnId);
  };

  const stream = (message: StreamMessage): Piece[] => {
    if (message.type === 'typing' || !('step' in message.data)) return [];
    const { turnId, step, attempt, text } = message.data;
    const pieces = take(turnId);
    if (shown?.turnId !== turnId) return pieces;
    const offset = 'offset' in message.data ? message.data.offset : 0;
    if (shown.step !== step || shown.attempt !== attempt) {
      const again =
        shown.step === step && shown.text !== '' ? about(styleText('gray', '↻ again')) : newLine();
      shown = { turnId, step, attempt, text: '' };
      pieces.push(...again);
    }
    // What was missed comes with the message in which it ends.
    if (offset > shown.text.length) return pieces;
    const more = text.slice(shown.text.length - offset);
    shown.text += more;
    return [...pieces, ...words(more)];
  };

  const message = (particulars: Particulars): Piece[] => {
    const { turnId, author, content = '', clientMessageId } = particulars;
    if (turnId === undefined) {
      if (clientMessageId !== undefined && isOwn(clientMessageId)) return [];
      return [...about(`\n${styleText('bold', author?.name ?? '')}`), ...words(`${content}\n`)];
    }
    if (shown !== undefined && shown.turnId !== turnId) {
      waiting.push(particulars);
      return [];
    }
    if (!speakers.has(turnId)) speakers.set(turnId, { name: author?.name ?? '', reason: '' });
    const pieces = take(turnId);
    const streamed = shown?.text ?? '';
    shown = undefined;
    if (streamed !== '' && !content.startsWith(streamed)) pieces.push(...newLine(), ...words(content));
    else pieces.push(...words(content.slice(streamed.length)));
    pieces.push(...newLine());
    const next = waiting;
    waiting = [];
    return [...pieces, ...next.flatMap(message)];
  };

  return {
    stream,
    event({ type, data }: StoredEvent): Piece[] {
      const particulars = Particulars.parse(data);
      const { turnId, agentName: name = '', reason = '' } = particulars;
      if (type === 'turn.started' && turnId !== undefined) speakers.set(turnId, { name, reason });
      if (type === 'message') return message(particulars);
      const line = lineOf(type, particulars);
      if (line === null) return [];
      const isOfTurn = turnId !== undefined && (type.startsWith('tool.') || type === 'approval.requested');
      return [...(isOfTurn ? take(turnId) : []), ...about(line)];
    },
  };
}

function lineOf(type: string, particulars: Particulars): string | null {
  const { name = '', result = '', reason, error, by = '', mode, decision = '', comment } = particulars;
  const gray = (text: string): string => styleText('gray', text);
  switch (type) {
    case 'tool.started':
      return gray(`  ⚙ ${name} ${brief(particulars.arguments)}`);
    case 'tool.completed':
      return gray(`  ✓ ${name} ${brief(result)}`);
    case 'tool.failed':
    case 'tool.rejected':
      return `  ${styleText('red', '✗')} ${name} ${brief(result)}`;
    case 'approval.requested':
      return [
        `  ${styleText('yellow', '?')} ${particulars.title ?? ''} ${brief(particulars.arguments)}`,
        gray('    /approve  /always  /edit <json>  /reject <why>'),
      ].join('\n');
    case 'approval.decided':
      return gray(`  ${by}: ${comment === undefined ? decision : `${decision}, ${comment}`}`);
    case 'turn.retrying':
      return gray(`  ↻ ${error?.message ?? ''}`);
    case 'turn.stopped':
      return gray('  (stopped)');
    case 'turn.failed':
      return `  ${styleText('red', '✗')} ${error?.message ?? 'failed'}`;
    case 'conversation.changed':
      return mode === undefined ? null : gray(`${by} changed the mode to ${mode}`);
    case 'conversation.paused':
      return gray(`paused: ${reason ?? ''}; /resume goes on`);
    case 'conversation.resumed':
      return gray('goes on');
    case 'conversation.ended':
      return gray(`ended: ${reason ?? ''}`);
    case 'agent.joined':
    case 'user.joined':
      return gray(`${name} joined`);
    case 'agent.left':
    case 'user.left':
      return gray(`${name === '' ? 'somebody' : name} left`);
    default:
      return null; // Nothing to be read, or a newer server tells more than this program knows.
  }
}

const BRIEF = 120;

/** One line, however much it is. */
function brief(value: Json | undefined): string {
  const text = (typeof value === 'string' ? value : JSON.stringify(value ?? ''))
    .replaceAll(/\s+/g, ' ')
    .trim();
  return text.length > BRIEF ? `${text.slice(0, BRIEF)}…` : text;
}
