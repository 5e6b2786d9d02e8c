import { z } from 'zod';

import { Name } from './agent.ts';
import { ConversationMode, ConversationSettings, GivenSettings } from './conversation-settings.ts';
import { Id } from './ids.ts';

/** `observer`: reads along and is never asked to speak. */
export const MemberRole = z.enum(['member', 'facilitator', 'judge', 'reviewer', 'observer']);
export type MemberRole = z.infer<typeof MemberRole>;

export const MemberKind = z.enum(['agent', 'user']);
export type MemberKind = z.infer<typeof MemberKind>;

/** `members`: nobody else sees it, its conversations or their events; administrators do. */
export const Visibility = z.enum(['everyone', 'members']);
export type Visibility = z.infer<typeof Visibility>;

export const CircleMember = z.object({
  /** Of the agent or the user. */
  id: Id,
  kind: MemberKind,
  name: z.string(),
  role: MemberRole,
  /** What an agent is for; null for a person. */
  agentRole: z.string().nullable(),
  joinedAt: z.iso.datetime(),
});
export type CircleMember = z.infer<typeof CircleMember>;

export const CircleSummary = z.object({
  id: Id,
  name: Name,
  description: z.string().max(2_000),
  mode: ConversationMode,
  visibility: Visibility,
  agents: z.number().int(),
  people: z.number().int(),
  /** Conversations that have not ended. */
  openConversations: z.number().int(),
  /** Rises by one with each change of the definition; the `ETag`. */
  version: z.number().int(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
export type CircleSummary = z.infer<typeof CircleSummary>;

export const Circle = CircleSummary.extend({
  settings: ConversationSettings,
  /** In the order in which they joined. */
  members: z.array(CircleMember),
});
export type Circle = z.infer<typeof Circle>;

export const CreateCircle = z.strictObject({
  name: Name,
  description: CircleSummary.shape.description.default(''),
  mode: ConversationMode.default('round_robin'),
  visibility: Visibility.default('everyone'),
  settings: GivenSettings.prefault({}),
});
export type CreateCircle = z.infer<typeof CreateCircle>;

export const PutMember = z.strictObject({ kind: MemberKind, role: MemberRole.default('member') });
export type PutMember = z.infer<typeof PutMember>;
