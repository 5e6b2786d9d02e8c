import { z } from 'zod';

import { createAgentSessions } from './agent-sessions.ts';
import { createAgents } from './agents.ts';
import { createApprovals } from './approvals.ts';
import { createAudit } from './audit.ts';
import { createBreakers } from './breakers.ts';
import { createBudgets } from './budgets.ts';
import { createCircleNodes } from './circle-nodes.ts';
import { createCircles } from './circles.ts';
import { createCleanUp } from './clean-up.ts';
import { createConversationBranches } from './conversation-branches.ts';
import { createConversationMessages } from './conversation-messages.ts';
import { createConversations } from './conversations.ts';
import { createCosts } from './costs.ts';
import { createEvents } from './events.ts';
import { createIdempotency } from './idempotency.ts';
import { createLedger } from './ledger.ts';
import { createMemoryStore, type MemoryDependencies } from './memory/memory-store.ts';
import { createWakeUps } from './memory/wake-ups.ts';
import { createPipelineVersions } from './pipeline-versions.ts';
import { createPipelines } from './pipelines.ts';
import type { Pool } from './pool.ts';
import { sql } from './pool.ts';
import { createRunControls } from './run-controls.ts';
import { createRunForks } from './run-forks.ts';
import { createRunStarts } from './run-starts.ts';
import { createRuns } from './runs.ts';
import { createSecrets } from './secrets.ts';
import { createSessions } from './sessions.ts';
import { createSignInLinks } from './sign-in-links.ts';
import { createSignals } from './signals.ts';
import { createUsers } from './users.ts';

export type Store = ReturnType<typeof createStore>;

/** Every aggregate over one pool. Its functions say their cardinality: `get` throws NotFound, `find` gives null. */
export const createStore = (pool: Pool, dependencies: MemoryDependencies = {}) => ({
  ...createMemoryStore(pool, dependencies),
  agents: createAgents(pool),
  agentSessions: createAgentSessions(pool),
  approvals: createApprovals(pool),
  audit: createAudit(pool),
  breakers: createBreakers(pool),
  budgets: createBudgets(pool),
  circles: createCircles(pool),
  circleNodes: createCircleNodes(pool),
  cleanUp: createCleanUp(pool),
  conversations: createConversations(pool),
  conversationMessages: createConversationMessages(pool),
  conversationBranches: createConversationBranches(pool),
  costs: createCosts(pool),
  events: createEvents(pool),
  idempotency: createIdempotency(pool),
  ledger: createLedger(pool),
  pipelines: createPipelines(pool),
  pipelineVersions: createPipelineVersions(pool),
  runs: createRuns(pool),
  runForks: createRunForks(pool),
  runControls: createRunControls(pool),
  runStarts: createRunStarts(pool),
  secrets: createSecrets(pool),
  sessions: createSessions(pool),
  signals: createSignals(pool),
  signInLinks: createSignInLinks(pool),
  users: createUsers(pool),
  wakeUps: createWakeUps(pool),
  /** Whether the database answers. @throws when it does not */
  ping: () => pool.query(sql.type(z.object({}))`select 1`),
});
