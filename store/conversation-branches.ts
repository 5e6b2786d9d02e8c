import { v7 as uuid } from 'uuid';
import { z } from 'zod';

import type { BranchConversation } from '../contracts/conversation.ts';
import { Branch } from '../contracts/conversation.ts';
import { GatheringFailure } from '../contracts/failure.ts';
import type { Id } from '../contracts/ids.ts';
import type { Person } from './conversations.ts';
import { conversationEnded } from './conversations.ts';
import { isId } from './cursor.ts';
import { jsonb } from './json.ts';
import type { Queryable } from './pool.ts';
import { sql } from './pool.ts';

const columns = sql.fragment`
  b.branch, b.parent, b.forked_after as "forkedAfter", b.reason, b.created_by as "createdBy", b.created_at as "createdAt"`;

const UNLIKE = {
  edit: 'Only what a person said can be said differently; an agent speaks anew by `regenerate`.',
  regenerate: 'Only an agent speaks anew; what a person said is changed by `edit`.',
};
const SILENT = 'The agent may not speak here any more, so it cannot say this anew.';

/** Ways in which a conversation went on. Nothing that was said is ever taken away. */
export function createConversationBranches(pool: Queryable) {
  return {
    /**
     * Makes a branch before a message of the active one, and goes on with it: what was under way is stopped.
     * @throws GatheringFailure Conflict when the conversation has ended, the message is not of that kind, or its agent may not speak
     *   any more; InvalidInput when the active branch shows no such message
     */
    async branchOff(
      conversationId: Id,
      asked: BranchConversation & { mentions: readonly Id[] },
      by: Person,
      id: Id = uuid(),
    ): Promise<void> {
      const Outcome = z.object({ outcome: z.enum(['branched', 'ended', 'absent', 'unlike', 'silent']) });
      const message =
        asked.kind === 'edit'
          ? { id, content: asked.content, mentions: asked.mentions, author_id: by.id, author_name: by.name }
          : undefined;
      const { outcome } = await pool.one(sql.type(Outcome)`
        select * from conversation.branch_off(
          ${conversationId}, ${id}, ${isId(asked.messageId) ? asked.messageId : null},
          jsonb_populate_record(null::conversation.messages, ${jsonb(message)}), ${by.email})`);
      if (outcome === 'ended') throw conversationEnded();
      if (outcome === 'unlike') throw new GatheringFailure('Conflict', UNLIKE[asked.kind]);
      if (outcome === 'silent') throw new GatheringFailure('Conflict', SILENT);
      if (outcome === 'absent') {
        const text = 'The branch that the conversation goes on with has no such message';
        throw new GatheringFailure('InvalidInput', `${text}.`, {
          problems: [{ path: 'messageId', message: text }],
        });
      }
    },

    /** @throws GatheringFailure NotFound */
    async getBranch(conversationId: Id, id: Id): Promise<Branch> {
      const found = await pool.maybeOne(sql.type(Branch)`
        select ${columns} from conversation.branches b where b.conversation_id = ${conversationId} and b.id = ${id}`);
      if (found === null) throw new GatheringFailure('NotFound', 'There is no such branch.');
      return found;
    },
  };
}
