/** What an activity knows of the attempt that it is. */
export interface ActivityAttempt {
  /** Of the workflow that asked for it, the same after continue-as-new. */
  workflowId: string;
  /** Temporal's id of the execution of the workflow, and the attempt: which of two attempts is the later one. */
  engineRunId: string;
  attempt: number;
  /** When the workflow asked for it, the same on every attempt; ISO. */
  scheduledAt: string;
  /** Aborts when the workflow or the worker gives it up; what waits must end then. */
  signal: AbortSignal;
}
