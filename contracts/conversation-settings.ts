import { z } from 'zod';

import { Duration, millisecondsOf } from './duration.ts';

/** Who speaks next, and when it is enough: one plain function each in `workflows/conversation/turn-taking`. */
export const ConversationMode = z.enum([
  'round_robin',
  'mention_based',
  'free_form',
  'facilitator_led',
  'handoff',
  'brainstorm',
  'debate',
  'review',
  'human_moderated',
]);
export type ConversationMode = z.infer<typeof ConversationMode>;

/** A condition that ends an exchange. `external` never does by itself: it stands for the end that a person or a program asks for. */
export const SimpleTermination = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('maxTurns'), turns: z.number().int().min(1).max(100_000) }),
  z.strictObject({ kind: z.literal('maxTokens'), tokens: z.number().int().min(1) }),
  z.strictObject({ kind: z.literal('maxCost'), usd: z.number().positive() }),
  z.strictObject({ kind: z.literal('maxDuration'), duration: Duration }),
  /** The text of the last turn holds it. */
  z.strictObject({ kind: z.literal('textMention'), text: z.string().min(1).max(200).default('[DONE]') }),
  /** The last turn of every agent that may speak said that it agrees. */
  z.strictObject({ kind: z.literal('consensus') }),
  /** Nobody has said anything for so long; the conversation ends then. */
  z.strictObject({ kind: z.literal('idle'), duration: Duration }),
  z.strictObject({ kind: z.literal('external') }),
]);
export type SimpleTermination = z.infer<typeof SimpleTermination>;

/** Terminations compose; at most four levels. */
export type Termination = SimpleTermination | { any: Termination[] } | { all: Termination[] };
const terminationOf = (depth: number): z.ZodType<Termination> => {
  if (depth === 0) return SimpleTermination;
  const inner = z
    .array(terminationOf(depth - 1))
    .min(1)
    .max(20);
  return z.union([SimpleTermination, z.strictObject({ any: inner }), z.strictObject({ all: inner })]);
};
export const Termination: z.ZodType<Termination> = terminationOf(3);

export const DEFAULT_TERMINATION: Termination = {
  any: [
    { kind: 'maxTurns', turns: 10 },
    { kind: 'textMention', text: '[DONE]' },
  ],
};

const Side = z.array(z.string().max(80)).min(1).max(50);

/** In less no model answers. */
const TurnTimeout = Duration.refine((text) => !(millisecondsOf(text) < 1000), {
  error: 'must be at least 1 second',
});

/**
 * Settings of a circle, which a conversation starts with and may override. An exchange begins with the topic or with what a
 * person says, and ends when its termination is reached or nobody is to speak: then the conversation waits for people.
 */
export const ConversationSettings = z.strictObject({
  termination: Termination.default(DEFAULT_TERMINATION),
  /** Of one turn, waits for people not counted. */
  turnTimeout: TurnTimeout.default('60 seconds'),
  /** Of a debate, a brainstorm, a review: rounds at most. */
  rounds: z.number().int().min(1).max(20).default(2),
  /** Hand-overs in one exchange at most (`handoff`). */
  maxHandovers: z.number().int().min(1).max(100).default(8),
  /** Names or ids of the agents of the two sides of a debate; without them the members alternate. */
  sides: z.tuple([Side, Side]).optional(),
});
export type ConversationSettings = z.infer<typeof ConversationSettings>;

/** Every result of an activity of a conversation carries its settings: those of a circle, with those in their place. */
const MAX_BYTES = 8 * 1024;
const isSmall = (settings: object): boolean =>
  new TextEncoder().encode(JSON.stringify(settings)).length <= MAX_BYTES;
const SMALL = `settings have at most ${MAX_BYTES} bytes of JSON`;

/** All of them, as somebody gives them to a circle. */
export const GivenSettings = ConversationSettings.refine(isSmall, SMALL);

const { rounds, maxHandovers, sides } = ConversationSettings.shape;
/** Some of them, in place of others: what is not named is left as it is, so nothing has a default here. */
export const SomeSettings = z
  .strictObject({
    termination: Termination,
    turnTimeout: TurnTimeout,
    rounds: rounds.unwrap(),
    maxHandovers: maxHandovers.unwrap(),
    sides: sides.unwrap(),
  })
  .partial()
  .refine(isSmall, SMALL);
export type SomeSettings = z.infer<typeof SomeSettings>;
