import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { v7 as uuid } from 'uuid';

import { createModelPort } from '../activities/model/index.ts';
import { type SignalSender, startSignalSender } from '../api/signal-sender.ts';
import type { Agent } from '../contracts/agent.ts';
import type { Approval, Decide } from '../contracts/approval.ts';
import { isJsonObject, type Json, type JsonObject } from '../contracts/json.ts';
import type { PipelineDefinition } from '../contracts/pipeline.ts';
import { isTerminal, type Run } from '../contracts/run.ts';
import { createRunInputCheck } from '../platform/pipeline/run-input.ts';
import { loadSeeds, partsOf, type Seeds } from '../seeds/seed-definitions.ts';
import type { ScriptedModel } from './open-pipeline-house.ts';
import { anAgent, type PipelineHouse, withPipelines } from './pipeline-house.ts';
import { withTemporal } from './shared-servers.ts';
import { eventually } from './test-server.ts';

/** What a person answers to what they are asked; null: nothing. */
export type Decider = (asked: Approval) => Decide | null;

export interface PlayOptions {
  decide?: Decider;
  /** How long people are waited for instead of what the pipeline says; default: one second where nobody decides. */
  patience?: string;
  model?: ScriptedModel;
  /** The same for runs that share circuit breakers. */
  pipelineId?: string;
}

export interface PlayedRun {
  run: Run;
  /** The output of its last node. */
  report: JsonObject;
  /** `text` of the report. */
  text: string;
  /** Output of each outermost node, by its id. */
  nodes: JsonObject;
  /** Content of each file that it wrote, by its path. */
  files: Map<string, string>;
  /** Rendered prompts of its agents, in the order in which they were asked. */
  prompts: string[];
  /** What people were asked. */
  asked: Approval[];
}

export interface SeedRuns {
  readonly house: PipelineHouse;
  /** The first example of each field of the start form. */
  exampleOf: (name: string) => JsonObject;
  /** Starts a seeded pipeline as the API would, and waits until it has ended. @throws when the input is refused */
  play: (name: string, input: JsonObject, options?: PlayOptions) => Promise<PlayedRun>;
  /** The answers of the demo provider, which is the model of every play that names no other. */
  demo: ScriptedModel;
}

const PERSON = { id: uuid(), email: 'ada@example.org', role: 'admin' as const };
const MOST_MS = 50_000;

/** The seeded pipelines and agents in the real engine, offline, with the demo provider for a model; at the top of a test file. */
export function withSeedRuns(): SeedRuns {
  const temporal = withTemporal();
  const house = withPipelines(temporal);
  const port = createModelPort({}, { demoChunkDelayMs: 0 });
  const check = createRunInputCheck();
  const demo: ScriptedModel = (request, signal) =>
    port.call(request, { signal, onText: () => undefined, onProgress: () => undefined });
  let seeds: Seeds = { personas: [], circles: [], pipelines: [], agents: () => [] };
  let agents: Record<string, Agent> = {};
  let sender: SignalSender | undefined;

  beforeAll(async () => {
    seeds = await loadSeeds();
    const made = seeds.agents({ provider: 'demo', model: 'demo' });
    agents = Object.fromEntries(made.map((agent) => [agent.name, anAgent(agent)]));
    const quiet = () => undefined;
    sender = startSignalSender({
      client: temporal.current.client,
      signals: house.store.signals,
      wakeConversation: () => Promise.resolve(),
      failpoint: () => Promise.resolve(),
      logger: { error: quiet, warn: quiet, info: quiet, debug: quiet },
    });
  });
  afterAll(() => sender?.stop());
  beforeEach(() => {
    house.target.calls.length = 0;
    house.target.answer = () => ({});
  });

  const seedOf = (name: string): PipelineDefinition => {
    const found = seeds.pipelines.find((pipeline) => pipeline.name === name);
    if (found === undefined) throw new Error(`There is no pipeline ${name}`);
    return found;
  };

  const play: SeedRuns['play'] = async (name, input, options = {}) => {
    const { decide = () => null, model = demo } = options;
    const patience = options.patience ?? (options.decide === undefined ? '1 second' : undefined);
    const definition = patience === undefined ? seedOf(name) : withPatience(seedOf(name), patience);
    const checked = check(definition.inputSchema, input);
    if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
    const prompts: string[] = [];
    house.model = (request, signal) => {
      prompts.push(request.messages.findLast(({ role }) => role === 'user')?.content ?? '');
      return model(request, signal);
    };
    const started = await house.start(definition, {
      ...{ input: checked.input, agents },
      ...(options.pipelineId === undefined ? {} : { pipelineId: options.pipelineId }),
      pipelines: Object.fromEntries(partsOf(definition).map((part) => [part, seedOf(part)])),
    });
    const asked = new Map<string, Approval>();
    const run = await eventually(async () => {
      await decideAll(started.id, decide, asked);
      const now = await house.store.runs.getRun(started.id, { maxOutputBytes: 10_000_000 });
      if (!isTerminal(now.status)) throw new Error(`${name} is ${now.status}`);
      return now;
    }, MOST_MS);
    return {
      ...played(run),
      files: await filesOf(house.folder, run.id),
      prompts,
      asked: [...asked.values()],
    };
  };

  const decideAll = async (runId: string, decide: Decider, asked: Map<string, Approval>): Promise<void> => {
    const { items } = await house.store.approvals.listApprovals(
      { limit: 200, runId, status: ['pending'] },
      PERSON,
    );
    for (const { id } of items.filter((item) => !asked.has(item.id))) {
      const approval = await house.store.approvals.getApproval(id, PERSON);
      asked.set(id, approval);
      const decision = decide(approval);
      if (decision === null) continue;
      await house.store.approvals.decide(id, { decision, by: PERSON, requestId: 'test' });
      await sender?.sendNow(runId);
    }
  };

  return { house, demo, play, exampleOf: (name) => exampleIn(seedOf(name)) };
}

function played(run: Run): Pick<PlayedRun, 'run' | 'report' | 'text' | 'nodes'> {
  const output = isJsonObject(run.output) ? run.output : {};
  const [last] = Object.values(output);
  const report = isJsonObject(last) ? last : {};
  const outermost = run.nodes.filter(({ path, output: value }) => !path.includes('.') && value !== undefined);
  const nodes: JsonObject = Object.fromEntries(
    outermost.map(({ path, output: value = null }) => [path, value]),
  );
  return { run, report, text: typeof report['text'] === 'string' ? report['text'] : '', nodes };
}

/** Tests do not wait for days. */
function withPatience(definition: PipelineDefinition, timeout: string): PipelineDefinition {
  const text = JSON.stringify(definition, (_, value: Json) => {
    if (!isJsonObject(value) || value['type'] !== 'human' || !isJsonObject(value['config'])) return value;
    return { ...value, config: { ...value['config'], remindAfter: undefined, escalate: undefined, timeout } };
  });
  return JSON.parse(text) as PipelineDefinition; // what it was made of, with another timeout
}

function exampleIn({ inputSchema }: PipelineDefinition): JsonObject {
  const properties = inputSchema?.['properties'];
  const fields = isJsonObject(properties) ? Object.entries(properties) : [];
  return Object.fromEntries(
    fields.flatMap(([name, field]): [string, Json][] => {
      const examples = isJsonObject(field) ? field['examples'] : undefined;
      return Array.isArray(examples) && examples[0] !== undefined ? [[name, examples[0]]] : [];
    }),
  );
}

async function filesOf(home: string, runId: string): Promise<Map<string, string>> {
  const folder = join(home, 'runs', runId);
  const found = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []); // a run that wrote nothing
  const paths = found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = await Promise.all(
    paths.map(async (path): Promise<[string, string]> => [
      path.slice(folder.length + 1),
      await readFile(path, 'utf8'),
    ]),
  );
  return new Map(texts);
}
