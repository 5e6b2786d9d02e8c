import type {
  EmbeddingModel,
  EmbeddingProvider,
  EmbeddingSpace,
  SpaceStatus,
} from '../../../../contracts/embedding.ts';
import { counted } from '../../lib/format.ts';

export const PROVIDER_WORDS: Record<EmbeddingProvider, string> = {
  local: 'This installation',
  openai: 'OpenAI',
  ollama: 'Ollama',
  'openai-compatible': 'OpenAI-compatible server',
};

export const SPACE_WORDS: Record<SpaceStatus, string> = {
  active: 'In use',
  building: 'Being filled',
  paused: 'Paused',
  failed: 'Failed',
  retired: 'No longer used',
};

export const modelText = ({ provider, model }: EmbeddingModel): string =>
  `${model} · ${PROVIDER_WORDS[provider]}`;

/** Up to one. */
export const shareOf = ({ progress: { embedded, total } }: EmbeddingSpace): number =>
  total === 0 ? 1 : Math.min(1, embedded / total);

export const progressText = ({ progress: { embedded, total } }: EmbeddingSpace): string =>
  total === 0
    ? 'Nothing to embed yet'
    : `${embedded.toLocaleString('en')} of ${counted(total, 'text')} embedded`;
