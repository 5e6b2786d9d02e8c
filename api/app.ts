import cors from 'cors';
import type { Express } from 'express';
import express from 'express';

import type { ApiDependencies } from './dependencies.ts';
import { answerProblems } from './middleware/answer-problem.ts';
import { measureRequests } from './middleware/measure.ts';
import { nameRequest } from './middleware/request-id.ts';
import { securityHeaders } from './middleware/security-headers.ts';
import { mountRoutes } from './mount-routes.ts';
import { notFound } from './problem.ts';
import type { Route } from './route.ts';
import { agentFileRoutes } from './routes/agent-files.ts';
import { agentViewRoutes } from './routes/agent-views.ts';
import { agentRoutes } from './routes/agents.ts';
import { approvalRoutes } from './routes/approvals.ts';
import { auditRoutes } from './routes/audit.ts';
import { authRoutes } from './routes/auth.ts';
import { breakerRoutes } from './routes/breakers.ts';
import { budgetRoutes } from './routes/budgets.ts';
import { catalogueRoutes } from './routes/catalogue.ts';
import { circleRoutes } from './routes/circles.ts';
import { conversationMessageRoutes } from './routes/conversation-messages.ts';
import { conversationRoutes } from './routes/conversations.ts';
import { costRoutes } from './routes/costs.ts';
import { dashboardRouter } from './routes/dashboard.ts';
import { documentationRouter } from './routes/documentation.ts';
import { embeddingRoutes } from './routes/embeddings.ts';
import { knowledgeRoutes } from './routes/knowledge.ts';
import { memoryRoutes } from './routes/memories.ts';
import { memoryExportRoutes } from './routes/memory-export.ts';
import { memoryRetentionRoutes } from './routes/memory-retention.ts';
import { operationRouter } from './routes/operation.ts';
import { pipelineHistoryRoutes } from './routes/pipeline-history.ts';
import { pipelineToolRoutes } from './routes/pipeline-tools.ts';
import { pipelineVersionRoutes } from './routes/pipeline-versions.ts';
import { pipelineRoutes } from './routes/pipelines.ts';
import { runControlRoutes } from './routes/run-control.ts';
import { runFileRoutes } from './routes/run-files.ts';
import { runForkRoutes } from './routes/run-forks.ts';
import { runRecordRoutes } from './routes/run-records.ts';
import { runRoutes } from './routes/runs.ts';
import { secretRoutes } from './routes/secrets.ts';
import { userRoutes } from './routes/users.ts';

/** Every declared route. An address with a word goes before one with a parameter in its place. */
export const routesOf = (dependencies: ApiDependencies): Route[] => [
  ...authRoutes(dependencies),
  ...userRoutes(dependencies),
  ...agentRoutes(dependencies),
  ...agentFileRoutes(dependencies),
  ...agentViewRoutes(dependencies),
  ...catalogueRoutes(dependencies),
  ...circleRoutes(dependencies),
  ...conversationRoutes(dependencies),
  ...conversationMessageRoutes(dependencies),
  ...memoryExportRoutes(dependencies),
  ...memoryRetentionRoutes(dependencies),
  ...memoryRoutes(dependencies),
  ...knowledgeRoutes(dependencies),
  ...embeddingRoutes(dependencies),
  ...pipelineToolRoutes(dependencies),
  ...pipelineRoutes(dependencies),
  ...pipelineVersionRoutes(dependencies),
  ...pipelineHistoryRoutes(dependencies),
  ...breakerRoutes(dependencies),
  ...runRoutes(dependencies),
  ...runForkRoutes(dependencies),
  ...runRecordRoutes(dependencies),
  ...runControlRoutes(dependencies),
  ...runFileRoutes(dependencies),
  ...approvalRoutes(dependencies),
  ...costRoutes(dependencies),
  ...budgetRoutes(dependencies),
  ...auditRoutes(dependencies),
  ...secretRoutes(dependencies),
];

const EXPOSED_HEADERS = ['ETag', 'Idempotency-Replayed', 'Retry-After', 'X-Request-Id'];

/** The HTTP side: from the name of a request to its answer, whatever it is. */
export function createApp(
  dependencies: ApiDependencies,
  { dashboardFolder }: { dashboardFolder: string },
): Express {
  const { config, logger, version } = dependencies;
  const routes = routesOf(dependencies);
  const app = express();
  app.disable('x-powered-by').disable('etag');

  app.use(nameRequest, measureRequests(dependencies), securityHeaders());
  if (config.CORS_ORIGINS.length > 0)
    app.use(cors({ origin: config.CORS_ORIGINS, exposedHeaders: EXPOSED_HEADERS }));
  app.use(operationRouter(dependencies));
  app.use('/api', documentationRouter(routes, version));
  app.use('/api', mountRoutes(routes, dependencies.authenticate));
  app.use(dashboardRouter(dashboardFolder));
  app.use(() => {
    throw notFound('There is nothing at this address.');
  });
  app.use(answerProblems(logger));
  return app;
}
