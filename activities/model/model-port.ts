import type { ModelRequest, ModelResponse, ProviderStatus } from '../../contracts/model.ts';
import { createSchemaCompiler } from '../../platform/pipeline/json-schema.ts';
import { createDemoProvider } from './demo/demo-provider.ts';
import { type ModelConfig, providerStatuses, requireAvailable } from './provider-catalogue.ts';
import { failureOfProvider } from './provider-failure.ts';
import { callSdk, type ModelCall } from './sdk-call.ts';
import { type OpenAiFormat, sdkModelOf } from './sdk-model.ts';
import { outputFormOf } from './structured-output.ts';
import { startWatchdog, WATCHDOG_LIMITS, type WatchdogLimits } from './watchdog.ts';

export interface ModelCallHooks {
  /** Aborting closes the connection; the call then rejects with the signal's reason. */
  signal: AbortSignal;
  /** A piece of the answer's text, in order. */
  onText: (delta: string) => void;
  /** Called for each chunk and at least once a second while the model is waited for: the place to heartbeat. */
  onProgress: () => void;
}

export interface ModelPort {
  providers(): ProviderStatus[];
  /**
   * One model call, one request: nothing is retried here. It is not idempotent at the provider; record its result.
   * @throws GatheringFailure `InvalidInput` (no key, bad request or model name), `NotAuthenticated`, `Forbidden`,
   * `BadAgentOutput` (empty, filtered, or not fitting `outputSchema`), `Unavailable` (everything worth a retry, with
   * `retryAfterMs` where the provider says it; a stalled or cut stream too)
   */
  call(request: ModelRequest, hooks: ModelCallHooks): Promise<ModelResponse>;
}

export interface ModelPortOptions {
  clock?: { now(): Date };
  limits?: Partial<WatchdogLimits>;
  /** Pause between two chunks of the demo provider, so that streaming can be seen; default 4 ms. */
  demoChunkDelayMs?: number;
}

/** The one way to a model. A provider that is not configured fails; none is ever used in place of another. */
export function createModelPort(config: ModelConfig, options: ModelPortOptions = {}): ModelPort {
  const clock = options.clock ?? { now: () => new Date() };
  const limits = { ...WATCHDOG_LIMITS, ...options.limits };
  const schemas = createSchemaCompiler();
  const demo = createDemoProvider({ chunkDelayMs: options.demoChunkDelayMs ?? 4 });
  let openAiFormat: OpenAiFormat = 'responses';

  const callProvider = async (call: ModelCall, hooks: ModelCallHooks): Promise<ModelResponse> => {
    const { provider, model } = call.request;
    const watchdog = startWatchdog(limits, hooks.signal, hooks.onProgress);
    const stream = { signal: watchdog.signal, onText: hooks.onText, onPart: watchdog.feed };
    try {
      if (provider === 'demo') return await demo.call(call, stream);
      return await callSdk(await sdkModelOf({ provider, model }, config, openAiFormat), call, stream);
    } catch (cause) {
      hooks.signal.throwIfAborted();
      const reason: unknown = watchdog.signal.aborted ? watchdog.signal.reason : cause;
      throw failureOfProvider(provider, reason, clock.now().getTime());
    } finally {
      watchdog.stop();
    }
  };

  return {
    providers: () => providerStatuses(config),
    call: async (request, hooks) => {
      hooks.signal.throwIfAborted();
      requireAvailable(request.provider, config);
      const { outputSchema } = request;
      const call = {
        request,
        form: outputSchema === undefined ? undefined : outputFormOf(outputSchema, schemas),
      };
      try {
        return await callProvider(call, hooks);
      } catch (error) {
        if (openAiFormat === 'chat' || !lacksResponsesApi(error, request, config)) throw error;
        // Remembered only once the chat format has answered: a wrong model name is a 404 in both.
        openAiFormat = 'chat';
        try {
          return await callProvider(call, hooks);
        } catch (again) {
          if (isNotFound(again)) openAiFormat = 'responses';
          throw again;
        }
      }
    },
  };
}

/** Many servers behind OPENAI_BASE_URL (proxies, local ones) speak OpenAI's chat format only. */
const lacksResponsesApi = (error: unknown, request: ModelRequest, config: ModelConfig): boolean =>
  request.provider === 'openai' && config.OPENAI_BASE_URL !== undefined && isNotFound(error);

const isNotFound = (error: unknown): boolean =>
  error instanceof Error &&
  'details' in error &&
  typeof error.details === 'object' &&
  error.details !== null &&
  'status' in error.details &&
  error.details.status === 404;
