import { z } from 'zod';

import { Approval, ApprovalStatus, ApprovalSummary, Decide, isAsked } from '../../contracts/approval.ts';
import { GatheringFailure } from '../../contracts/failure.ts';
import { pageOf, PageQuery } from '../../contracts/page.ts';
import { checkAnswer } from '../check-answer.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { Route } from '../route.ts';
import { route } from '../route.ts';
import { requireVoice } from './conversations.ts';

const OneApproval = z.object({ id: z.string() });
/** As much as a value that is edited may have. */
const MAX_DECISION_BYTES = 16 * 1024 * 1024;

const Statuses = z
  .string()
  .transform((text) => text.split(','))
  .pipe(z.array(ApprovalStatus))
  .describe('One status, or several with commas between');
const ListQuery = PageQuery.extend({
  status: Statuses.optional(),
  runId: z.uuid().optional(),
  pipelineId: z.uuid().optional(),
  conversationId: z.uuid().optional(),
  mine: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional()
    .describe('`true`: only those that wait for the caller'),
});

/** What runs and conversations ask people. */
export function approvalRoutes({
  store,
  validation,
  catalogue: { tools },
  signalSender,
}: ApiDependencies): Route[] {
  return [
    route(
      {
        method: 'get',
        path: '/approvals',
        summary: 'List what runs and conversations ask people',
        permission: 'approvals:read',
        query: ListQuery,
        response: pageOf(ApprovalSummary),
      },
      async ({ query, caller }) => ({ body: await store.approvals.listApprovals(query, caller.user) }),
    ),
    route(
      {
        method: 'get',
        path: '/approvals/:id',
        summary: 'Get an approval with what is shown and what was decided',
        permission: 'approvals:read',
        params: OneApproval,
        response: Approval,
      },
      async ({ params, caller }) => ({ body: await store.approvals.getApproval(params.id, caller.user) }),
    ),
    route(
      {
        method: 'post',
        path: '/approvals/:id',
        summary: 'Approve or reject; each person decides once',
        permission: 'approvals:decide',
        params: OneApproval,
        body: Decide,
        maxBodyBytes: MAX_DECISION_BYTES,
        response: Approval,
        idempotent: true,
      },
      async ({ params: { id }, body, caller: { user }, requestId, claim }) => {
        const approval = await store.approvals.getApproval(id, user);
        if (!isAsked(approval.approvers, user)) throw notAsked(approval.approvers);
        if (approval.conversationId !== undefined)
          await requireVoice({ store }, approval.conversationId, user);
        const decision = checkAnswer(approval, body, { schemas: validation.schemas, tools });
        const { replayed } = await store.idempotency.once(claim, ({ approvals }) =>
          approvals.decide(id, { decision, by: user, requestId }),
        );
        // What is stored is decided; the workflow hears of it as soon as the engine can be reached.
        if (approval.runId !== undefined) void signalSender.sendNow(approval.runId);
        if (approval.conversationId !== undefined) void signalSender.wakeNow([approval.conversationId]);
        return { body: await store.approvals.getApproval(id, user), replayed };
      },
    ),
  ];
}

const notAsked = (approvers: readonly string[] | null): GatheringFailure =>
  new GatheringFailure(
    'Forbidden',
    approvers === null
      ? 'Viewers decide only what they are named for.'
      : `Only ${approvers.join(', ')} and administrators decide this approval.`,
  );
