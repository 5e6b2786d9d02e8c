import type { ModelMessage, ModelRequest } from '../../contracts/model.ts';
import type { Failpoint } from '../../platform/failpoint.ts';
import type { Logger } from '../../platform/logger.ts';
import { summaryPromptOf } from '../../platform/prompt/index.ts';
import type { ConversationContexts, Line } from '../../store/conversation-context.ts';
import {
  type ConversationSummaries,
  keyOfSummary,
  type SummaryAttempt,
  type SummaryScene,
} from '../../store/conversation-summaries.ts';
import { isOutage } from '../../store/store-failure.ts';
import type { ActivityAttempt } from '../engine/activity-attempt.ts';
import { withinDeadline } from '../engine/deadline.ts';
import { foreseen, superseded, tryAgain } from '../engine/engine-failures.ts';
import { persistently } from '../engine/persistently.ts';
import { retryAfter } from '../engine/retry-policy.ts';
import { BudgetReached } from '../model/budget-reached.ts';
import { contextWindowOf } from '../model/context-windows.ts';
import type { AccountedModel } from '../model/index.ts';
import { countRequestTokens, countTokens } from '../model/tokens.ts';
import { noResultWithin } from '../node-kinds/node-at.ts';
import { fitWindow } from './fit-window.ts';
import { labelled } from './labels.ts';

export interface SummarizeDependencies {
  summaries: ConversationSummaries;
  contexts: Pick<ConversationContexts, 'listLines' | 'measure'>;
  model: AccountedModel;
  failpoint: Failpoint;
  logger: Logger;
}

type Writer = SummaryScene['speakers'][number];

const TIMEOUT_MS = 120_000;
/** Of the window of the model that has the smallest one: so much of what was said last is never summarised. */
const KEPT_SHARE = 0.25;
/** Of the writer's window, for what it summarises at once. */
const READ_SHARE = 0.6;
/** Of the smallest window, for the summary. */
const SUMMARY_SHARE = 1 / 8;
const MOST_TOKENS = 1_500;
/** Of the smallest window: less than this is not worth a summary. */
const LEAST_SHARE = 0.25;

/**
 * Writes the next part of the rolling summary, once: what there is of one and the messages after it, up to those that still fit into
 * every prompt. A summary that was begun is gone on with, however much was said meanwhile. One that fails for good is left; the next
 * turn that misses it asks for another one.
 */
export function createSummarize(deps: SummarizeDependencies) {
  const { summaries, failpoint, logger } = deps;

  return async (
    { conversationId }: { conversationId: string },
    { engineRunId, attempt, signal }: ActivityAttempt,
  ): Promise<void> => {
    const scene = await summaries.getScene(conversationId);
    const writer = writerOf(scene);
    if (!scene.isOpen || writer === undefined) return;
    const part = await chooseUntil(deps, conversationId, scene, writer);
    if (part === undefined) return;
    const own: SummaryAttempt = { conversationId, ...part, engineRunId, attempt };
    const key = keyOfSummary(own);
    const claim = await summaries.claim(own);
    if (claim.outcome !== 'claimed') {
      if (claim.outcome === 'superseded') throw superseded();
      return;
    }
    await failpoint('effect.claimed', key);
    const { claims, failures } = claim;
    const written = await write(deps, own, { scene, writer, claims, signal }).catch((error: unknown) => {
      if (signal.aborted || isOutage(error)) throw error;
      return foreseen(error, key, logger);
    });
    if (written instanceof BudgetReached) return summaries.release(own);
    if (written instanceof Error) {
      const verdict = retryAfter(written, failures + 1);
      if (!(await summaries.end(own, { isFinal: !verdict.again }))) throw superseded();
      if (verdict.again) throw tryAgain({ type: written.type, message: written.message }, verdict.delayMs);
      logger.warn('a conversation could not be summarised', { key, error: written.message });
      return;
    }
    if (!(await persistently(() => summaries.end(own, { result: written }), signal))) throw superseded();
    await failpoint('effect.recorded', key);
  };
}

/** Who has the largest window writes; the first of several. */
const writerOf = ({ speakers }: SummaryScene): Writer | undefined =>
  speakers.toSorted((a, b) => windowOf(b) - windowOf(a))[0];

const windowOf = ({ provider, model }: Writer): number => contextWindowOf(provider, model).tokens;
/** As many characters as a token of plain text stands for, by our count. */
const charactersOf = ({ provider, model }: Writer): number =>
  1000 / countTokens(provider, model, 'x'.repeat(1000));
const smallestWindow = ({ speakers }: SummaryScene): number => Math.min(...speakers.map(windowOf));

/** The part that is due: of which branch, and up to which message. Undefined: none. */
async function chooseUntil(
  { contexts, summaries }: SummarizeDependencies,
  conversationId: string,
  scene: SummaryScene,
  writer: Writer,
): Promise<{ branch: number; until: number } | undefined> {
  if (scene.begun !== null) return scene.begun;
  const { branch, last } = scene;
  const rest = { conversationId, branch, after: scene.summary?.until ?? 0, until: last };
  const smallest = smallestWindow(scene) * charactersOf(writer);
  const kept = await contexts.listLines(rest, Math.floor(smallest * KEPT_SHARE));
  const due = { ...rest, until: (kept[0]?.sequence ?? last) - 1 };
  if (due.until <= due.after || (await contexts.measure(due)) < smallest * LEAST_SHARE) return undefined;
  const most = Math.floor(windowOf(writer) * charactersOf(writer) * READ_SHARE);
  const lines = await summaries.listFirstLines(due, most);
  const until = lines.at(-1)?.sequence;
  return until === undefined ? undefined : { branch, until };
}

async function write(
  { summaries, model }: SummarizeDependencies,
  own: SummaryAttempt,
  call: { scene: SummaryScene; writer: Writer; claims: number; signal: AbortSignal },
): Promise<{ text: string; usage: unknown }> {
  const { conversationId, branch, until } = own;
  const { scene, writer, claims } = call;
  const after = scene.summary?.until ?? 0;
  const everything = Number.MAX_SAFE_INTEGER;
  const lines = await summaries.listFirstLines({ conversationId, branch, after, until }, everything);
  const request = requestOf(scene, writer, lines);
  const timeout = { ms: TIMEOUT_MS, failure: () => noResultWithin(TIMEOUT_MS) };
  const { text, usage } = await withinDeadline(call.signal, timeout, (signal) =>
    model.call(
      request,
      { signal, onText: () => undefined, onProgress: () => undefined },
      {
        ...{ key: keyOfSummary(own), claims, agentId: writer.id, conversationId },
        circleId: scene.circleId ?? undefined,
      },
    ),
  );
  return { text: text.trim(), usage };
}

function requestOf(scene: SummaryScene, { provider, model }: Writer, lines: readonly Line[]): ModelRequest {
  const window = contextWindowOf(provider, model);
  const answer = Math.min(
    MOST_TOKENS,
    window.maxOutputTokens,
    Math.floor(smallestWindow(scene) * SUMMARY_SHARE),
  );
  const bare: ModelRequest = { provider, model, messages: [], tools: [], maxOutputTokens: answer };
  const before = scene.summary === null ? '' : `<summary>\n${scene.summary.text}\n</summary>\n\n`;
  const fixed: ModelMessage[] = [
    { role: 'system', content: summaryPromptOf({ topic: scene.topic, words: Math.floor(answer / 2) }) },
  ];
  const said = lines
    .filter(({ content, status }) => status !== 'failed' && content.trim() !== '')
    .map(({ author: { name, role, kind }, content }) =>
      labelled({ name, role, isPerson: kind === 'user' }, content),
    );
  const { messages } = fitWindow(
    {
      fixed,
      transcript: [],
      lines: [{ sequence: 0, message: { role: 'user', content: `${before}${said.join('\n')}` } }],
    },
    {
      tokens: window.tokens - answer,
      count: (some) => countRequestTokens({ ...bare, messages: [...some] }),
    },
  );
  return { ...bare, messages };
}
