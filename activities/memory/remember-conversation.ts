import { TemporalFailure } from '@temporalio/common';

import { GatheringFailure } from '../../contracts/failure.ts';
import type { Failpoint } from '../../platform/failpoint.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Line } from '../../store/conversation-context.ts';
import type { ConversationSummaries } from '../../store/conversation-summaries.ts';
import {
  type Extraction,
  type ExtractionAttempt,
  type ExtractionEnd,
  type Extractions,
  keyOfExtraction,
  type Remembering,
} from '../../store/memory/extractions.ts';
import type { Memories } from '../../store/memory/memories.ts';
import type { MemorySearch } from '../../store/memory/search.ts';
import { isOutage } from '../../store/store-failure.ts';
import type { ActivityAttempt } from '../engine/activity-attempt.ts';
import { withinDeadline } from '../engine/deadline.ts';
import { foreseen, superseded, tryAgain } from '../engine/engine-failures.ts';
import { persistently } from '../engine/persistently.ts';
import { retryAfter } from '../engine/retry-policy.ts';
import { BudgetReached } from '../model/budget-reached.ts';
import { contextWindowOf } from '../model/context-windows.ts';
import type { AccountedModel } from '../model/index.ts';
import { noResultWithin } from '../node-kinds/node-at.ts';
import { nextExtraction, scopeOf } from './what-is-due.ts';
import { type ExtractionWriting, Made, viewerOf, writeExtraction } from './write-extraction.ts';

export interface RememberConversationDependencies {
  extractions: Extractions;
  summaries: Pick<ConversationSummaries, 'listFirstLines'>;
  memories: Pick<Memories, 'remember' | 'listMemories'>;
  memorySearch: Pick<MemorySearch, 'searchMemories'>;
  model: AccountedModel;
  failpoint: Failpoint;
  logger: Logger;
}

const TIMEOUT_MS = 120_000;
/** Of the writer's window, for what is read at once. */
const READ_SHARE = 0.5;
const CHARACTERS_A_TOKEN = 4;
const NOBODY = 'Nobody is left who would remember it, or for whom.';
const HOUSE = { kind: 'house', id: null, name: 'GatheRing' } as const;

/**
 * Takes from a conversation the next piece of what is worth remembering, once: facts from what was said since the last time, or all of it
 * told short. What a model has written is kept before it is remembered, so that no death of a worker pays for it twice. What fails for good,
 * or has no budget, is left, and the conversation is told. `again`: there may be more to take.
 */
export function createRememberConversation(deps: RememberConversationDependencies) {
  const { extractions, failpoint, logger } = deps;

  return async (
    { conversationId }: { conversationId: string },
    { engineRunId, attempt, signal }: ActivityAttempt,
  ): Promise<{ again: boolean }> => {
    const scene = await extractions.findRemembering(conversationId);
    const due = scene === null ? undefined : nextExtraction(scene);
    if (scene === null || due === undefined) return { again: false };
    const scope = scopeOf(scene, conversationId);
    if (scope === undefined && scene.begun === null) return { again: false };
    const { lines, until } = await readLines(deps, { conversationId, scene, due });
    const own = { conversationId, kind: due.kind, branch: due.branch, until, engineRunId, attempt };
    const key = keyOfExtraction(own);
    const claim = await extractions.claim(own);
    if (claim.outcome !== 'claimed') {
      if (claim.outcome === 'superseded') throw superseded();
      return { again: true };
    }
    await failpoint('effect.claimed', key);
    if (scope === undefined) {
      await end(own, { status: 'skipped', reason: NOBODY });
      return { again: true };
    }

    const writing = { scene, own, scope, lines, claims: claim.claims, signal };
    const ended = await extract(writing, claim.made).catch((error: unknown) => {
      if (signal.aborted || isOutage(error) || error instanceof TemporalFailure) throw error;
      return foreseen(error, key, logger);
    });
    await (ended instanceof GatheringFailure ? fail(own, ended, claim.failures) : end(own, ended));
    await failpoint('effect.recorded', key);
    return { again: true };
  };

  async function extract(writing: ExtractionWriting, before: unknown): Promise<ExtractionEnd> {
    const known = Made.safeParse(before);
    const made = known.success ? known.data : await write(writing);
    return { status: 'done', remembered: await rememberAll(deps, writing.own, made) };
  }

  async function write(writing: ExtractionWriting): Promise<Made> {
    const { own, signal: outer } = writing;
    const timeout = { ms: TIMEOUT_MS, failure: () => noResultWithin(TIMEOUT_MS) };
    const made = await withinDeadline(outer, timeout, (signal) =>
      writeExtraction(deps, { ...writing, signal }),
    );
    await failpoint('effect.done', keyOfExtraction(own));
    if (!(await persistently(() => extractions.keep(own, made), outer))) throw superseded();
    return made;
  }

  async function fail(own: ExtractionAttempt, failure: GatheringFailure, failures: number): Promise<void> {
    const reason = failure.message;
    if (failure instanceof BudgetReached) return end(own, { status: 'skipped', reason });
    const verdict = retryAfter(failure, failures + 1);
    if (!verdict.again) {
      logger.warn('what was said could not be remembered', { key: keyOfExtraction(own), error: reason });
      return end(own, { status: 'failed', reason });
    }
    if (!(await extractions.fail(own))) throw superseded();
    throw tryAgain({ type: failure.type, message: reason }, verdict.delayMs);
  }

  async function end(own: ExtractionAttempt, how: ExtractionEnd): Promise<void> {
    if (!(await extractions.end(own, how))) throw superseded();
  }
}

/** The messages that are read at once: as many as fit; of what was begun, those that it was begun with. */
async function readLines(
  { summaries }: Pick<RememberConversationDependencies, 'summaries'>,
  { conversationId, scene, due }: { conversationId: string; scene: Remembering; due: Extraction },
): Promise<{ lines: readonly Line[]; until: number }> {
  const { branch, after, until } = due;
  const windows = scene.rememberers
    .slice(0, 1)
    .map(({ provider, model }) => contextWindowOf(provider, model).tokens);
  const most = Math.floor(Math.min(...windows) * READ_SHARE * CHARACTERS_A_TOKEN);
  const isBegun = scene.begun !== null;
  const lines = await summaries.listFirstLines(
    { conversationId, branch, after, until },
    isBegun ? Number.MAX_SAFE_INTEGER : most,
  );
  return { lines, until: isBegun ? until : (lines.at(-1)?.sequence ?? until) };
}

/** One after the other, each once; what a later one supersedes it finds. */
async function rememberAll(
  { memories }: Pick<RememberConversationDependencies, 'memories'>,
  own: ExtractionAttempt,
  { scope, memories: made }: Made,
): Promise<{ id: string; kind: string; scope: string }[]> {
  const remembered: { id: string; kind: string; scope: string }[] = [];
  for (const [index, { messages, personId, ...memory }] of made.entries()) {
    const { id } = await memories.remember(
      viewerOf(own),
      {
        ...{ ...memory, scope, effectKey: `${keyOfExtraction(own)}/${index}` },
        source: { conversationId: own.conversationId, messages, personId },
        reason: memory.kind === 'episode' ? 'renewed' : 'contradicted',
        extraction: keyOfExtraction(own),
      },
      HOUSE,
    );
    remembered.push({ id, kind: memory.kind, scope: scope.kind });
  }
  return remembered;
}
