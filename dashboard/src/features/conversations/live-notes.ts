import { z } from 'zod';

import { ConversationMode } from '../../../../contracts/conversation-settings.ts';
import { MODES } from '../../lib/conversation-words.ts';
import { counted } from '../../lib/format.ts';
import { pathOf } from '../../lib/paths.ts';
import type { ConversationMessage } from './live.ts';

/** Something that was done with the conversation besides speaking, as far as it was heard live. */
export interface Note {
  /** Of the event that tells of it. */
  sequence: number;
  at: string;
  /** The e-mail address of who did it; undefined where nobody did. */
  by?: string;
  /** What they did, as the rest of a sentence. */
  did: string;
  /** Where more of it is shown. */
  to?: string;
}

const NoteData = z.object({
  timestamp: z.iso.datetime(),
  by: z.string().nullish(),
  mode: ConversationMode.optional(),
  topic: z.string().optional(),
  conversationId: z.string().optional(),
  memories: z.array(z.unknown()).optional(),
  reason: z.string().nullish(),
});

/** What has been heard, and what some events add to it, each once. */
export function foldNotes(held: readonly Note[], messages: readonly ConversationMessage[]): readonly Note[] {
  const known = new Set(held.map(({ sequence }) => sequence));
  const heard = messages.flatMap((message) => {
    const note = noteOf(message);
    return note === undefined || known.has(note.sequence) ? [] : [note];
  });
  return heard.length === 0 ? held : [...held, ...heard];
}

function noteOf({ type, sequence, data }: ConversationMessage): Note | undefined {
  const event = NoteData.safeParse(data);
  if (sequence === undefined || !event.success) return undefined;
  const { timestamp, by } = event.data;
  const did = deedOf(type, event.data);
  if (did === undefined) return undefined;
  const { conversationId } = event.data;
  return {
    ...{ sequence, at: timestamp, did },
    ...(by != null && by !== '' && { by }),
    ...(type === 'memory.remembered' &&
      conversationId !== undefined && { to: pathOf.memoryOf(conversationId) }),
  };
}

function deedOf(type: string, data: z.infer<typeof NoteData>): string | undefined {
  const { mode, topic, memories = [], reason } = data;
  if (type === 'conversation.paused') return 'paused the conversation';
  if (type === 'conversation.resumed') return 'resumed the conversation';
  if (type === 'memory.remembered')
    return memories.length === 0 ? undefined : `remembered ${counted(memories.length, 'thing')} of this`;
  if (type === 'memory.skipped') return `remembered nothing of this: ${reason ?? 'it was not possible'}`;
  if (type !== 'conversation.changed') return undefined;
  const parts = [
    ...(mode === undefined ? [] : [`changed the mode to ${MODES[mode].label}`]),
    ...(topic === undefined ? [] : ['changed the topic']),
  ];
  return parts.length === 0 ? undefined : parts.join(' and ');
}
