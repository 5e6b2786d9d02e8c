import { v7 as uuid } from 'uuid';
import { z } from 'zod';

import { Approval, ApprovalStatus, ApprovalSummary, type Decide } from '../contracts/approval.ts';
import { GatheringFailure } from '../contracts/failure.ts';
import { Id } from '../contracts/ids.ts';
import type { Page } from '../contracts/page.ts';
import type { User } from '../contracts/user.ts';
import { details, detailShape, presentValue } from './approval-rows.ts';
import type { ListPosition } from './cursor.ts';
import { idBefore, isId, pageOfRows } from './cursor.ts';
import { json } from './json.ts';
import type { Queryable } from './pool.ts';
import { sql } from './pool.ts';
import { optional } from './stored.ts';

/** Whom an approval is shown to. */
export type Viewer = Pick<User, 'id' | 'email' | 'role'>;

export interface ApprovalFilter extends ListPosition {
  status?: readonly ApprovalStatus[] | undefined;
  runId?: Id | undefined;
  pipelineId?: Id | undefined;
  conversationId?: Id | undefined;
  /** Only those that wait for the viewer. */
  mine?: boolean | undefined;
}

/** What a run has and a conversation has not, and the other way round. */
const oneSided = {
  runId: optional(Id),
  pipelineId: optional(Id),
  pipelineName: optional(z.string()),
  nodeId: optional(z.string()),
  path: optional(z.string()),
  iteration: optional(z.string()),
  conversationId: optional(Id),
  topic: optional(z.string()),
  circleName: optional(z.string()),
  turnId: optional(z.string()),
  call: optional(z.string()),
  agentName: optional(z.string()),
  tool: optional(z.string()),
};
const SummaryRow = ApprovalSummary.extend(oneSided);
const ApprovalRow = Approval.extend(detailShape).extend(oneSided).transform(presentValue);

const summaryFor = ({ id, email, role }: Viewer) => sql.fragment`
  a.id, a.run_id as "runId", r.pipeline_id as "pipelineId", r.pipeline_name as "pipelineName", a.node_id as "nodeId", a.path, a.iteration,
  a.conversation_id as "conversationId", left(c.topic, 200) as topic, (select o.name from circle.circles o where o.id = c.circle_id) as "circleName",
  case when a.turn is not null then a.conversation_id || '/' || a.turn end as "turnId", a.call, a.agent_name as "agentName",
  (
    select l.name from conversation.tool_calls l where l.conversation_id = a.conversation_id and l.turn = a.turn and l.call = a.call
  ) as tool,
  a.title, a.status, a.approvers, a.quorum, a.approvals, a.rejections, a.created_at as "createdAt", a.expires_at as "expiresAt",
  a.decided_at as "decidedAt", a.on_timeout as "onTimeout", a.reminders, a.escalated_at as "escalatedAt",
  ${awaits({ id, email, role })} as "canDecide"`;

/** The same rule as `isAsked`, for one who has not decided. */
const awaits = ({ id, email, role }: Viewer) => sql.fragment`(
  a.status = 'pending'
  and case when ${role === 'admin'} then true when a.approvers is null then ${role !== 'viewer'}
    else a.approvers && ${sql.array([email, `role:${role}`], 'text')} end
  and (c.circle_id is null or not circle.is_observer(c.circle_id, ${id}))
  and not exists (select from pipeline.decisions d where d.approval_id = a.id and d.user_id = ${id}))`;

const from = sql.fragment`
  from pipeline.approvals a
  left join pipeline.runs r on r.id = a.run_id
  left join conversation.conversations c on c.id = a.conversation_id`;

/** What a conversation asks is for those who may see it. */
const visibleTo = ({ id, role }: Viewer) => sql.fragment`
  (a.conversation_id is null or conversation.is_visible(c, ${id}, ${role}))`;

const absent = (): GatheringFailure => new GatheringFailure('NotFound', 'There is no such approval.');

/** What runs and conversations ask people, as people see it; how runs ask stands in `approval-steps.ts`. */
export function createApprovals(pool: Queryable) {
  return {
    /** @throws GatheringFailure NotFound */
    async getApproval(id: Id, viewer: Viewer): Promise<Approval> {
      const found = isId(id)
        ? await pool.maybeOne(
            sql.type(
              ApprovalRow,
            )`select ${summaryFor(viewer)}, ${details} ${from} where a.id = ${id} and ${visibleTo(viewer)}`,
          )
        : null;
      if (found === null) throw absent();
      return found;
    },

    async listApprovals(filter: ApprovalFilter, viewer: Viewer): Promise<Page<ApprovalSummary>> {
      const { limit, status, runId, pipelineId, conversationId, mine } = filter;
      const rows = await pool.any(sql.type(SummaryRow)`
        select ${summaryFor(viewer)} ${from}
        where ${sql.and([
          sql.fragment`a.id < ${idBefore(filter)}`,
          status !== undefined && sql.fragment`a.status = any(${sql.array([...status], 'text')})`,
          runId !== undefined && sql.fragment`a.run_id = ${runId}`,
          pipelineId !== undefined && sql.fragment`r.pipeline_id = ${pipelineId}`,
          conversationId !== undefined && sql.fragment`a.conversation_id = ${conversationId}`,
          mine === true && awaits(viewer),
          visibleTo(viewer),
        ])}
        order by a.id desc limit ${limit + 1}`);
      return pageOfRows(rows, limit);
    },

    /**
     * Counts what one person decides, with its audit entry, its events and, where that settles the approval, what follows from it and the
     * signal to the workflow that waits: one transaction. Whether they are asked is for the caller to know.
     * @throws GatheringFailure NotFound; Conflict when they have decided before, or nobody decides any more
     */
    async decide(
      id: Id,
      { decision, by, requestId }: { decision: Decide; by: Viewer; requestId: string },
    ): Promise<void> {
      const Outcome = z.object({
        outcome: z.enum(['decided', 'again', 'ended', 'absent']),
        status: ApprovalStatus.nullable(),
      });
      const { outcome, status } = await pool.one(sql.type(Outcome)`
        select * from pipeline.decide_approval(${id}, ${uuid()}, ${by.id}, ${by.email}, ${json(decision)}, ${requestId})`);
      if (outcome === 'absent') throw absent();
      if (outcome === 'again')
        throw new GatheringFailure('Conflict', 'You have decided this approval already.');
      if (outcome === 'ended')
        throw new GatheringFailure(
          'Conflict',
          `Nobody decides this approval any more: it is ${status ?? 'gone'}.`,
        );
    },
  };
}
