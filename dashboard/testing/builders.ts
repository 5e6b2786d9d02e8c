import type { Approval } from '../../contracts/approval.ts';
import type { Circle } from '../../contracts/circle.ts';
import type { Conversation, Message, Turn } from '../../contracts/conversation.ts';
import { ConversationSettings } from '../../contracts/conversation-settings.ts';
import { NO_USAGE } from '../../contracts/model.ts';
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

export const CIRCLE_ID = id(20);
export const CONVERSATION_ID = id(21);
export const ADA_ID = id(3);
export const EDITOR = { id: id(22), kind: 'agent', name: 'Editor', role: 'member' } as const;
export const CRITIC = { id: id(23), kind: 'agent', name: 'Critic', role: 'reviewer' } as const;

export function aCircle(change: Partial<Circle> = {}): Circle {
  return {
    id: CIRCLE_ID,
    name: 'Editorial team',
    description: 'Writes and reviews.',
    mode: 'round_robin',
    visibility: 'everyone',
    agents: 2,
    people: 1,
    openConversations: 1,
    version: 1,
    createdAt: AT,
    updatedAt: AT,
    settings: ConversationSettings.parse({}),
    members: [
      { ...EDITOR, agentRole: 'Writes', joinedAt: AT },
      { ...CRITIC, agentRole: 'Reviews', joinedAt: AT },
      { id: ADA_ID, kind: 'user', name: 'Ada', role: 'member', agentRole: null, joinedAt: AT },
    ],
    ...change,
  };
}

/** A circle's conversation that waits for people; its events up to 10 are known. */
export function aConversation(change: Partial<Conversation> = {}): Conversation {
  return {
    id: CONVERSATION_ID,
    circleId: CIRCLE_ID,
    circleName: 'Editorial team',
    agentId: null,
    agentName: null,
    topic: 'A brief on tea',
    mode: 'round_robin',
    status: 'idle',
    statusReason: null,
    workflowId: `conversation:${CONVERSATION_ID}`,
    branch: 0,
    messages: 0,
    costUsd: 0,
    startedBy: 'ada@example.org',
    runId: null,
    createdAt: AT,
    updatedAt: AT,
    endedAt: null,
    settings: ConversationSettings.parse({}),
    members: [EDITOR, CRITIC, { id: ADA_ID, kind: 'user', name: 'Ada', role: 'member' }],
    branches: [{ branch: 0, parent: null, forkedAfter: 0, reason: 'start', createdBy: 'Ada', createdAt: AT }],
    openTurns: [],
    usage: NO_USAGE,
    sequence: 10,
    ...change,
  };
}

export function aMessage(sequence: number, change: Partial<Message> = {}): Message {
  return {
    id: id(1000 + sequence),
    conversationId: CONVERSATION_ID,
    branch: 0,
    sequence,
    author: { kind: 'user', id: ADA_ID, name: 'Ada' },
    content: `Message ${sequence}`,
    status: 'completed',
    mentions: [],
    citations: [],
    createdAt: later(sequence),
    alternatives: [],
    ...change,
  };
}

export function aTurn(number: number, change: Partial<Turn> = {}): Turn {
  return {
    id: `${CONVERSATION_ID}/${number}`,
    number,
    branch: 0,
    agentId: EDITOR.id,
    agentName: EDITOR.name,
    purpose: 'speak',
    reason: 'It is Editor’s turn in the round',
    status: 'completed',
    attempts: 1,
    toolCalls: [],
    usage: NO_USAGE,
    startedAt: AT,
    endedAt: later(2),
    ...change,
  };
}
