import { type Agent, CreateAgent } from '../../../../contracts/agent.ts';
import type { ProblemItem } from '../../../../contracts/problem.ts';

/** An agent while it is edited: what stands in the controls. */
export interface AgentDraft {
  name: string;
  role: string;
  provider: string;
  model: string;
  instructions: string;
  traits: string;
  tone: string;
  tools: readonly string[];
  maxSteps: string;
  maxTokens: string;
  maxCostUsd: string;
  maxSeconds: string;
}

export type DraftErrors = Partial<Record<keyof AgentDraft | 'general', string>>;

export function draftOf(agent: Agent | null): AgentDraft {
  if (agent === null) {
    const limits = { maxSteps: '12', maxTokens: '200000', maxCostUsd: '1', maxSeconds: '300' };
    return {
      name: '',
      role: '',
      provider: 'demo',
      model: '',
      instructions: '',
      traits: '',
      tone: '',
      tools: [],
      ...limits,
    };
  }
  const { limits, personality } = agent;
  return {
    name: agent.name,
    role: agent.role,
    provider: agent.provider,
    model: agent.model,
    instructions: agent.instructions,
    traits: personality.traits.join(', '),
    tone: personality.tone,
    tools: agent.tools,
    maxSteps: String(limits.maxSteps),
    maxTokens: String(limits.maxTokens),
    maxCostUsd: String(limits.maxCostUsd),
    maxSeconds: String(limits.maxSeconds),
  };
}

/** What a draft amounts to; what the form does not show is kept from the agent it was made of. */
export function agentOf(
  draft: AgentDraft,
  from: Agent | null,
): { ok: true; agent: CreateAgent } | { ok: false; errors: DraftErrors } {
  const parsed = CreateAgent.safeParse({
    name: draft.name,
    role: draft.role.trim(),
    persona: from?.persona ?? null,
    provider: draft.provider,
    model: draft.model.trim(),
    personality: {
      traits: draft.traits
        .split(',')
        .map((trait) => trait.trim())
        .filter((trait) => trait !== ''),
      tone: draft.tone,
      style: from?.personality.style ?? '',
    },
    instructions: draft.instructions,
    tools: draft.tools,
    memoryScopes: from?.memoryScopes ?? [],
    limits: {
      maxSteps: Number(draft.maxSteps),
      maxTokens: Number(draft.maxTokens),
      maxCostUsd: Number(draft.maxCostUsd),
      maxSeconds: Number(draft.maxSeconds),
    },
  });
  if (parsed.success) return { ok: true, agent: parsed.data };
  return {
    ok: false,
    errors: errorsOf(
      parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message })),
    ),
  };
}

/** Puts each problem beside the control that it is about. */
export function errorsOf(problems: readonly ProblemItem[]): DraftErrors {
  const errors: DraftErrors = {};
  for (const { path, message } of problems) {
    const words = path.split(/[./]/).filter((word) => word !== '');
    const [first = '', second = ''] = words;
    const name = first === 'limits' || first === 'personality' ? second : first;
    const known = NAMES.find((candidate) => candidate === name) ?? 'general';
    errors[known] ??=
      message.startsWith('Too small') && message.includes('>=1 char') ? 'Fill this in.' : message;
  }
  return errors;
}

const NAMES = [
  'name',
  'role',
  'provider',
  'model',
  'instructions',
  'traits',
  'tone',
  'tools',
  'maxSteps',
  'maxTokens',
  'maxCostUsd',
  'maxSeconds',
] as const;
