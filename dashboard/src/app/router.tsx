import { createBrowserRouter, type RouteObject } from 'react-router';

import { SignInPage } from '../features/sign-in/sign-in-page.tsx';
import { SignedInFrame } from './frame/frame.tsx';
import { NotFoundPage, RouteFailure } from './routes/not-found.tsx';

const circleDrawer = async () => ({
  Component: (await import('../features/circles/circle-drawer.tsx')).CircleDrawer,
});

/** Every address and its page. A page's code is loaded when it is first gone to. */
export const ROUTES: RouteObject[] = [
  { path: '/sign-in', element: <SignInPage />, errorElement: <RouteFailure /> },
  {
    element: <SignedInFrame />,
    errorElement: <RouteFailure />,
    hydrateFallbackElement: <></>,
    children: [
      {
        errorElement: <RouteFailure />,
        children: [
          { index: true, lazy: async () => ({ Component: (await import('./home/home-page.tsx')).HomePage }) },
          {
            path: 'inbox/:approvalId?',
            lazy: async () => ({
              Component: (await import('../features/approvals/inbox-page.tsx')).InboxPage,
            }),
          },
          {
            path: 'pipelines',
            lazy: async () => ({
              Component: (await import('../features/pipelines/pipelines-page.tsx')).PipelinesPage,
            }),
          },
          {
            path: 'pipelines/new',
            lazy: async () => ({
              Component: (await import('../features/editor/editor-page.tsx')).NewPipelinePage,
            }),
          },
          {
            path: 'pipelines/:pipelineId/edit',
            lazy: async () => ({
              Component: (await import('../features/editor/editor-page.tsx')).EditPipelinePage,
            }),
          },
          {
            path: 'pipelines/:pipelineId',
            lazy: async () => ({
              Component: (await import('../features/pipelines/pipeline-page.tsx')).PipelinePage,
            }),
            children: [
              {
                path: 'start',
                lazy: async () => ({
                  Component: (await import('../features/pipelines/start-drawer.tsx')).StartDrawer,
                }),
              },
            ],
          },
          {
            path: 'runs',
            lazy: async () => ({ Component: (await import('./routes/runs-route.tsx')).RunsRoute }),
          },
          {
            path: 'runs/:runId/compare',
            lazy: async () => ({
              Component: (await import('../features/runs/compare-page.tsx')).ComparePage,
            }),
          },
          {
            path: 'runs/:runId',
            lazy: async () => ({ Component: (await import('./routes/run-route.tsx')).RunRoute }),
            children: [
              { path: 'nodes/:path', element: null },
              {
                path: 'fork/:fromNode',
                lazy: async () => ({
                  Component: (await import('../features/runs/fork-drawer.tsx')).ForkDrawer,
                }),
              },
            ],
          },
          {
            path: 'agents',
            lazy: async () => ({
              Component: (await import('../features/agents/agents-page.tsx')).AgentsPage,
            }),
            children: ['new', ':agentId'].map((path) => ({
              path,
              lazy: async () => ({
                Component: (await import('../features/agents/agent-drawer.tsx')).AgentDrawer,
              }),
            })),
          },
          {
            path: 'circles',
            lazy: async () => ({
              Component: (await import('../features/circles/circles-page.tsx')).CirclesPage,
            }),
            children: [{ path: 'new', lazy: circleDrawer }],
          },
          {
            path: 'circles/:circleId',
            lazy: async () => ({ Component: (await import('./routes/circle-route.tsx')).CircleRoute }),
            children: [{ path: 'edit', lazy: circleDrawer }],
          },
          {
            path: 'conversations',
            lazy: async () => ({
              Component: (await import('../features/conversations/conversations-page.tsx')).ConversationsPage,
            }),
            children: [
              {
                path: 'new',
                lazy: async () => ({
                  Component: (await import('../features/conversations/start-drawer.tsx')).StartDrawer,
                }),
              },
            ],
          },
          {
            path: 'conversations/:conversationId',
            lazy: async () => ({
              Component: (await import('./routes/conversation-route.tsx')).ConversationRoute,
            }),
          },
          {
            path: 'memory',
            lazy: async () => ({
              Component: (await import('../features/memory/memory-page.tsx')).MemoryPage,
            }),
            children: [
              {
                path: 'new',
                lazy: async () => ({
                  Component: (await import('../features/memory/new-memory-drawer.tsx')).NewMemoryDrawer,
                }),
              },
              {
                path: 'retention',
                lazy: async () => ({
                  Component: (await import('../features/memory/retention-drawer.tsx')).RetentionDrawer,
                }),
              },
              {
                path: 'forget',
                lazy: async () => ({
                  Component: (await import('../features/memory/forget-drawer.tsx')).ForgetDrawer,
                }),
              },
              {
                path: ':memoryId',
                lazy: async () => ({
                  Component: (await import('../features/memory/memory-drawer.tsx')).MemoryDrawer,
                }),
              },
            ],
          },
          {
            path: 'documents',
            lazy: async () => ({
              Component: (await import('../features/knowledge/documents-page.tsx')).DocumentsPage,
            }),
            children: [
              {
                path: ':documentId',
                lazy: async () => ({
                  Component: (await import('../features/knowledge/document-drawer.tsx')).DocumentDrawer,
                }),
              },
            ],
          },
          {
            path: 'costs',
            lazy: async () => ({ Component: (await import('../features/costs/costs-page.tsx')).CostsPage }),
            children: ['budgets/new', 'budgets/:scope/:id'].map((path) => ({
              path,
              lazy: async () => ({
                Component: (await import('../features/costs/budget-drawer.tsx')).BudgetDrawer,
              }),
            })),
          },
          {
            path: 'audit',
            lazy: async () => ({
              Component: (await import('../features/audit/audit-page.tsx')).AuditPage,
            }),
          },
          {
            path: 'settings/secrets',
            lazy: async () => ({
              Component: (await import('../features/secrets/secrets-page.tsx')).SecretsPage,
            }),
          },
          {
            path: 'settings/embeddings',
            lazy: async () => ({
              Component: (await import('../features/embeddings/embeddings-page.tsx')).EmbeddingsPage,
            }),
          },
          {
            path: 'settings/users',
            lazy: async () => ({ Component: (await import('../features/users/users-page.tsx')).UsersPage }),
          },
          { path: '*', element: <NotFoundPage /> },
        ],
      },
    ],
  },
];

export const createRouter = () => createBrowserRouter(ROUTES);
