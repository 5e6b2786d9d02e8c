import { z } from 'zod';

import { Approval } from '../contracts/approval.ts';
import type { Fact } from '../contracts/event.ts';
import type { Json, JsonSchema } from '../contracts/json.ts';
import { iterationOf, nodePathOf, type NodePlace } from '../contracts/place.ts';
import type { HumanPlan } from '../contracts/plan.ts';
import { details, detailShape, presentValue } from './approval-rows.ts';
import { factsOf } from './facts.ts';
import { json } from './json.ts';
import type { Queryable } from './pool.ts';
import { sql } from './pool.ts';

/** What a run asks people; instants are ISO. */
export interface NewApproval {
  id: string;
  nodeId: string;
  title: string;
  instructions?: string;
  value?: Json;
  form?: JsonSchema;
  /** E-mail addresses in lower case. */
  approvers?: readonly string[];
  quorum: number;
  onTimeout: HumanPlan['onTimeout'];
  createdAt: string;
  expiresAt?: string;
}

const Asked = Approval.pick({
  status: true,
  createdAt: true,
  expiresAt: true,
  reminders: true,
  escalatedAt: true,
});
/** How far an approval has come. */
export type Asked = z.infer<typeof Asked>;

const asked = sql.fragment`
  status, created_at as "createdAt", expires_at as "expiresAt", reminders, escalated_at as "escalatedAt"`;

const SettledRow = Approval.pick({ status: true, onTimeout: true })
  .extend(detailShape)
  .transform(presentValue);
/** What a run goes on with. */
export type Settled = z.infer<typeof SettledRow>;

const Nothing = z.object({});

export type ApprovalSteps = ReturnType<typeof createApprovalSteps>;

/** How a run asks people, and goes on asking. Each function is one statement and safe to repeat. */
export function createApprovalSteps(pool: Queryable) {
  const at = (place: NodePlace) => [nodePathOf(place), iterationOf(place)] as const;

  return {
    /** What a place has asked before, which `workflowId` waits for from now on; null where nothing was asked. */
    async findAsked(runId: string, place: NodePlace, workflowId: string): Promise<Asked | null> {
      const [path, iteration] = at(place);
      return pool.maybeOne(sql.type(Asked)`
        update pipeline.approvals set workflow_id = ${workflowId}
        where run_id = ${runId} and path = ${path} and iteration = ${iteration}
        returning ${asked}`);
    },

    /**
     * Asks, once for each place; tells `waiting` only then.
     * @returns what was asked first; null where the run or the node had ended before anything was asked
     */
    async requestApproval(
      { runId, place, workflowId }: { runId: string; place: NodePlace; workflowId: string },
      approval: NewApproval,
      { waiting, facts }: { waiting: Fact; facts: readonly Fact[] },
    ): Promise<Asked | null> {
      const [path, iteration] = at(place);
      return pool.maybeOne(sql.type(Asked)`
        select ${asked} from pipeline.request_approval(
          ${runId}, ${path}, ${iteration}, ${workflowId}, ${json(approval)}, ${factsOf([waiting])} -> 0, ${factsOf(facts)}
        )`);
    },

    /** Reminds for the nth time. */
    async remind(
      runId: string,
      place: NodePlace,
      { number, at: told, facts }: { number: number; at: string; facts: readonly Fact[] },
    ): Promise<void> {
      const [path, iteration] = at(place);
      await pool.query(sql.type(Nothing)`
        select pipeline.prompt_approvers(${runId}, ${path}, ${iteration}, ${number}, null, ${told}, ${factsOf(facts)})`);
    },

    /** Asks others too, once. */
    async escalate(
      runId: string,
      place: NodePlace,
      { to, at: told, facts }: { to: readonly string[]; at: string; facts: readonly Fact[] },
    ): Promise<void> {
      const [path, iteration] = at(place);
      await pool.query(sql.type(Nothing)`
        select pipeline.prompt_approvers(${runId}, ${path}, ${iteration}, 0, ${sql.array([...to], 'text')}, ${told}, ${factsOf(facts)})`);
    },

    /** Ends it where nobody has decided in time. */
    async expire(runId: string, place: NodePlace, facts: readonly Fact[]): Promise<void> {
      const [path, iteration] = at(place);
      await pool.query(sql.type(Nothing)`
        select pipeline.expire_approval(${runId}, ${path}, ${iteration}, ${factsOf(facts)})`);
    },

    /** What has become of it. @throws when nothing was asked at that place */
    getSettled(runId: string, place: NodePlace): Promise<Settled> {
      const [path, iteration] = at(place);
      return pool.one(sql.type(SettledRow)`
        select a.status, a.on_timeout as "onTimeout", ${details}
        from pipeline.approvals a where a.run_id = ${runId} and a.path = ${path} and a.iteration = ${iteration}`);
    },
  };
}
