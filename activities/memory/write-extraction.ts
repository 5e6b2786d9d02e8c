import { z } from 'zod';

import { Id } from '../../contracts/ids.ts';
import { MEMORY_CHARACTERS, MemoryScope } from '../../contracts/memory.ts';
import type { ModelRequest } from '../../contracts/model.ts';
import { episodePromptOf, factsPromptOf } from '../../platform/prompt/index.ts';
import type { Line } from '../../store/conversation-context.ts';
import type { ExtractionAttempt, Extractions, Remembering } from '../../store/memory/extractions.ts';
import { keyOfExtraction } from '../../store/memory/extractions.ts';
import type { MemoryViewer } from '../../store/memory/walls.ts';
import { fitWindow } from '../conversation/fit-window.ts';
import { labelled } from '../conversation/labels.ts';
import { contextWindowOf } from '../model/context-windows.ts';
import type { AccountedModel } from '../model/index.ts';
import { countRequestTokens } from '../model/tokens.ts';
import { EPISODE_SCHEMA, ExtractedEpisode, ExtractedFacts, FACTS_SCHEMA, soundFacts } from './extraction.ts';
import { knownFacts, type KnownFactsDependencies } from './known-facts.ts';

/** What is to be kept as memories, as it stands with its extraction until it is. */
export const Made = z.object({
  scope: MemoryScope,
  memories: z.array(
    z.object({
      kind: z.enum(['fact', 'episode']),
      content: z.string(),
      importance: z.number(),
      tags: z.array(z.string()),
      messages: z.object({ branch: z.number(), from: z.number(), until: z.number() }),
      personId: Id.nullable(),
      supersedes: z.array(Id),
    }),
  ),
});
export type Made = z.infer<typeof Made>;

export interface ExtractionWriting {
  scene: Remembering;
  own: ExtractionAttempt;
  scope: MemoryScope;
  /** The messages that it is taken from. */
  lines: readonly Line[];
  claims: number;
  signal: AbortSignal;
}

export interface WriteExtractionDependencies extends KnownFactsDependencies {
  model: AccountedModel;
  extractions: Pick<Extractions, 'listEpisodes'>;
}

const MOST_TOKENS = 2_000;
/** Of the model's window. */
const ANSWER_SHARE = 0.25;
const EPISODE_IMPORTANCE = 0.4;

export const viewerOf = ({ conversationId }: ExtractionAttempt): MemoryViewer => ({
  kind: 'conversation',
  conversationId,
});

/** Lets the model of the agent that spoke last write what is to be remembered. @throws as `AccountedModel.call` */
export async function writeExtraction(
  deps: WriteExtractionDependencies,
  writing: ExtractionWriting,
): Promise<Made> {
  const heard = writing.lines.filter(({ status, content }) => status !== 'failed' && content.trim() !== '');
  if (heard.length === 0) return { scope: writing.scope, memories: [] };
  const write = writing.own.kind === 'facts' ? writeFacts : writeEpisode;
  return { scope: writing.scope, memories: await write(deps, { ...writing, lines: heard }) };
}

async function writeFacts(
  deps: WriteExtractionDependencies,
  { scope, ...writing }: ExtractionWriting,
): Promise<Made['memories']> {
  const { own, lines, scene } = writing;
  const known = await knownFacts(deps, {
    ...{ viewer: viewerOf(own), conversationId: own.conversationId },
    ...{ scope, lines, signal: writing.signal },
  });
  const numbered = known.map(({ content }, index) => ({ number: index + 1, content }));
  const system = factsPromptOf({ topic: scene.topic, known: numbered });
  const { facts } = ExtractedFacts.parse(await ask(deps, writing, { system, schema: FACTS_SCHEMA }));
  return soundFacts(
    facts,
    lines,
    known.map(({ content }) => content),
  ).map(({ content, importance, tags, from, until, personId, supersedes }) => ({
    ...{ kind: 'fact', content, importance, tags, personId },
    messages: { branch: own.branch, from, until },
    supersedes: [...new Set(supersedes)].flatMap((number) => known[number - 1]?.id ?? []),
  }));
}

async function writeEpisode(
  deps: WriteExtractionDependencies,
  writing: ExtractionWriting,
): Promise<Made['memories']> {
  const { own, scene, lines } = writing;
  const before = await deps.extractions.listEpisodes(own.conversationId);
  const system = episodePromptOf({ topic: scene.topic, before: before[0]?.content ?? null });
  const { episode } = ExtractedEpisode.parse(await ask(deps, writing, { system, schema: EPISODE_SCHEMA }));
  if (episode.trim() === '') return [];
  return [
    {
      ...{ kind: 'episode', content: episode.trim().slice(0, MEMORY_CHARACTERS), tags: [], personId: null },
      importance: EPISODE_IMPORTANCE,
      messages: { branch: own.branch, from: before[0]?.from ?? lines[0]?.sequence ?? 1, until: own.until },
      supersedes: before.map(({ id }) => id),
    },
  ];
}

async function ask(
  { model }: WriteExtractionDependencies,
  { own, scene, lines, claims, signal }: Omit<ExtractionWriting, 'scope'>,
  { system, schema }: { system: string; schema: NonNullable<ModelRequest['outputSchema']> },
): Promise<unknown> {
  const [writer] = scene.rememberers;
  if (writer === undefined) throw new TypeError('nobody remembers here');
  const window = contextWindowOf(writer.provider, writer.model);
  const answer = Math.min(MOST_TOKENS, window.maxOutputTokens, Math.floor(window.tokens * ANSWER_SHARE));
  const bare: ModelRequest = {
    ...{ provider: writer.provider, model: writer.model, messages: [], tools: [] },
    ...{ outputSchema: schema, maxOutputTokens: answer },
  };
  const said = lines.map(({ sequence, author: { name, role, kind }, content }) => {
    const speaking = { name, role, isPerson: kind === 'user' };
    return `#${sequence}\n${labelled(speaking, content)}`;
  });
  const { messages } = fitWindow(
    {
      ...{ fixed: [{ role: 'system', content: system }], transcript: [] },
      lines: [{ sequence: 0, message: { role: 'user', content: said.join('\n') } }],
    },
    {
      tokens: window.tokens - answer,
      count: (some) => countRequestTokens({ ...bare, messages: [...some] }),
    },
  );
  const { data } = await model.call(
    { ...bare, messages },
    { signal, onText: () => undefined, onProgress: () => undefined },
    {
      ...{ key: keyOfExtraction(own), claims, agentId: writer.id, conversationId: own.conversationId },
      ...{ circleId: scene.circleId ?? undefined, isOptional: true },
    },
  );
  return data;
}
