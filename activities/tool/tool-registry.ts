import { GatheringFailure } from '../../contracts/failure.ts';
import type { JsonObject } from '../../contracts/json.ts';
import type { Tool } from '../../contracts/tool.ts';
import type { Outbound } from '../../platform/outbound/index.ts';
import { createSchemaCompiler } from '../../platform/pipeline/json-schema.ts';
import { told } from '../model/structured-output.ts';
import { calculator } from './calculator.ts';
import { currentTime } from './current-time.ts';
import { readFileTool, writeFileTool } from './file-tools.ts';
import { httpRequest } from './http-request.ts';
import type { MemoryToolDependencies } from './memory-caller.ts';
import { memoryTools } from './memory-tools.ts';
import { readRunTool, runPipelineTool, type RunToolDependencies } from './run-pipeline.ts';
import type { ToolAnswer, ToolContext, ToolKind } from './tool-kind.ts';

export interface ToolCallContext extends ToolContext {
  /** Names of the tools that the caller may use; any other is refused. */
  allowed: readonly string[];
}

export interface ToolRegistry {
  /** Every tool that there is, in the order in which models are told of them. */
  list(): Tool[];
  /**
   * Runs one tool call. What the model can act upon (a tool that it does not have, arguments that do not fit, a target that
   * fails or cannot be reached) is an answer with `isError`. Rejects with the signal's reason when that aborts, and with
   * what is no concern of the model's (a full disk, a bug).
   */
  call(name: string, input: JsonObject, context: ToolCallContext): Promise<ToolAnswer>;
  /**
   * Runs a tool for somebody who is no model, and gives its answer.
   * @throws GatheringFailure for whatever a model would be told as an error
   */
  run(name: string, input: JsonObject, context: ToolContext): Promise<string>;
}

export interface ToolDependencies {
  outbound: Outbound;
  clock: { now(): Date };
  /** Without it, there are no tools for runs. */
  pipelines?: RunToolDependencies;
  /** Without it, nobody remembers anything. */
  memory?: MemoryToolDependencies;
}

/** The built-in tools. Make one a process: the schemas of the arguments are compiled once. */
export function createToolRegistry({ outbound, clock, pipelines, memory }: ToolDependencies): ToolRegistry {
  const kinds: readonly ToolKind[] = [
    currentTime(clock),
    calculator(),
    httpRequest(outbound),
    readFileTool(),
    writeFileTool(),
    ...(pipelines === undefined ? [] : [runPipelineTool(pipelines), readRunTool(pipelines)]),
    ...(memory === undefined ? [] : memoryTools(memory)),
  ];
  const byName = new Map(kinds.map((kind) => [kind.tool.name, kind]));
  const schemas = createSchemaCompiler();

  const fitting = (kind: ToolKind, input: JsonObject): JsonObject => {
    const { name, inputSchema } = kind.tool;
    const schema = schemas.compile(inputSchema);
    if (!schema.ok) throw new Error(`The schema of ${name} is not valid: ${told(schema.problems)}`);
    const checked = schema.check(input);
    if (checked.ok) return checked.value;
    const expected = JSON.stringify(inputSchema);
    const message = `The arguments of ${name} do not fit: ${told(checked.problems)}. They must fit ${expected}`;
    throw new GatheringFailure('InvalidInput', message);
  };

  const answerOf = async (kind: ToolKind, input: JsonObject, context: ToolContext): Promise<ToolAnswer> => {
    context.signal.throwIfAborted();
    const answer = await kind.run(fitting(kind, input), context);
    return typeof answer === 'string' ? { content: answer, isError: false } : answer;
  };

  return {
    list: () => kinds.map(({ tool }) => tool),
    call: async (name, input, context) => {
      context.signal.throwIfAborted();
      const kind = byName.get(name);
      if (kind === undefined || !context.allowed.includes(name)) return refusal(name, context.allowed);
      try {
        const { content, isError, citations } = await answerOf(kind, input, context);
        return citations === undefined ? { content, isError } : { content, isError, citations };
      } catch (error) {
        context.signal.throwIfAborted();
        if (!(error instanceof GatheringFailure)) throw error;
        return failed(error.message);
      }
    },
    run: async (name, input, context) => {
      const kind = byName.get(name);
      if (kind === undefined) throw new GatheringFailure('NotFound', `There is no tool "${name}"`);
      const { content, isError, failure } = await answerOf(kind, input, context);
      if (!isError) return content;
      throw failure ?? new GatheringFailure('InvalidInput', content);
    },
  };
}

const failed = (content: string): ToolAnswer => ({ content, isError: true });

const refusal = (name: string, allowed: readonly string[]): ToolAnswer =>
  failed(`You have no tool "${name}". Your tools: ${allowed.length === 0 ? 'none' : allowed.join(', ')}`);
