import { v7 as uuid } from 'uuid';
import { z } from 'zod';

import type { Pool } from '../store/pool.ts';
import { sql } from '../store/pool.ts';

/** Turns of conversations without a worker: what its activities store, told by hand. */
export function turnsByHand(pool: () => Pool) {
  const claim = (conversationId: string, number: number, agentId: string, step = 0) =>
    pool().oneFirst(sql.type(z.object({ outcome: z.string() }))`
      select outcome from conversation.claim_turn_effect(
        ${conversationId}, ${number}, ${`model.${step}`}, 'by hand', 1,
        ${JSON.stringify({ agentId, purpose: 'speak', reason: 'by hand' })}::json)`);
  const record = (conversationId: string, number: number, result: object, ending: object | null, step = 0) =>
    pool().oneFirst(sql.type(z.object({ recorded: z.boolean() }))`
      select conversation.record_turn_effect(
        ${conversationId}, ${number}, ${`model.${step}`}, 'by hand', 1, ${JSON.stringify(result)}::json,
        ${ending === null ? null : JSON.stringify(ending)}::json) as recorded`);

  return {
    /** Begins a turn. @returns the outcome of the claim */
    begin: claim,
    /** Ends a turn that has begun, with a text. */
    async finish(conversationId: string, number: number, content: string): Promise<void> {
      const said = { mentions: [], texts: [] };
      await record(conversationId, number, { text: content }, { messageId: uuid(), content, said });
    },
    /** Ends a turn that was given up. */
    async giveUp(conversationId: string, number: number): Promise<void> {
      await pool().query(sql.type(z.object({}))`
        select conversation.end_turn(${conversationId}, ${number}, 'stopped', ${uuid()}, null)`);
    },
    nextTurn: (conversationId: string) =>
      pool().oneFirst(sql.type(z.object({ next: z.number() }))`
        select next_turn as next from conversation.conversations where id = ${conversationId}`),
    isStopRequested: (conversationId: string, number: number) =>
      pool().oneFirst(sql.type(z.object({ asked: z.boolean() }))`
        select stop_requested_at is not null as asked from conversation.turns
        where conversation_id = ${conversationId} and number = ${number}`),
    /** Which of a conversation's messages steer, in their order. */
    steering: (conversationId: string) =>
      pool().any(sql.type(z.object({ content: z.string(), steers: z.boolean() }))`
        select content, steers from conversation.messages where conversation_id = ${conversationId} order by branch, sequence`),
    /** The turn's first step is a tool call that a person is asked for. @returns the id of the approval */
    async askFor(conversationId: string, number: number, name: string, args: object): Promise<string> {
      const toolCalls = [{ id: 'one', name, arguments: args }];
      await record(conversationId, number, { text: '', toolCalls, asks: ['tool.0.0'] }, null);
      const id = uuid();
      await pool().query(sql.type(z.object({}))`
        select conversation.request_tool_approval(
          ${conversationId}, ${number}, 'tool.0.0', ${id}, ${`conversation:${conversationId}`})`);
      return id;
    },
    /** How a tool call stands that a person was asked for. */
    askAgain: (conversationId: string, number: number) =>
      pool().oneFirst(sql.type(z.object({ status: z.string() }))`
        select status from conversation.request_tool_approval(
          ${conversationId}, ${number}, 'tool.0.0', ${uuid()}, ${`conversation:${conversationId}`})`),
  };
}
