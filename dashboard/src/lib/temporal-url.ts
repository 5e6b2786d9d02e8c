import type { DashboardConfig } from '../../../contracts/config.ts';

/** Where the Temporal Web UI shows a workflow; null where there is none. */
export function temporalUrlOf(
  { temporalUiUrl, temporalNamespace }: DashboardConfig,
  workflowId: string,
): string | null {
  if (temporalUiUrl === null) return null;
  const workflow = `/namespaces/${encodeURIComponent(temporalNamespace)}/workflows/${encodeURIComponent(workflowId)}`;
  return temporalUiUrl.replace(/\/$/, '') + workflow;
}
