import type { Agent } from '../../contracts/agent.ts';
import { GatheringFailure } from '../../contracts/failure.ts';
import type { Json } from '../../contracts/json.ts';
import { addUsage, type ModelRequest, type ModelResponse } from '../../contracts/model.ts';
import { nodeFact } from '../../contracts/node-facts.ts';
import type { PipelineNode } from '../../contracts/pipeline.ts';
import { DEFAULT_PORT } from '../../contracts/plan.ts';
import type { Tool } from '../../contracts/tool.ts';
import { systemPromptOf } from '../../platform/prompt/system-prompt.ts';
import type { Effects } from '../../store/effects.ts';
import type { RunRecord, RunRecords } from '../../store/run-records.ts';
import type { ActivityAttempt } from '../engine/activity-attempt.ts';
import type { EffectRunner, EffectTools, Performed } from '../engine/effect.ts';
import type { ReadsAt } from '../expression/bindings.ts';
import type { EvaluateNode } from '../expression/evaluate-node.ts';
import type { ModelStep, ModelStepResult } from '../index.ts';
import type { AccountedModel } from '../model/index.ts';
import { breakerOf } from '../node-kinds/breaker-of.ts';
import { nodeAt, noResultWithin, planNodeAt } from '../node-kinds/node-at.ts';
import { createTextStream } from './text-stream.ts';
import {
  modelRecordFrom,
  modelRecordOf,
  modelSuffix,
  signatureOf,
  toolSuffix,
  transcriptOf,
  usageBefore,
} from './turn-record.ts';

export interface CallModelDependencies {
  records: RunRecords;
  runEffect: EffectRunner;
  effects: Pick<Effects, 'appendText'>;
  evaluateNode: EvaluateNode;
  readsAt: ReadsAt;
  model: AccountedModel;
  /** Every tool that there is. */
  tools: () => readonly Tool[];
}

type AgentNode = Extract<PipelineNode, { type: 'agent' }>;

/**
 * One model call of an agent's turn: one effect. What was said before is read from the turn's recorded effects; its text streams
 * into Postgres while it is written; an answer without tool calls completes the node in the transaction that records it.
 */
export function createCallModel(deps: CallModelDependencies) {
  return async (input: ModelStep, attempt: ActivityAttempt): Promise<ModelStepResult> => {
    const { runId, place, step, budget, facts } = input;
    const record = await deps.records.getRunRecord(runId);
    const node = nodeAt(record, place, 'agent');
    const agent = agentOf(record, node);
    const reads = deps.readsAt(record, place);
    const subject = { runId, place, kind: node.type };
    const isFirst = step === 0;

    const perform = async (tools: EffectTools): Promise<Performed> => {
      const { turn } = tools.claim;
      const prompt = isFirst
        ? promptOf(
            await deps.evaluateNode(
              { record, place, reads, values: tools.claim.values, now: attempt.scheduledAt },
              tools.signal,
            ),
          )
        : (modelRecordOf(turn, 0).prompt ?? '');
      tools.given.input = prompt;
      const request = requestOf(agent, node, deps.tools(), {
        ...{ prompt, before: transcriptOf(turn, step) },
        ...(budget.maxOutputTokens === undefined ? {} : { maxOutputTokens: budget.maxOutputTokens }),
      });
      const response = await stream(deps, request, tools, agent);
      const kept = modelRecordFrom(response, isFirst ? prompt : undefined);
      if (response.toolCalls.length > 0) return { result: kept, facts: [] };
      const usage = addUsage(usageBefore(turn, step), response.usage);
      const output: Json = {
        text: response.text,
        ...(response.data === undefined ? {} : { data: response.data }),
        usage: { ...usage },
      };
      const completed = nodeFact(subject, 'node.completed', { ...tools.given, output, port: DEFAULT_PORT });
      return { result: kept, facts: [completed] };
    };

    const result = await deps.runEffect(
      {
        ...{ runId, place, node, suffix: modelSuffix(step), perform },
        ...breakerOf(record, place, node),
        timeout: timeoutOf(planNodeAt(record, place).timeoutMs, budget.remainingMs),
        needs: {
          facts: isFirst ? [...facts, nodeFact(subject, 'node.started', {})] : facts,
          reads: isFirst ? [...reads.keys.values()] : [],
          items: isFirst ? reads.items : [],
          ...(isFirst ? {} : { turnPrefix: '' }),
        },
      },
      attempt,
    );
    return answerOf(result, step);
  };
}

function agentOf({ agents }: RunRecord, { config }: AgentNode): Agent {
  const agent = agents[config.agent];
  if (agent === undefined) throw new TypeError(`the run has no agent ${config.agent}`);
  return agent;
}

function timeoutOf(timeoutMs: number, remainingMs: number): { ms: number; failure: () => GatheringFailure } {
  if (timeoutMs <= remainingMs) return { ms: timeoutMs, failure: () => noResultWithin(timeoutMs) };
  const failure = () => new GatheringFailure('LimitExceeded', 'The turn took longer than its limit');
  return { ms: remainingMs, failure };
}

const promptOf = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

function requestOf(
  agent: Agent,
  { config }: AgentNode,
  tools: readonly Tool[],
  {
    prompt,
    before,
    maxOutputTokens,
  }: { prompt: string; before: ModelRequest['messages']; maxOutputTokens?: number },
): ModelRequest {
  // What an agent may not use it is not even told of.
  const offered = tools.filter(({ name }) => agent.tools.includes(name));
  return {
    provider: agent.provider,
    model: agent.model,
    messages: [
      { role: 'system', content: systemPromptOf(agent) },
      { role: 'user', content: prompt },
      ...before,
    ],
    tools: offered.map(({ name, description, inputSchema }) => ({ name, description, inputSchema })),
    ...(config.outputSchema === undefined ? {} : { outputSchema: config.outputSchema }),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
  };
}

async function stream(
  { effects, model }: CallModelDependencies,
  request: ModelRequest,
  { attempt, claim, key, signal }: EffectTools,
  { id: agentId, limits }: Agent,
): Promise<ModelResponse> {
  const given = new AbortController();
  const text = createTextStream(
    (delta) => effects.appendText(attempt, claim.claims, delta),
    (error) => given.abort(error ?? new GatheringFailure('Conflict', 'A later attempt writes this answer')),
  );
  try {
    return await model.call(
      request,
      {
        signal: AbortSignal.any([signal, given.signal]),
        onText: text.push,
        onProgress: () => undefined,
      },
      {
        ...{ key, claims: claim.claims, agentId, runId: attempt.runId },
        limits: { tokens: limits.maxTokens, usd: limits.maxCostUsd },
      },
    );
  } finally {
    await text.end();
  }
}

function answerOf(result: unknown, step: number): ModelStepResult {
  const { toolCalls, usage } = modelRecordOf({ [modelSuffix(step)]: result }, step);
  const { inputTokens, outputTokens, costUsd } = usage;
  return {
    toolCalls: toolCalls.map((call, index) => ({
      id: toolSuffix(step, index),
      name: call.name,
      signature: signatureOf(call),
    })),
    usage: { inputTokens, outputTokens, costUsd },
  };
}
