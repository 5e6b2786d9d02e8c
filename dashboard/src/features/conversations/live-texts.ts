import { z } from 'zod';

import { growText, type StreamedText } from '../../lib/streamed-text.ts';
import { without } from '../../lib/without.ts';
import type { ConversationMessage } from './live.ts';
import { turnNumberOf } from './live-turns.ts';

/** What a turn is writing: the text of its latest model call. */
export interface TurnText extends StreamedText {
  step: number;
}

/** By the number of their turn. */
export type TurnTexts = Readonly<Record<number, TurnText>>;

const PieceData = z.object({
  turnId: z.string(),
  step: z.number().int(),
  attempt: z.number().int(),
  text: z.string(),
  offset: z.number().int().optional(),
});
const EventData = z.object({
  turnId: z.string(),
  attempt: z.number().int().optional(),
  /** `tool.<step>.<index>` */
  call: z.string().optional(),
});
type EventData = z.infer<typeof EventData>;

const OVER = ['turn.completed', 'turn.stopped', 'turn.failed'];

/** The texts after some messages. A later attempt or call takes the place of what was written before it. */
export function foldTexts(texts: TurnTexts, messages: readonly ConversationMessage[]): TurnTexts {
  let folded = texts;
  for (const { type, data } of messages) {
    const event = EventData.safeParse(data);
    const number = event.success ? turnNumberOf(event.data.turnId) : undefined;
    if (!event.success || number === undefined) continue;
    const held = folded[number];
    if (type === 'turn.snapshot' || type === 'turn.delta') {
      const next = grown(held, data);
      if (next !== undefined) folded = { ...folded, [number]: next };
    } else if (held !== undefined && OVER.includes(type)) {
      folded = without(folded, number);
    } else if (held !== undefined && isVoid(held, type, event.data)) {
      folded = { ...folded, [number]: { ...held, text: '' } };
    }
  }
  return folded;
}

/** What a failed attempt wrote, and what was said before a tool was called. Events may come later than what follows them. */
function isVoid(text: TurnText, type: string, { attempt, call }: EventData): boolean {
  if (type === 'turn.retrying') return attempt === undefined || text.attempt <= attempt;
  if (type !== 'tool.started' && type !== 'approval.requested') return false;
  return text.step <= Number(/^tool\.(\d+)\./.exec(call ?? '')?.[1] ?? Number.POSITIVE_INFINITY);
}

function grown(held: TurnText | undefined, data: Record<string, unknown>): TurnText | undefined {
  const piece = PieceData.safeParse(data);
  if (!piece.success) return undefined;
  const { step } = piece.data;
  if (held !== undefined && step < held.step) return undefined;
  const next = growText(held?.step === step ? held : undefined, piece.data);
  return next && { ...next, step };
}
