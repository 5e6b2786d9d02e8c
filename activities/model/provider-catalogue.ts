import { GatheringFailure } from '../../contracts/failure.ts';
import type { ProviderName, ProviderStatus } from '../../contracts/model.ts';
import type { Config } from '../../platform/config.ts';

/** The settings that the model port reads. */
export type ModelConfig = Pick<
  Config,
  | 'OPENAI_API_KEY'
  | 'OPENAI_BASE_URL'
  | 'ANTHROPIC_API_KEY'
  | 'ANTHROPIC_BASE_URL'
  | 'OLLAMA_BASE_URL'
  | 'OPENAI_COMPATIBLE_BASE_URL'
  | 'OPENAI_COMPATIBLE_API_KEY'
> &
  Partial<Pick<Config, 'OPENAI_COMPATIBLE_MODEL'>>;

/** Models that a form proposes; any other name is passed to the provider as it is. */
const PROPOSED_MODELS: Readonly<Record<ProviderName, readonly string[]>> = {
  openai: ['gpt-5', 'gpt-5-mini', 'gpt-4.1', 'gpt-4.1-mini', 'gpt-4o-mini'],
  anthropic: ['claude-sonnet-4-5', 'claude-haiku-4-5', 'claude-opus-4-1'],
  ollama: ['llama3.2', 'qwen3', 'mistral'],
  'openai-compatible': [],
  demo: ['demo'],
};

/** Each provider, whether it can be used, and what to set where it cannot. Nothing is called to find out. */
export function providerStatuses(config: ModelConfig): ProviderStatus[] {
  return (Object.keys(PROPOSED_MODELS) as ProviderName[]).map((name) => {
    const variable = missingVariable(name, config);
    return {
      name,
      available: variable === undefined,
      ...(variable === undefined ? {} : { reason: `Set ${variable} to use the provider "${name}"` }),
      models: [...PROPOSED_MODELS[name], ...ownModel(name, config)],
      demo: name === 'demo',
    };
  });
}

/** What a server of one's own serves is known to its operator only. */
const ownModel = (name: ProviderName, { OPENAI_COMPATIBLE_MODEL }: ModelConfig): string[] =>
  name === 'openai-compatible' && OPENAI_COMPATIBLE_MODEL !== undefined ? [OPENAI_COMPATIBLE_MODEL] : [];

/** @throws GatheringFailure `InvalidInput` saying which variable to set; work that needs the provider fails at once. */
export function requireAvailable(name: ProviderName, config: ModelConfig): void {
  const variable = missingVariable(name, config);
  if (variable === undefined) return;
  throw new GatheringFailure('InvalidInput', `The provider "${name}" is not configured: set ${variable}`, {
    details: { provider: name, variable },
  });
}

function missingVariable(name: ProviderName, config: ModelConfig): keyof ModelConfig | undefined {
  switch (name) {
    case 'openai':
      return config.OPENAI_API_KEY === undefined ? 'OPENAI_API_KEY' : undefined;
    case 'anthropic':
      return config.ANTHROPIC_API_KEY === undefined ? 'ANTHROPIC_API_KEY' : undefined;
    case 'ollama':
      return config.OLLAMA_BASE_URL === undefined ? 'OLLAMA_BASE_URL' : undefined;
    case 'openai-compatible':
      return config.OPENAI_COMPATIBLE_BASE_URL === undefined ? 'OPENAI_COMPATIBLE_BASE_URL' : undefined;
    case 'demo':
      return undefined;
  }
}
