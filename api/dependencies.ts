import type { Persona } from '../contracts/agent.ts';
import type { ProviderStatus } from '../contracts/model.ts';
import type { Tool } from '../contracts/tool.ts';
import type { Config } from '../platform/config.ts';
import type { Embedders } from '../platform/embeddings/index.ts';
import type { Logger } from '../platform/logger.ts';
import type { CheckRunInput } from '../platform/pipeline/run-input.ts';
import type { ValidationTools } from '../platform/pipeline/validate-pipeline.ts';
import type { Sealer } from '../platform/sealed.ts';
import type { Telemetry } from '../platform/telemetry.ts';
import type { TemporalClient } from '../platform/temporal-connection.ts';
import type { Store } from '../store/store.ts';
import type { Authenticate } from './auth/authenticate.ts';
import type { Principals } from './auth/principals.ts';
import type { Tokens } from './auth/tokens.ts';
import type { BudgetKeeper } from './budget-keeper.ts';
import type { ExpressionPreviewer } from './expression-previewer.ts';
import type { Health } from './health.ts';
import type { MemoryWaker } from './memory-waker.ts';
import type { Precedence } from './precedence.ts';
import type { EventTail } from './realtime/event-tail.ts';
import type { RunCanceler } from './run-canceler.ts';
import type { RunFolders } from './run-folders.ts';
import type { RunStarter } from './run-starter.ts';
import type { SignalSender } from './signal-sender.ts';

/** Everything that the API stands on, made once in `main.ts`. */
export interface ApiDependencies {
  config: Config;
  logger: Logger;
  store: Store;
  embedders: Embedders;
  temporal: TemporalClient;
  telemetry: Telemetry;
  health: Health;
  tokens: Tokens;
  principals: Principals;
  authenticate: Authenticate;
  sealer: Sealer;
  tail: EventTail;
  /** Runs that somebody waits for the acceptance of. */
  acceptances: Precedence;
  runStarter: RunStarter;
  runFolders: RunFolders;
  signalSender: SignalSender;
  memoryWaker: MemoryWaker;
  runCanceler: RunCanceler;
  budgetKeeper: BudgetKeeper;
  validation: ValidationTools;
  previewer: ExpressionPreviewer;
  checkRunInput: CheckRunInput;
  /** What the program brings: unlike definitions, nobody edits these. */
  catalogue: { providers: readonly ProviderStatus[]; tools: readonly Tool[]; personas: readonly Persona[] };
  version: string;
}
