import type { Approval } from '../../contracts/approval.ts';
import type { PipelineDefinition } from '../../contracts/pipeline.ts';
import { PipelineDefinition as PipelineDefinitionSchema } from '../../contracts/pipeline.ts';
import type { Run, RunNode } from '../../contracts/run.ts';
import type { Session } from '../../contracts/user.ts';

export const AT = '2026-05-04T10:00:00.000Z';
export const later = (seconds: number): string => new Date(Date.parse(AT) + seconds * 1000).toISOString();
const id = (last: number) => `01970000-0000-7000-8000-${String(last).padStart(12, '0')}`;
export const RUN_ID = id(1);
export const PIPELINE_ID = id(2);

export function aSession(change: Partial<Session> = {}): Session {
  return {
    accessToken: 'access-1',
    refreshToken: 'refresh-1',
    expiresAt: later(900),
    user: { id: id(3), email: 'ada@example.org', name: 'Ada', role: 'admin', createdAt: AT },
    ...change,
  };
}

/** split → each(digest → shape) → enough → report | apology */
export function aDefinition(): PipelineDefinition {
  return PipelineDefinitionSchema.parse({
    name: 'digest',
    inputSchema: {
      type: 'object',
      required: ['text'],
      properties: { text: { type: 'string', minLength: 3 }, name: { type: 'string', title: 'Name' } },
    },
    nodes: [
      { id: 'split', name: 'Split it', type: 'transform', config: { expression: 'input.text' } },
      {
        id: 'each',
        type: 'map',
        config: {
          items: 'nodes.split',
          onError: 'continue',
          pipeline: {
            nodes: [
              { id: 'digest', type: 'agent', config: { agent: 'reader', prompt: '{{ item }}' } },
              { id: 'shape', type: 'transform', config: { expression: 'nodes.digest.text' } },
            ],
            edges: [{ from: 'digest', to: 'shape' }],
          },
        },
      },
      { id: 'enough', type: 'condition', config: { expression: 'true' } },
      {
        id: 'report',
        name: 'Write the report',
        type: 'agent',
        config: { agent: 'editor', prompt: '{{ nodes.each }}' },
      },
      { id: 'apology', type: 'transform', config: { expression: "'sorry'" } },
    ],
    edges: [
      { from: 'split', to: 'each' },
      { from: 'each', to: 'enough' },
      { from: 'enough', to: 'report', port: 'true' },
      { from: 'enough', to: 'apology', port: 'false' },
    ],
  });
}

export function aRunNode(path: string, change: Partial<RunNode> = {}): RunNode {
  return {
    id: path.split('.').at(-1) ?? path,
    path,
    iteration: '0',
    kind: 'transform',
    status: 'pending',
    attempts: 0,
    startedAt: null,
    endedAt: null,
    ...change,
  };
}

export function aRun(change: Partial<Run> = {}): Run {
  const definition = aDefinition();
  return {
    id: RUN_ID,
    pipelineId: PIPELINE_ID,
    pipelineName: 'digest',
    pipelineVersion: 1,
    status: 'running',
    workflowId: `pipeline-run:${RUN_ID}`,
    trigger: 'api',
    tags: [],
    costUsd: 0,
    createdAt: AT,
    startedAt: AT,
    endedAt: null,
    input: { text: 'a text' },
    nodes: definition.nodes.map((node) => aRunNode(node.id, { kind: node.type })),
    definition,
    pipelines: {},
    sequence: 2,
    ...change,
  };
}

export const APPROVAL_ID = id(9);

/** A question that waits for the person who is signed in. */
export function anApproval(change: Partial<Approval> = {}): Approval {
  return {
    id: APPROVAL_ID,
    runId: RUN_ID,
    pipelineId: PIPELINE_ID,
    pipelineName: 'digest',
    nodeId: 'approve',
    path: 'approve',
    iteration: '0',
    title: 'Publish the brief?',
    status: 'pending',
    approvers: null,
    quorum: 1,
    approvals: 0,
    rejections: 0,
    createdAt: AT,
    expiresAt: null,
    decidedAt: null,
    onTimeout: 'fail',
    reminders: 0,
    escalatedAt: null,
    canDecide: true,
    decisions: [],
    ...change,
  };
}
