import { setTimeout as sleep } from 'node:timers/promises';

import { GatheringFailure } from '../../contracts/failure.ts';
import type { AccountedCall } from '../../contracts/ledger.ts';
import { type ModelRequest, type ModelResponse, NO_USAGE, Usage } from '../../contracts/model.ts';
import type { Ledger, Reservation, Settlement } from '../../store/ledger.ts';
import { persistently } from '../engine/persistently.ts';
import { BudgetReached } from './budget-reached.ts';
import { contextWindowOf } from './context-windows.ts';
import type { ModelCallHooks, ModelPort } from './model-port.ts';
import { costAt, type Price, priceIn, priceOf } from './prices.ts';
import { countRequestTokens, countTokens } from './tokens.ts';

/** The one way to a model for whatever works for people: no call without its row in the ledger. */
export interface AccountedModel {
  /**
   * As `ModelPort.call`, after what the call may use at most was reserved from all budgets that it falls under; the request is
   * capped to what is left. Waits for as long as others have reserved the rest. What it used is booked however it ends.
   * @throws GatheringFailure as `ModelPort.call`; LimitExceeded where the limits of the turn have too little left; BudgetReached where a budget has too little left: the conversation, or else the run,
   * is paused then (unless the call is optional), and the provider was not called
   */
  call(request: ModelRequest, hooks: ModelCallHooks, call: AccountedCall): Promise<ModelResponse>;
}

export interface AccountedModelDependencies {
  model: Pick<ModelPort, 'call'>;
  ledger: Pick<Ledger, 'reserve' | 'refuse' | 'settle'>;
  /** Prices of the house's own, which go before the list. */
  ownPrices?: readonly Price[];
}

/** So much a call is taken to write at most that does not say it, where a budget limits it. */
const USUAL_OUTPUT_TOKENS = 8_192;
/** An answer cut off earlier than this is of no use to anybody. */
const LEAST_OUTPUT_TOKENS = 256;
/** Between two questions whether others still need what they have reserved: longer and longer. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 1_600;
/** Time to book an attempt that was given up: nobody waits for it any more. */
const BOOK_MS = 10_000;

export function createAccountedModel({
  model,
  ledger,
  ownPrices = [],
}: AccountedModelDependencies): AccountedModel {
  return {
    call: async (request, hooks, call) => {
      const own = priceIn(ownPrices, request.provider, request.model);
      const price = own ?? priceOf(request.provider, request.model);
      const most = reservationOf(request, price);
      const { id, maxOutputTokens } = await reserve(ledger, call, most, hooks.signal);
      const capped = maxOutputTokens === undefined ? request : { ...request, maxOutputTokens };
      const priced = (usage: Usage): Usage =>
        own === undefined ? usage : { ...usage, costUsd: costAt(own, usage) };
      const meter = startMeter(request, most, price);
      const ended = await model.call(capped, { ...hooks, onText: meter.onText(hooks.onText) }).then(
        (response) => {
          const usage = priced(response.usage);
          return { end: meter.completed(usage), give: () => ({ ...response, usage }) };
        },
        (error: unknown) => ({
          end: meter.failed(error, { aborted: hooks.signal.aborted, priced }),
          give: (): never => {
            throw error;
          },
        }),
      );
      const patience = hooks.signal.aborted ? AbortSignal.timeout(BOOK_MS) : hooks.signal;
      await persistently(() => ledger.settle(id, ended.end), patience);
      return ended.give();
    },
  };
}

function reservationOf(request: ModelRequest, price: Price | undefined): Reservation {
  const { provider, model, maxOutputTokens = USUAL_OUTPUT_TOKENS } = request;
  const most = contextWindowOf(provider, model).maxOutputTokens;
  return {
    ...{ provider, model },
    inputTokens: countRequestTokens(request),
    outputTokens: Math.min(maxOutputTokens, most),
    mostOutputTokens: Math.min(request.maxOutputTokens ?? most, most),
    leastOutputTokens: LEAST_OUTPUT_TOKENS,
    inputPrice: price?.inputUsd ?? 0,
    outputPrice: price?.outputUsd ?? 0,
  };
}

async function reserve(
  ledger: Pick<Ledger, 'reserve' | 'refuse'>,
  call: AccountedCall,
  most: Reservation,
  signal: AbortSignal,
): Promise<{ id: string; maxOutputTokens?: number }> {
  let pauseMs = FIRST_PAUSE_MS;
  for (;;) {
    const reserved = await ledger.reserve(call, most);
    if (reserved.outcome === 'reserved') return reserved;
    if (reserved.outcome === 'exceeded') {
      if (reserved.budget.scope === 'turn') throw turnUsedUp();
      if (call.isOptional === true) throw new BudgetReached('Too little is left of a budget');
      await refuse(ledger, call, most);
    } else await sleep(pauseMs, undefined, { signal });
    pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
  }
}

const turnUsedUp = (): GatheringFailure =>
  new GatheringFailure(
    'LimitExceeded',
    'The turn has too little left of its limits of tokens and cost for another call of the model',
  );

/** Returns where somebody has extended the budget meanwhile. */
async function refuse(ledger: Pick<Ledger, 'refuse'>, call: AccountedCall, most: Reservation): Promise<void> {
  const refused = await ledger.refuse(call, most);
  if (refused.outcome === 'paused')
    throw new BudgetReached('Too little is left of a budget', refused.revision);
  if (refused.outcome === 'ended')
    throw new GatheringFailure('Conflict', 'Nobody waits for this answer any more');
}

/** What a call has used so far, and how it ended. */
function startMeter(request: ModelRequest, most: Reservation, price: Price | undefined) {
  const startedAt = performance.now();
  const { provider, model } = request;
  let written = '';
  let firstTokenMs: number | undefined;
  const times = () => ({
    latencyMs: performance.now() - startedAt,
    ...(firstTokenMs === undefined ? {} : { firstTokenMs }),
  });

  /** By our own count: all of the request, and what has arrived of the answer. */
  const estimate = (): Usage => {
    const counts = {
      ...NO_USAGE,
      inputTokens: most.inputTokens,
      outputTokens: Math.min(countTokens(provider, model, written), most.outputTokens),
    };
    return { ...counts, costUsd: costAt(price, counts) };
  };

  return {
    onText:
      (told: (delta: string) => void) =>
      (delta: string): void => {
        firstTokenMs ??= performance.now() - startedAt;
        written += delta;
        told(delta);
      },
    completed: (usage: Usage): Settlement => ({ outcome: 'completed', usage, estimated: false, ...times() }),
    failed: (
      error: unknown,
      { aborted, priced }: { aborted: boolean; priced: (usage: Usage) => Usage },
    ): Settlement => {
      const counted = usageIn(error);
      const estimated = counted === undefined && (aborted || written !== '');
      return {
        ...{ outcome: aborted ? 'aborted' : 'failed', estimated, ...times() },
        usage: counted === undefined ? (estimated ? estimate() : NO_USAGE) : priced(counted),
        error: error instanceof Error ? error.message : String(error),
      };
    },
  };
}

/** What the provider counted for an answer that is of no use. */
function usageIn(error: unknown): Usage | undefined {
  if (!(error instanceof GatheringFailure)) return undefined;
  return Usage.safeParse(error.details?.['usage']).data;
}
