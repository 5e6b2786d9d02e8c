import type { Agent } from '../../contracts/agent.ts';
import { GatheringFailure } from '../../contracts/failure.ts';
import type { Json, JsonSchema } from '../../contracts/json.ts';
import {
  addUsage,
  type ModelMessage,
  type ModelRequest,
  type ModelResponse,
  NO_USAGE,
  type ToolCall,
  type Usage,
} from '../../contracts/model.ts';
import type { Tool } from '../../contracts/tool.ts';
import { detectLoop, type LoopState, NO_LOOP } from './loop-detection.ts';
import { outputBudget, reachedLimit } from './step-limits.ts';
import { systemPromptOf } from './system-prompt.ts';

export interface AgentTurnInput {
  agent: Pick<
    Agent,
    'name' | 'role' | 'personality' | 'instructions' | 'provider' | 'model' | 'tools' | 'limits'
  >;
  /** What was said so far and what is asked now; without a system message. */
  messages: readonly ModelMessage[];
  /** Every tool that there is; the turn offers only those that the agent has. */
  tools: readonly Tool[];
  outputSchema?: JsonSchema;
  /** What is left of the run's cost ceiling, in US dollars. */
  remainingCostUsd: number;
}

export interface ToolAnswer {
  content: string;
  isError: boolean;
}

/** The two things that a turn does to the world, and the clock it measures itself by. */
export interface AgentTurnEffects {
  /** Steps count from 0; `remainingMs` is what is left of the turn's time. A rejection ends the turn. */
  callModel: (step: number, request: ModelRequest, remainingMs: number) => Promise<ModelResponse>;
  /**
   * Runs one tool call. Answers with `isError` whatever the model can act upon; a rejection (cancellation, a worker's
   * bug) ends the turn.
   */
  callTool: (call: ToolCall, step: number) => Promise<ToolAnswer>;
  /** Milliseconds; must be the workflow's own clock. */
  now: () => number;
}

export interface AgentTurnResult {
  text: string;
  /** The structured answer, when `outputSchema` was given. */
  data?: Json;
  usage: Usage;
  steps: number;
  /** What the turn added to the conversation, in order: assistant and tool messages. */
  messages: ModelMessage[];
}

interface TurnState {
  steps: number;
  usage: Usage;
  loop: LoopState;
  added: ModelMessage[];
}

const LOOP_NOTICE =
  'Not run: this is the third time in a row that you call the same tools with the same arguments, and the result will ' +
  'not change. Do something else, or answer with what you have.';

/**
 * One agent turn: model, tools, model, …, until the model answers without calling a tool. It is deterministic: all
 * that it learns from outside comes through `effects`. Tool calls of one step run in parallel; their answers keep the
 * order of the calls.
 * @throws GatheringFailure `LimitExceeded` for the first limit reached or for a loop; `details` hold the limit and the
 * usage so far. What `effects` reject with is passed on as it is.
 */
export async function runAgentTurn(
  input: AgentTurnInput,
  effects: AgentTurnEffects,
): Promise<AgentTurnResult> {
  const offered = input.tools.filter((tool) => input.agent.tools.includes(tool.name));
  const startedAt = effects.now();
  const state: TurnState = { steps: 0, usage: NO_USAGE, loop: NO_LOOP, added: [] };

  for (;;) {
    const elapsedMs = effects.now() - startedAt;
    const reached = reachedLimit(input.agent.limits, input.remainingCostUsd, { ...state, elapsedMs });
    if (reached !== undefined) throw limitExceeded(reached.limit, reached.message, state);

    const remainingMs = input.agent.limits.maxSeconds * 1000 - elapsedMs;
    const response = await effects.callModel(state.steps, requestOf(input, offered, state), remainingMs);
    state.usage = addUsage(state.usage, response.usage);
    state.added.push({ role: 'assistant', content: response.text, toolCalls: response.toolCalls });
    if (response.toolCalls.length === 0) return resultOf(response, state);

    const answers = await answersTo(response.toolCalls, { offered, state, effects });
    response.toolCalls.forEach((call, index) => {
      const answer = answers[index] ?? { content: 'No answer', isError: true };
      state.added.push({ role: 'tool', toolCallId: call.id, toolName: call.name, ...answer });
    });
    state.steps += 1;
  }
}

function requestOf(input: AgentTurnInput, offered: readonly Tool[], state: TurnState): ModelRequest {
  const { agent, outputSchema } = input;
  const maxOutputTokens = outputBudget(agent.limits, state.usage);
  return {
    provider: agent.provider,
    model: agent.model,
    messages: [{ role: 'system', content: systemPromptOf(agent) }, ...input.messages, ...state.added],
    tools: offered.map(({ name, description, inputSchema }) => ({ name, description, inputSchema })),
    ...(outputSchema === undefined ? {} : { outputSchema }),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
  };
}

function resultOf(response: ModelResponse, state: TurnState): AgentTurnResult {
  return {
    text: response.text,
    ...(response.data === undefined ? {} : { data: response.data }),
    usage: state.usage,
    steps: state.steps + 1,
    messages: state.added,
  };
}

async function answersTo(
  calls: readonly ToolCall[],
  { offered, state, effects }: { offered: readonly Tool[]; state: TurnState; effects: AgentTurnEffects },
): Promise<ToolAnswer[]> {
  const { state: loop, verdict } = detectLoop(state.loop, calls);
  state.loop = loop;
  if (verdict === 'fail') {
    const names = [...new Set(calls.map((call) => call.name))].join(', ');
    throw limitExceeded('loop', `The agent kept calling ${names} with the same arguments`, state);
  }
  if (verdict === 'warn') return calls.map(() => ({ content: LOOP_NOTICE, isError: true }));
  const step = state.steps;
  return Promise.all(calls.map(async (call) => refusalOf(call, offered) ?? effects.callTool(call, step)));
}

/** The answer to a call that must not run, or undefined for one that may. */
function refusalOf(call: ToolCall, offered: readonly Tool[]): ToolAnswer | undefined {
  if (!offered.some((tool) => tool.name === call.name)) {
    const names = offered.map((tool) => tool.name).join(', ');
    return {
      content: `There is no tool "${call.name}" for you. Your tools: ${names === '' ? 'none' : names}`,
      isError: true,
    };
  }
  if (call.invalid !== undefined) {
    return { content: `The arguments are not a JSON object: ${call.invalid}`, isError: true };
  }
  return undefined;
}

function limitExceeded(limit: string, message: string, { usage, steps }: TurnState): GatheringFailure {
  return new GatheringFailure('LimitExceeded', message, { details: { limit, usage, steps } });
}
