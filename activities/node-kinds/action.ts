import { GatheringFailure } from '../../contracts/failure.ts';
import { isJsonObject, type Json, type JsonObject } from '../../contracts/json.ts';
import { nodeFact } from '../../contracts/node-facts.ts';
import type { PipelineNode } from '../../contracts/pipeline.ts';
import { DEFAULT_PORT } from '../../contracts/plan.ts';
import type { Isolate } from '../../platform/expression/isolate.ts';
import type { Outbound } from '../../platform/outbound/index.ts';
import type { RunRecords } from '../../store/run-records.ts';
import type { ActivityAttempt } from '../engine/activity-attempt.ts';
import type { EffectRunner, EffectTools, Performed } from '../engine/effect.ts';
import { bindingsOf, type ReadsAt } from '../expression/bindings.ts';
import type { NodeStep } from '../index.ts';
import { callApi } from './call-api.ts';
import { nodeAt, noResultWithin, planNodeAt } from './node-at.ts';
import { createMask, maskJson, masksOf, type OpenSecrets } from './secrets.ts';
import { writeFile } from './write-file.ts';

export type ActionNode = Extract<PipelineNode, { type: 'action' }>;

/** What an action is done with: its config with the expressions filled in. */
export interface ActionTools extends Pick<EffectTools, 'key' | 'signal'> {
  given: JsonObject;
  timeoutMs: number;
  runFolder: string;
  outbound: Outbound;
}

export interface ActionDependencies {
  records: RunRecords;
  runEffect: EffectRunner;
  isolate: Pick<Isolate, 'evaluate'>;
  readsAt: ReadsAt;
  openSecrets: OpenSecrets;
  outbound: Outbound;
  /** The folder of a run's files. */
  runFolderOf: (runId: string) => string;
}

/** An action is one effect: its expressions are evaluated once it is claimed, and secrets are known only from there on. */
export function createRunAction(deps: ActionDependencies) {
  return async ({ runId, place, facts }: NodeStep, attempt: ActivityAttempt): Promise<void> => {
    const record = await deps.records.getRunRecord(runId);
    const node = nodeAt(record, place, 'action');
    const { timeoutMs } = planNodeAt(record, place);
    const reads = deps.readsAt(record, place);
    const subject = { runId, place, kind: node.type };

    const perform = async (tools: EffectTools): Promise<Performed> => {
      const secrets = await deps.openSecrets(reads.reads?.secrets ?? []);
      const bindings = bindingsOf(record, place, reads, tools.claim.values);
      const evaluate = (visible: Readonly<Record<string, string>>) => ({
        ...{ key: tools.key, now: attempt.scheduledAt, bindings: { ...bindings, secrets: { ...visible } } },
        what: reads.what ?? { kind: 'template' as const, template: null },
      });
      const hasSecrets = Object.keys(secrets).length > 0;
      const tasks = hasSecrets ? [evaluate(secrets), evaluate(masksOf(secrets))] : [evaluate(secrets)];
      const [filled, shown = filled] = (await deps.isolate.evaluate(tasks, tools.signal)).map((result) => {
        if (result.ok) return result.value;
        throw new GatheringFailure(
          result.failure.type,
          hasSecrets ? 'An expression failed' : result.failure.message,
        );
      });
      if (filled === undefined || shown === undefined || !isJsonObject(filled))
        throw new TypeError('a template has no value');
      tools.given.input = shown;
      const mask = createMask(secrets, filled, shown);
      tools.mask.text = mask;
      const output = await doAction(node, {
        ...{ key: tools.key, signal: tools.signal, given: filled, timeoutMs },
        ...{ runFolder: deps.runFolderOf(runId), outbound: deps.outbound },
      });
      const recorded = hasSecrets ? maskJson(output, mask) : output;
      const completed = nodeFact(subject, 'node.completed', {
        input: shown,
        output: recorded,
        port: DEFAULT_PORT,
      });
      return { result: null, facts: [completed] };
    };

    await deps.runEffect(
      {
        ...{ runId, place, node, suffix: '', perform },
        timeout: { ms: timeoutMs, failure: () => noResultWithin(timeoutMs) },
        needs: {
          facts: [...facts, nodeFact(subject, 'node.started', {})],
          reads: [...reads.keys.values()],
          items: reads.itemKey === undefined ? [] : [reads.itemKey],
        },
      },
      attempt,
    );
  };
}

function doAction({ config }: ActionNode, tools: ActionTools): Promise<Json> {
  switch (config.action) {
    case 'call_api':
      return callApi(config, tools);
    case 'write_file':
      return writeFile(tools);
  }
}
