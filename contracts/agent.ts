import { z } from 'zod';

import { Id } from './ids.ts';
import { ProviderName } from './model.ts';

/** A unique, human name: what pipelines and people call an agent or a pipeline by. */
export const Name = z
  .string()
  .trim()
  .min(1)
  .max(80)
  .regex(
    /^[\p{L}\p{N}][\p{L}\p{N} ._-]*$/u,
    'may hold letters, digits, space, dot, dash and underscore, and starts with a letter or digit',
  );

export const Personality = z.strictObject({
  traits: z.array(z.string().min(1).max(80)).max(20).default([]),
  tone: z.string().max(200).default(''),
  style: z.string().max(400).default(''),
});
export type Personality = z.infer<typeof Personality>;

/** Limits of one turn. The first one that is reached ends the turn with `LimitExceeded`. */
export const AgentLimits = z.strictObject({
  maxSteps: z.number().int().min(1).max(100).default(12),
  maxTokens: z.number().int().min(1).max(10_000_000).default(200_000),
  maxCostUsd: z.number().positive().max(1000).default(1),
  maxSeconds: z.number().int().min(1).max(86_400).default(300),
});
export type AgentLimits = z.infer<typeof AgentLimits>;

export const MemoryScopeKind = z.enum(['global', 'circle', 'agent', 'conversation']);
export type MemoryScopeKind = z.infer<typeof MemoryScopeKind>;

export const Agent = z.object({
  id: Id,
  name: Name,
  role: z.string().min(1).max(200),
  /** Name of the persona it was made from, when there is one. */
  persona: z.string().max(80).nullable(),
  provider: ProviderName,
  model: z.string().min(1).max(200),
  personality: Personality,
  instructions: z.string().max(20_000),
  tools: z.array(z.string().max(80)).max(50),
  /** Those of its tools that a person has to approve at each call, in conversations. */
  approveTools: z.array(z.string().max(80)).max(50).default([]),
  memoryScopes: z.array(MemoryScopeKind),
  limits: AgentLimits,
  /** Rises by one with each change; the `ETag`. */
  version: z.number().int(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
export type Agent = z.infer<typeof Agent>;

export const CreateAgent = z.strictObject({
  name: Name,
  role: Agent.shape.role,
  persona: Agent.shape.persona.default(null),
  provider: ProviderName,
  model: Agent.shape.model,
  personality: Personality.prefault({}),
  instructions: Agent.shape.instructions.default(''),
  tools: Agent.shape.tools.default([]),
  approveTools: Agent.shape.approveTools,
  memoryScopes: Agent.shape.memoryScopes.default([]),
  limits: AgentLimits.prefault({}),
});
export type CreateAgent = z.infer<typeof CreateAgent>;

/** One YAML file in `personas/`: everything of an agent but where its model runs. */
export const Persona = z.strictObject({
  name: Name,
  role: Agent.shape.role,
  summary: z.string().min(1).max(300),
  personality: Personality,
  instructions: z.string().min(1).max(20_000),
  tools: Agent.shape.tools.default([]),
  approveTools: Agent.shape.approveTools,
  memoryScopes: Agent.shape.memoryScopes.optional(),
});
export type Persona = z.infer<typeof Persona>;

/** As much of an agent that is being written as its system prompt is made of. */
export const PreviewPrompt = z.strictObject({
  name: z.string().max(80),
  role: z.string().max(200),
  personality: Personality.prefault({}),
  instructions: Agent.shape.instructions.default(''),
});
export type PreviewPrompt = z.infer<typeof PreviewPrompt>;

export const PromptPreview = z.object({
  /** What each request to its model begins with. In a conversation its circle, its mode and what the turn is for follow. */
  systemPrompt: z.string(),
});
export type PromptPreview = z.infer<typeof PromptPreview>;
