import { CreateAgent, MemoryScopeKind } from '../../../../contracts/agent.ts';
import type { ProviderStatus } from '../../../../contracts/model.ts';
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
  style: string;
  tools: readonly string[];
  approveTools: readonly string[];
  memoryScopes: readonly MemoryScopeKind[];
  maxSteps: string;
  maxTokens: string;
  maxCostUsd: string;
  maxSeconds: string;
}

export type DraftErrors = Partial<Record<keyof AgentDraft | 'general', string>>;

/** What a draft begins with: an agent, a persona, a file, or nothing. */
export type AgentSource = { [Key in keyof CreateAgent]?: CreateAgent[Key] | undefined };

/** A source that names no provider thinks with the first real one that is connected, else with the demo. */
export function withProvider(source: AgentSource, providers: readonly ProviderStatus[]): AgentSource {
  if (source.provider !== undefined || source.model !== undefined) return source;
  const chosen =
    providers.find(({ available, demo }) => available && !demo) ?? providers.find(({ demo }) => demo);
  return chosen === undefined ? source : { ...source, provider: chosen.name, model: chosen.models[0] };
}

export function draftOf({ personality, limits, ...source }: AgentSource): AgentDraft {
  return {
    name: source.name ?? '',
    role: source.role ?? '',
    provider: source.provider ?? 'demo',
    model: source.model ?? '',
    instructions: source.instructions ?? '',
    traits: (personality?.traits ?? []).join(', '),
    tone: personality?.tone ?? '',
    style: personality?.style ?? '',
    tools: source.tools ?? [],
    approveTools: source.approveTools ?? [],
    // An agent that is made here remembers, unless somebody decides otherwise.
    memoryScopes: source.memoryScopes ?? MemoryScopeKind.options,
    maxSteps: String(limits?.maxSteps ?? 12),
    maxTokens: String(limits?.maxTokens ?? 200_000),
    maxCostUsd: String(limits?.maxCostUsd ?? 1),
    maxSeconds: String(limits?.maxSeconds ?? 300),
  };
}

/** Who an agent is by its draft, whether that is complete or not: what its system prompt is made of. */
export const voiceOf = ({ name, role, traits, tone, style, instructions }: AgentDraft) => ({
  ...{ name, role, instructions },
  personality: { traits: traitsIn(traits), tone, style },
});

/** What a draft amounts to; what the form does not show is kept from where it came. */
export function agentOf(
  draft: AgentDraft,
  from: AgentSource,
): { ok: true; agent: CreateAgent } | { ok: false; errors: DraftErrors } {
  const parsed = CreateAgent.safeParse({
    ...voiceOf(draft),
    role: draft.role.trim(),
    persona: from.persona ?? null,
    provider: draft.provider,
    model: draft.model.trim(),
    tools: draft.tools,
    approveTools: draft.approveTools.filter((tool) => draft.tools.includes(tool)),
    memoryScopes: draft.memoryScopes,
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

const traitsIn = (text: string): string[] =>
  text
    .split(',')
    .map((trait) => trait.trim())
    .filter((trait) => trait !== '');

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
  ...(['name', 'role', 'provider', 'model', 'instructions', 'traits', 'tone', 'style', 'tools'] as const),
  ...(['approveTools', 'memoryScopes', 'maxSteps', 'maxTokens', 'maxCostUsd', 'maxSeconds'] as const),
] as const;
