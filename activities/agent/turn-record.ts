import { createHash } from 'node:crypto';

import { z } from 'zod';

import { type Json } from '../../contracts/json.ts';
import { Citation } from '../../contracts/knowledge.ts';
import {
  addUsage,
  type ModelMessage,
  type ModelResponse,
  NO_USAGE,
  ToolCall,
  Usage,
} from '../../contracts/model.ts';

/** What the ledger keeps of a model call. */
export const ModelRecord = z.object({
  /** What was asked; with the first call of the turn. */
  prompt: z.string().optional(),
  text: z.string(),
  toolCalls: z.array(ToolCall),
  usage: Usage,
});
export type ModelRecord = z.infer<typeof ModelRecord>;

/** What the ledger keeps of a tool call. */
export const ToolRecord = z.object({
  content: z.string(),
  isError: z.boolean(),
  /** What can be cited of it, by the numbers that stand in it. */
  citations: z.array(Citation).readonly().optional(),
});
export type ToolRecord = z.infer<typeof ToolRecord>;

/** The recorded effects of an agent's node, by their suffix. */
export type TurnEffects = Readonly<Record<string, unknown>>;

export const modelSuffix = (step: number): string => `model.${step}`;

/** Our own, since providers may give the ids of tool calls twice, or long ones. */
export const toolSuffix = (step: number, index: number): string => `tool.${step}.${index}`;

export const LOOP_NOTICE =
  'Not run: this is the third time in a row that you call the same tools with the same arguments, and the result will ' +
  'not change. Do something else, or answer with what you have.';

export function modelRecordOf(turn: TurnEffects, step: number): ModelRecord {
  return ModelRecord.parse(turn[modelSuffix(step)]);
}

/**
 * What was said in a turn before a step, in order: assistant and tool messages. A tool call that has no record was not run,
 * because it was a loop, and the model is told so.
 */
export function transcriptOf(turn: TurnEffects, step: number): ModelMessage[] {
  return Array.from({ length: step }, (_, before) => before).flatMap((before): ModelMessage[] => {
    const { text, toolCalls } = modelRecordOf(turn, before);
    const answers = toolCalls.map(({ id, name }, index): ModelMessage => {
      const recorded = turn[toolSuffix(before, index)];
      const { content, isError } =
        recorded === undefined ? { content: LOOP_NOTICE, isError: true } : ToolRecord.parse(recorded);
      return { role: 'tool', toolCallId: id, toolName: name, content, isError };
    });
    return [{ role: 'assistant', content: text, toolCalls }, ...answers];
  });
}

export const usageBefore = (turn: TurnEffects, step: number): Usage =>
  Array.from({ length: step }, (_, before) => modelRecordOf(turn, before).usage).reduce(addUsage, NO_USAGE);

export const modelRecordFrom = ({ text, toolCalls, usage }: ModelResponse, prompt?: string): ModelRecord => ({
  ...(prompt === undefined ? {} : { prompt }),
  ...{ text, toolCalls, usage },
});

/** Equal for calls of the same tool with the same arguments, in whatever order their keys are. */
export function signatureOf(call: ToolCall): string {
  const text = `${call.name} ${canonical(call.arguments)} ${call.invalid ?? ''}`;
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}

function canonical(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join(',')}}`;
}
