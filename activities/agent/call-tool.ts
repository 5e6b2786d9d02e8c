import type { Failure } from '../../contracts/failure.ts';
import type { RunRecords } from '../../store/run-records.ts';
import type { ActivityAttempt } from '../engine/activity-attempt.ts';
import type { EffectRunner, EffectTools, Performed } from '../engine/effect.ts';
import type { Activities } from '../index.ts';
import { nodeAt, noResultWithin } from '../node-kinds/node-at.ts';
import type { ToolRegistry } from '../tool/index.ts';
import { modelRecordOf, modelSuffix, type ToolRecord, toolSuffix, type TurnEffects } from './turn-record.ts';

export interface CallToolDependencies {
  records: RunRecords;
  runEffect: EffectRunner;
  tools: Pick<ToolRegistry, 'call'>;
  /** The folder of a run's files. */
  runFolderOf: (runId: string) => string;
}

/** Far above what any tool allows itself. */
const TIMEOUT_MS = 90_000;

/**
 * One tool call of an agent's turn: one effect, with the arguments that the model call has recorded. Whether the agent may use
 * the tool, and whether the arguments fit, is checked here again; what goes wrong is an answer to the model.
 */
export function createCallTool({ records, runEffect, tools, runFolderOf }: CallToolDependencies) {
  return async (
    { runId, place, step, toolCallId, facts }: Parameters<Activities['callTool']>[0],
    attempt: ActivityAttempt,
  ): Promise<void> => {
    const record = await records.getRunRecord(runId);
    const node = nodeAt(record, place, 'agent');
    const agent = record.agents[node.config.agent];
    const allowed = agent?.tools ?? [];

    const perform = async ({ claim, key, signal }: EffectTools): Promise<Performed> => {
      const call = callIn(claim.turn, step, toolCallId);
      if (call.invalid !== undefined)
        return recorded({ content: `The arguments are not a JSON object: ${call.invalid}`, isError: true });
      const caller = { kind: 'run', id: runId } as const;
      const context = {
        caller,
        agentId: agent?.id,
        runFolder: runFolderOf(runId),
        idempotencyKey: key,
        signal,
      };
      return recorded(await tools.call(call.name, call.arguments, { ...context, allowed }));
    };

    await runEffect(
      {
        ...{ runId, place, node, suffix: toolCallId, perform },
        timeout: { ms: TIMEOUT_MS, failure: () => noResultWithin(TIMEOUT_MS) },
        needs: { facts, reads: [], items: [], turnPrefix: modelSuffix(step) },
        settleFailure: ({ message }: Failure) =>
          recorded({ content: `The tool failed: ${message}`, isError: true }),
      },
      attempt,
    );
  };
}

function callIn(turn: TurnEffects, step: number, toolCallId: string) {
  const call = modelRecordOf(turn, step).toolCalls.find((_, index) => toolSuffix(step, index) === toolCallId);
  if (call === undefined) throw new TypeError(`the model made no tool call ${toolCallId}`);
  return call;
}

const recorded = (result: ToolRecord): Performed => ({ result, facts: [] });
