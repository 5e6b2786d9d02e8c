import { v7 as uuid } from 'uuid';
import { z } from 'zod';

import type { ChangeConversation, Conversation, ConversationStatus } from '../contracts/conversation.ts';
import { ConversationSummary } from '../contracts/conversation.ts';
import type { ConversationMode, ConversationSettings } from '../contracts/conversation-settings.ts';
import { GatheringFailure } from '../contracts/failure.ts';
import type { Id } from '../contracts/ids.ts';
import type { Page } from '../contracts/page.ts';
import type { User } from '../contracts/user.ts';
import type { Viewer } from './circles.ts';
import { ConversationRow, summary, whole } from './conversation-rows.ts';
import type { ListPosition } from './cursor.ts';
import { idBefore, isId, pageOfRows } from './cursor.ts';
import { jsonb } from './json.ts';
import type { Queryable } from './pool.ts';
import { sql } from './pool.ts';

/** Who speaks or steers. */
export type Person = Pick<User, 'id' | 'role' | 'email' | 'name'>;

export interface ConversationFilter extends ListPosition {
  circleId?: Id | undefined;
  agentId?: Id | undefined;
  runId?: Id | undefined;
  status?: readonly ConversationStatus[] | undefined;
}

/** With a circle or with one agent; `partnerName` is what is shown when that is gone. */
export interface NewConversation {
  circleId?: Id;
  agentId?: Id;
  partnerName: string;
  topic: string;
  mode: ConversationMode;
  settings: ConversationSettings;
  requestId: string;
  /** Of the node of a run that it is a part of. */
  runId?: Id;
  nodeKey?: string;
}

/** What a person may do with a conversation. */
export interface Standing {
  id: Id;
  status: ConversationStatus;
  /** They read along only. */
  observes: boolean;
}

const Status = z.object({ status: ConversationSummary.shape.status });

const noConversation = (): GatheringFailure =>
  new GatheringFailure('NotFound', 'There is no such conversation.');
export const conversationEnded = (): GatheringFailure =>
  new GatheringFailure('Conflict', 'The conversation has ended.');

/**
 * What people do with conversations as wholes. What a viewer may not see is for them as if it were not there. Changes are single
 * statements under the conversation's lock; each leaves the wake-up for its workflow.
 */
export function createConversations(pool: Queryable) {
  const find = async (id: Id, viewer: Viewer): Promise<Conversation | null> =>
    isId(id)
      ? pool.maybeOne(sql.type(ConversationRow)`
          select ${whole} from conversation.conversations c where c.id = ${id} and conversation.is_visible(c, ${viewer.id}, ${viewer.role})`)
      : null;
  const act = (statement: ReturnType<typeof sql.fragment>): Promise<ConversationStatus> =>
    pool.oneFirst(sql.type(Status)`select ${statement} as status`);

  return {
    /** @throws GatheringFailure NotFound when the circle was deleted meanwhile */
    async insertConversation(started: NewConversation, by: Person, id: Id = uuid()): Promise<void> {
      const { circleId = null, agentId = null, runId = null, nodeKey = null } = started;
      if (circleId !== null) {
        // Nobody deletes it until the conversation is there.
        const open = await pool.maybeOne(sql.type(z.object({ id: z.string() }))`
          select id from circle.circles where id = ${circleId} and deleted_at is null for share`);
        if (open === null) throw new GatheringFailure('NotFound', 'There is no such circle.');
      }
      const row = {
        ...{ id, circle_id: circleId, agent_id: agentId, partner_name: started.partnerName },
        ...{
          topic: started.topic,
          mode: started.mode,
          settings: started.settings,
          run_id: runId,
          node_key: nodeKey,
        },
        ...{ started_by: by.id, started_by_email: by.email, request_id: started.requestId },
      };
      await pool.query(sql.type(z.object({}))`
        select conversation.start(jsonb_populate_record(null::conversation.conversations, ${jsonb(row)}))`);
    },

    findConversation: find,

    /** With members, branches and what is being said now, all of one moment. @throws GatheringFailure NotFound */
    async getConversation(id: Id, viewer: Viewer): Promise<Conversation> {
      const found = await find(id, viewer);
      if (found === null) throw noConversation();
      return found;
    },

    async listConversations(filter: ConversationFilter, viewer: Viewer): Promise<Page<ConversationSummary>> {
      const { limit, circleId, agentId, runId, status } = filter;
      const rows = await pool.any(sql.type(ConversationSummary)`
        select ${summary} from conversation.conversations c
        where ${sql.and([
          sql.fragment`c.id < ${idBefore(filter)}`,
          circleId !== undefined && sql.fragment`c.circle_id = ${circleId}`,
          agentId !== undefined && sql.fragment`c.agent_id = ${agentId}`,
          runId !== undefined && sql.fragment`c.run_id = ${runId}`,
          status !== undefined && sql.fragment`c.status = any(${sql.array([...status], 'text')})`,
          sql.fragment`conversation.is_visible(c, ${viewer.id}, ${viewer.role})`,
        ])}
        order by c.id desc limit ${limit + 1}`);
      return pageOfRows(rows, limit);
    },

    /** @throws GatheringFailure NotFound for whom it is not visible */
    async getStanding(id: Id, viewer: Viewer): Promise<Standing> {
      const Row = ConversationSummary.pick({ id: true, status: true }).extend({ observes: z.boolean() });
      const row = isId(id)
        ? await pool.maybeOne(sql.type(Row)`
            select c.id, c.status, c.circle_id is not null and circle.is_observer(c.circle_id, ${viewer.id}) as observes
            from conversation.conversations c where c.id = ${id} and conversation.is_visible(c, ${viewer.id}, ${viewer.role})`)
        : null;
      if (row === null) throw noConversation();
      return row;
    },

    /** Stops what agents say now, and what would follow. @returns the status that it has then */
    interrupt: (id: Id): Promise<ConversationStatus> => act(sql.fragment`conversation.interrupt(${id})`),

    /** What is being said is said to its end. @returns the status that it has then */
    setPaused: (id: Id, paused: boolean, by: Person): Promise<ConversationStatus> =>
      act(sql.fragment`conversation.set_paused(${id}, ${paused}, 'person', ${by.email})`),

    /** For good. @returns the status that it has then */
    end: (id: Id, by: Person): Promise<ConversationStatus> =>
      act(sql.fragment`conversation.end_conversation(${id}, 'person', ${by.email})`),

    /** @throws GatheringFailure Conflict when it has ended; InvalidInput for a branch that there is not */
    async changeConversation(id: Id, change: ChangeConversation, by: Person): Promise<void> {
      const { topic = null, mode = null, settings, branch = null } = change;
      const Outcome = z.object({ outcome: z.enum(['changed', 'same', 'ended', 'absent']) });
      const outcome = await pool.oneFirst(sql.type(Outcome)`
        select conversation.change_conversation(
          ${id}, ${topic}, ${mode}, ${jsonb(settings)}, ${branch}, ${by.email}) as outcome`);
      if (outcome === 'ended') throw conversationEnded();
      if (outcome === 'absent') {
        const problems = [{ path: 'branch', message: `There is no branch ${String(branch)}` }];
        throw new GatheringFailure('InvalidInput', 'There is no such branch.', { problems });
      }
    },
  };
}
