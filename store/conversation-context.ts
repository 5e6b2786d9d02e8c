import { z } from 'zod';

import { Agent } from '../contracts/agent.ts';
import { Participant, TurnPurpose } from '../contracts/conversation.ts';
import { ConversationMode, type ConversationSettings } from '../contracts/conversation-settings.ts';
import { Id } from '../contracts/ids.ts';
import type { Json } from '../contracts/json.ts';
import type { Queryable } from './pool.ts';
import { sql } from './pool.ts';

const Scene = z.object({
  topic: z.string(),
  mode: ConversationMode,
  // Checked before it was stored.
  settings: z.custom<ConversationSettings>((value) => typeof value === 'object' && value !== null),
  circle: z.object({ id: Id, name: z.string(), description: z.string() }).nullable(),
  turn: z.object({
    number: z.number(),
    branch: z.number(),
    /** Sequence of the message that opened its exchange; 0: the topic. */
    openedAt: z.number(),
    /** The last message that it has read when it began. */
    beganAfter: z.number(),
    purpose: TurnPurpose,
    reason: z.string(),
  }),
  /** As what its agent speaks; null: it may not any more. */
  role: Participant.shape.role.nullable(),
  agent: Agent.pick({
    id: true,
    name: true,
    role: true,
    provider: true,
    model: true,
    personality: true,
    instructions: true,
    tools: true,
    approveTools: true,
    memoryScopes: true,
    limits: true,
  }),
  members: z.array(Participant.extend({ agentRole: z.string().nullable() })),
  /** By suffix; `readUntil`: up to which message a model call has read what steers the turn. */
  effects: z.record(
    z.string(),
    z.object({ result: z.custom<Json>(), readUntil: z.number().nullable(), isDone: z.boolean() }),
  ),
  /** What people have said since it began, up to the last message that steers it. */
  steering: z.array(
    z.object({ sequence: z.number(), author: z.string(), content: z.string(), steers: z.boolean() }),
  ),
  summary: z.object({ text: z.string(), until: z.number() }).nullable(),
  /** Tools of its agent that need no approval here any more. */
  granted: z.array(z.string()),
});
/** What a step of a turn is written by, apart from the messages of the conversation. */
export type Scene = z.infer<typeof Scene>;

const SceneRow = z.object({ scene: Scene.nullable() });

export const Line = z
  .object({
    sequence: z.number(),
    author_kind: z.enum(['agent', 'user']),
    author_id: Id,
    author_name: z.string(),
    author_role: z.string().nullable(),
    content: z.string(),
    status: z.enum(['completed', 'stopped', 'failed']),
  })
  .transform(({ author_kind: kind, author_id: id, author_name: name, author_role: role, ...line }) => ({
    ...line,
    author: { kind, id, name, role },
  }));
/** A message as agents read it; `author.role` is what an agent is for, null for people and for agents that are gone. */
export type Line = z.infer<typeof Line>;

/** A stretch of what a branch shows: after one message, up to another one. */
export interface Stretch {
  conversationId: string;
  branch: number;
  after: number;
  until: number;
}

export type ConversationContexts = ReturnType<typeof createConversationContexts>;

/** What prompts of conversations are made of. */
export function createConversationContexts(pool: Queryable) {
  return {
    /** Null where the turn's agent is gone. */
    async findScene(conversationId: string, turn: number): Promise<Scene | null> {
      return pool.oneFirst(sql.type(SceneRow)`
        select conversation.read_scene(${conversationId}, ${turn}) as scene`);
    },

    /** The last messages of a stretch, oldest first: as many as have so many characters together, and one more. */
    async listLines({ conversationId, branch, after, until }: Stretch, characters: number): Promise<Line[]> {
      const newestFirst = await pool.any(sql.type(Line)`
        select * from conversation.read_transcript(${conversationId}, ${branch}, ${after}, ${until}, ${characters})`);
      return newestFirst.toReversed();
    },

    /** How many characters the messages of a stretch have. */
    measure({ conversationId, branch, after, until }: Stretch): Promise<number> {
      return pool.oneFirst(sql.type(z.object({ characters: z.number() }))`
        select conversation.measure_transcript(${conversationId}, ${branch}, ${after}, ${until}) as characters`);
    },
  };
}
