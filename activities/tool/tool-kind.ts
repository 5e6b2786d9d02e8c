import type { GatheringFailure } from '../../contracts/failure.ts';
import type { JsonObject } from '../../contracts/json.ts';
import type { Citation } from '../../contracts/knowledge.ts';
import type { Tool } from '../../contracts/tool.ts';

export interface ToolContext {
  /** In what the tool is called. */
  caller: { kind: 'run' | 'conversation'; id: string };
  /** The agent that calls it; absent where that is no agent, but a node of a pipeline. */
  agentId?: string | undefined;
  /** From which number on passages are to be counted, of which a call finds so many at most; absent: from 1. */
  firstPassage?: (aCall: number) => Promise<number>;
  /** The folder of the run's files; it need not exist yet. */
  runFolder: string;
  /** Names the call, not its attempt; sent to targets as `Idempotency-Key`. */
  idempotencyKey: string;
  signal: AbortSignal;
}

export interface ToolAnswer {
  content: string;
  isError: boolean;
  /** What can be cited of it, by the numbers that stand in it. */
  citations?: readonly Citation[];
  /** What an error means for a caller that is no model. */
  failure?: GatheringFailure;
}

/** One tool: what a model is told of it, and what it does. */
export interface ToolKind {
  tool: Tool;
  /**
   * Runs with arguments that fit `tool.inputSchema`. A string is a good answer. A GatheringFailure is for the model to act
   * upon; anything else that is thrown ends the call.
   */
  run(input: JsonObject, context: ToolContext): Promise<string | ToolAnswer>;
}

/** A text argument; '' when it is absent. That it is a text was checked against the schema before. */
export function textIn(input: JsonObject, name: string): string {
  const value = input[name];
  return typeof value === 'string' ? value : '';
}
