import { v7 as uuid } from 'uuid';

import type { Fact } from '../../contracts/event.ts';
import { GatheringFailure } from '../../contracts/failure.ts';
import { failedOutcome } from '../../contracts/graph/index.ts';
import { isJsonObject, type Json } from '../../contracts/json.ts';
import { nodeFact } from '../../contracts/node-facts.ts';
import type { NodePlace } from '../../contracts/place.ts';
import type { ApprovalSteps, Asked, NewApproval } from '../../store/approval-steps.ts';
import type { RunRecord, RunRecords } from '../../store/run-records.ts';
import type { RunSteps } from '../../store/run-steps.ts';
import type { ActivityAttempt } from '../engine/activity-attempt.ts';
import { failedFact } from '../engine/failed-fact.ts';
import type { Activities, AskedPeople } from '../index.ts';
import type { BeginNode } from './begin-node.ts';
import { endOfApproval } from './human-output.ts';
import { nodeAt, planNodeAt } from './node-at.ts';

export interface HumanDependencies {
  records: RunRecords;
  steps: Pick<RunSteps, 'tellFacts'>;
  approvals: ApprovalSteps;
  beginNode: BeginNode;
}

type HumanActivities = {
  [Name in 'requestApproval' | 'promptApprovers' | 'settleApproval']: (
    input: Parameters<Activities[Name]>[0],
    attempt: ActivityAttempt,
  ) => ReturnType<Activities[Name]>;
};

const LONGEST_TITLE = 400;
const LONGEST_INSTRUCTIONS = 200_000;

/** How a run asks people: what was asked first stands, and how it ended is decided by its row, whoever wrote that first. */
export function createHumanActivities({
  records,
  steps,
  approvals,
  beginNode,
}: HumanDependencies): HumanActivities {
  const request = (
    record: RunRecord,
    place: NodePlace,
    facts: readonly Fact[],
    attempt: ActivityAttempt,
  ): Promise<Asked | null> => {
    const node = nodeAt(record, place, 'human');
    const subject = { runId: record.id, place, kind: node.type };
    const id = uuid();
    return beginNode({ record, place, node, facts, attempt }, (input) => {
      const approval = approvalOf(id, record, place, { given: input, at: attempt.scheduledAt });
      const waiting = nodeFact(subject, 'node.waiting', { input, approvalId: id, ...until(approval) });
      const where = { runId: record.id, place, workflowId: attempt.workflowId };
      return approvals.requestApproval(where, approval, { waiting, facts });
    });
  };

  return {
    requestApproval: async ({ runId, place, facts }, attempt) => {
      const known = await approvals.findAsked(runId, place, attempt.workflowId);
      if (known !== null) {
        await steps.tellFacts(runId, facts);
        return askedPeopleOf(known);
      }
      const record = await records.getRunRecord(runId);
      const asked = await request(record, place, facts, attempt);
      if (asked === null) throw new GatheringFailure('Conflict', 'The run or the node has ended');
      return askedPeopleOf(asked);
    },

    promptApprovers: async ({ runId, place, number, facts }, { scheduledAt: at }) => {
      if (number > 0) return approvals.remind(runId, place, { number, at, facts });
      const { escalate } = nodeAt(await records.getRunRecord(runId), place, 'human').config;
      await approvals.escalate(runId, place, { to: namesOf(escalate?.to ?? []), at, facts });
    },

    settleApproval: async ({ runId, place, timeIsUp, facts }) => {
      if (timeIsUp) await approvals.expire(runId, place, facts);
      const end = endOfApproval(await approvals.getSettled(runId, place));
      const node = nodeAt(await records.getRunRecord(runId), place, 'human');
      const subject = { runId, place, kind: node.type };
      switch (end.status) {
        case 'pending':
          await steps.tellFacts(runId, facts);
          return {};
        case 'completed': {
          const { output, port } = end;
          await steps.tellFacts(runId, [...facts, nodeFact(subject, 'node.completed', { output, port })]);
          return { outcome: { id: node.id, status: 'completed', port } };
        }
        case 'failed': {
          const { error } = end;
          await steps.tellFacts(runId, [...facts, failedFact(subject, node.onError, error)]);
          return { outcome: failedOutcome(node.id, node.type, node.onError), error };
        }
      }
    },
  };
}

const until = ({ expiresAt }: NewApproval) => (expiresAt === undefined ? {} : { until: expiresAt });

function approvalOf(
  id: string,
  record: RunRecord,
  place: NodePlace,
  { given, at }: { given: Json; at: string },
): NewApproval {
  const { form, approvers, quorum } = nodeAt(record, place, 'human').config;
  const { human } = planNodeAt(record, place);
  if (human === undefined) throw new TypeError('a human node has no plan');
  const { title = null, instructions, value } = isJsonObject(given) ? given : {};
  const nodeId = place.path.at(-1) ?? '';
  return {
    ...{ id, nodeId, quorum, onTimeout: human.onTimeout, createdAt: at },
    title: textOf(title, LONGEST_TITLE) || nodeId,
    ...(instructions === undefined ? {} : { instructions: textOf(instructions, LONGEST_INSTRUCTIONS) }),
    ...(value === undefined ? {} : { value }),
    ...(form === undefined ? {} : { form }),
    ...(approvers === undefined ? {} : { approvers: namesOf(approvers) }),
    ...(human.timeoutMs === undefined
      ? {}
      : { expiresAt: new Date(Date.parse(at) + human.timeoutMs).toISOString() }),
  };
}

/** What an expression gave, as a text for people. */
function textOf(value: Json, longest: number): string {
  const text = typeof value === 'string' ? value : value === null ? '' : JSON.stringify(value);
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}

/** As users' addresses are kept. */
const namesOf = (names: readonly string[]): string[] => [...new Set(names.map((name) => name.toLowerCase()))];

const askedPeopleOf = ({ status, createdAt, reminders, escalatedAt }: Asked): AskedPeople => ({
  pending: status === 'pending',
  askedAtMs: Date.parse(createdAt),
  reminders,
  escalated: escalatedAt !== null,
});
