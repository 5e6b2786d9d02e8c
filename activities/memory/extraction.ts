import { z } from 'zod';

import type { JsonSchema } from '../../contracts/json.ts';
import { Importance, MEMORY_CHARACTERS } from '../../contracts/memory.ts';
import type { Line } from '../../store/conversation-context.ts';

/** So many facts are taken from one stretch of messages. */
const MOST_FACTS = 20;

/** What a model writes of the facts in some messages; numbers that stand for nothing are left out later. */
export const ExtractedFacts = z.object({
  facts: z
    .array(
      z.object({
        content: z.string(),
        importance: Importance.catch(0.5),
        tags: z.array(z.string()).catch([]),
        from: z.number(),
        until: z.number(),
        supersedes: z.array(z.number()).catch([]),
      }),
    )
    .transform((facts) => facts.slice(0, MOST_FACTS)),
});
export type ExtractedFact = z.infer<typeof ExtractedFacts>['facts'][number];

export const ExtractedEpisode = z.object({ episode: z.string() });

export const FACTS_SCHEMA: JsonSchema = {
  type: 'object',
  properties: {
    facts: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          content: { type: 'string', description: 'One statement that stands for itself' },
          importance: { type: 'number', description: '0: trifling, 1: vital' },
          tags: { type: 'array', items: { type: 'string' } },
          from: { type: 'integer', description: 'Number of the first message in which it stands' },
          until: { type: 'integer', description: 'Number of the last one' },
          supersedes: { type: 'array', items: { type: 'integer' }, description: 'Numbers of known facts' },
        },
        required: ['content', 'importance', 'tags', 'from', 'until', 'supersedes'],
        additionalProperties: false,
      },
    },
  },
  required: ['facts'],
  additionalProperties: false,
};

export const EPISODE_SCHEMA: JsonSchema = {
  type: 'object',
  properties: { episode: { type: 'string', description: 'The conversation told short' } },
  required: ['episode'],
  additionalProperties: false,
};

/** A fact that can be kept: within the messages that it was taken from, of a length that is allowed, and not known already. */
export interface SoundFact extends ExtractedFact {
  /** From whose words it was taken; null where no person said it. */
  personId: string | null;
}

/**
 * What of a model's facts can be kept. A place outside of the messages is all of them.
 * @param known what is remembered already, as it stands there
 */
export function soundFacts(
  facts: readonly ExtractedFact[],
  lines: readonly Line[],
  known: readonly string[],
): SoundFact[] {
  const first = lines[0]?.sequence ?? 0;
  const last = lines.at(-1)?.sequence ?? 0;
  const seen = new Set(known.map(wordsOnly));
  return facts.flatMap((fact) => {
    const content = fact.content.trim().slice(0, MEMORY_CHARACTERS);
    if (wordsOnly(content) === '' || seen.has(wordsOnly(content))) return [];
    seen.add(wordsOnly(content));
    const isInside = first <= fact.from && fact.from <= fact.until && fact.until <= last;
    const place = isInside ? { from: fact.from, until: fact.until } : { from: first, until: last };
    const speakers = lines.filter(
      ({ sequence, author }) => author.kind === 'user' && sequence >= place.from && sequence <= place.until,
    );
    const tags = fact.tags.map((tag) => tag.trim().slice(0, 60)).filter((tag) => tag !== '');
    return [{ ...fact, ...place, content, tags: tags.slice(0, 5), personId: speakers[0]?.author.id ?? null }];
  });
}

const wordsOnly = (text: string): string =>
  text
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu)
    ?.join(' ') ?? '';
