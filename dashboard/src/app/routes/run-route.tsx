import { NodeApproval, RunApprovals } from '../../features/approvals/run-approvals.tsx';
import { RunPage } from '../../features/runs/run-page.tsx';

/** One run, with what it asks people. */
export function RunRoute() {
  return (
    <RunPage
      approvals={(run) => <RunApprovals runId={run.id} />}
      approval={(run, { path, iteration }) => (
        <NodeApproval runId={run.id} path={path} iteration={iteration} />
      )}
    />
  );
}
