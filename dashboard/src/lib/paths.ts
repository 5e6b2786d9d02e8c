/** Every address of the dashboard. */
export const pathOf = {
  home: '/',
  signIn: (returnTo?: string): string =>
    returnTo === undefined || returnTo === '/'
      ? '/sign-in'
      : `/sign-in?returnTo=${encodeURIComponent(returnTo)}`,
  inbox: '/inbox',
  approval: (id: string): string => `/inbox/${id}`,
  audit: '/audit',
  pipelines: '/pipelines',
  pipeline: (id: string): string => `/pipelines/${id}`,
  editPipeline: (id: string): string => `/pipelines/${id}/edit`,
  /** The editor with nothing in it, or with a copy of another pipeline. */
  newPipeline: (from?: string): string =>
    `/pipelines/new${from === undefined ? '' : `?from=${encodeURIComponent(from)}`}`,
  /** The start form; `from` names a run whose input it begins with. */
  startRun: (id: string, from?: string): string =>
    `/pipelines/${id}/start${from === undefined ? '' : `?from=${encodeURIComponent(from)}`}`,
  runs: '/runs',
  run: (id: string): string => `/runs/${id}`,
  runNode: (id: string, path: string, iteration: string): string =>
    `/runs/${id}/nodes/${path}${iteration === '0' ? '' : `?iteration=${iteration}`}`,
  forkRun: (id: string, fromNode: string): string => `/runs/${id}/fork/${fromNode}`,
  compareRuns: (id: string, other?: string): string =>
    `/runs/${id}/compare${other === undefined ? '' : `?with=${other}`}`,
  agents: '/agents',
  agent: (id: string): string => `/agents/${id}`,
  newAgent: '/agents/new',
  circles: '/circles',
  circle: (id: string): string => `/circles/${id}`,
  newCircle: '/circles/new',
  editCircle: (id: string): string => `/circles/${id}/edit`,
  conversations: '/conversations',
  conversation: (id: string): string => `/conversations/${id}`,
  /** A place in what was said: a sequence of a branch. */
  conversationMessage: (id: string, { branch, sequence }: { branch: number; sequence: number }): string =>
    `/conversations/${id}?branch=${branch}&message=${sequence}`,
  /** The form that starts one, with a circle or with one agent; each by id. */
  newConversation: (partner: { circle?: string; agent?: string } = {}): string =>
    `/conversations/new${partner.circle !== undefined ? `?circle=${partner.circle}` : partner.agent !== undefined ? `?agent=${partner.agent}` : ''}`,
  memory: '/memory',
  oneMemory: (id: string): string => `/memory/${id}`,
  /** What was remembered of a conversation. */
  memoryOf: (conversationId: string): string => `/memory?conversation=${conversationId}`,
  newMemory: '/memory/new',
  memoryRetention: '/memory/retention',
  forgetMemories: '/memory/forget',
  documents: '/documents',
  /** A document, at one of its chunks where that is named. */
  document: (id: string, chunkId?: string): string =>
    `/documents/${id}${chunkId === undefined ? '' : `?chunk=${chunkId}`}`,
  costs: '/costs',
  newBudget: '/costs/budgets/new',
  budget: (scope: string, id: string): string => `/costs/budgets/${scope}/${id}`,
  secrets: '/settings/secrets',
  embeddings: '/settings/embeddings',
  users: '/settings/users',
};

/** A path of this site to go back to; anything else, such as another site's, is Home. */
export function safeReturnTo(wanted: string | null): string {
  return wanted !== null && /^\/(?![/\\])/.test(wanted) ? wanted : pathOf.home;
}
