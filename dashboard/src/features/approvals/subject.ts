import type { ApprovalSummary } from '../../../../contracts/approval.ts';
import { pathOf } from '../../lib/paths.ts';

/** What asks people, and where that is to be seen. */
export interface Subject {
  kind: 'run' | 'conversation';
  name: string;
  /** The place that asked. */
  to: string;
  /** The whole run or conversation. */
  whole: string;
}

export function subjectOf(approval: ApprovalSummary): Subject {
  const { conversationId, circleName, agentName, topic, runId, pipelineName, path, iteration } = approval;
  if (conversationId !== undefined) {
    const to = pathOf.conversation(conversationId);
    const name = [circleName ?? agentName, topic === '' ? undefined : firstLineOf(topic)];
    return {
      kind: 'conversation',
      name: name.filter((part) => part !== undefined).join(': ') || 'A conversation',
      ...{ to, whole: to },
    };
  }
  const whole = runId === undefined ? pathOf.runs : pathOf.run(runId);
  const hasPlace = runId !== undefined && path !== undefined && path !== '';
  return {
    kind: 'run',
    name: pipelineName ?? 'A run',
    to: hasPlace ? pathOf.runNode(runId, path, iteration ?? '0') : whole,
    whole,
  };
}

const LONGEST = 60;

function firstLineOf(topic: string | undefined): string | undefined {
  const line = topic?.split('\n')[0]?.trim();
  return line === undefined || line.length <= LONGEST ? line : `${line.slice(0, LONGEST)}…`;
}
