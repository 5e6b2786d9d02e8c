import { isJsonObject, type Json } from '../../contracts/json.ts';
import type { CallToolConfig } from '../../contracts/node-kinds/action.ts';
import type { ToolRegistry } from '../tool/index.ts';
import type { ActionTools } from './action.ts';

/**
 * Calls a tool of the registry; its output is the answer: an object where that is the JSON of one, else the text.
 * @throws GatheringFailure where the tool's answer is an error
 */
export async function useTool(
  { tool }: Pick<CallToolConfig, 'tool'>,
  { given, key, signal, runFolder, runId }: ActionTools,
  tools: Pick<ToolRegistry, 'run'>,
): Promise<Json> {
  const input = isJsonObject(given['arguments']) ? given['arguments'] : {};
  const caller = { kind: 'run', id: runId } as const;
  const content = await tools.run(tool, input, { caller, runFolder, idempotencyKey: key, signal });
  return objectIn(content) ?? content;
}

function objectIn(content: string): Json | undefined {
  if (!content.startsWith('{')) return undefined;
  try {
    const parsed: unknown = JSON.parse(content);
    return isJsonObject(parsed) ? parsed : undefined;
  } catch {
    return undefined; // A text that only looks like JSON is a text.
  }
}
