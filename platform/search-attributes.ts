import {
  defineSearchAttributeKey,
  type SearchAttributePair,
  TypedSearchAttributes,
} from '@temporalio/common';

import type { ConversationMode } from '../contracts/conversation-settings.ts';
import { MODE_ATTRIBUTE } from '../contracts/conversation-state.ts';
import type { PipelineRunInput } from '../contracts/plan.ts';

const kind = defineSearchAttributeKey('GatheringKind', 'KEYWORD');
const run = defineSearchAttributeKey('GatheringRun', 'KEYWORD');
const pipeline = defineSearchAttributeKey('GatheringPipeline', 'KEYWORD');
const version = defineSearchAttributeKey('GatheringVersion', 'KEYWORD');
const trigger = defineSearchAttributeKey('GatheringTrigger', 'KEYWORD');
const parent = defineSearchAttributeKey('GatheringParent', 'KEYWORD');
const tags = defineSearchAttributeKey('GatheringTags', 'KEYWORD_LIST');
const circle = defineSearchAttributeKey('GatheringCircle', 'KEYWORD');
const agent = defineSearchAttributeKey('GatheringAgent', 'KEYWORD');
const mode = defineSearchAttributeKey(MODE_ATTRIBUTE, 'KEYWORD');

/**
 * The search attributes that make a workflow findable in Temporal's Web UI.
 * A start that names one which is not registered fails, so they are registered before any worker starts.
 */
export const searchAttributes = [
  ...[kind, run, pipeline, version, trigger, parent, tags],
  ...[circle, agent, mode],
] as const;

/** What a run's workflow is found by, and its child workflows with it. */
export function searchAttributesOf(input: PipelineRunInput): TypedSearchAttributes {
  const pairs: SearchAttributePair[] = [
    { key: kind, value: 'pipeline-run' },
    { key: run, value: input.runId },
    { key: pipeline, value: input.pipelineName },
    { key: version, value: String(input.pipelineVersion) },
    { key: trigger, value: input.trigger },
  ];
  if (input.parentRunId !== undefined) pairs.push({ key: parent, value: input.parentRunId });
  if (input.tags !== undefined && input.tags.length > 0) pairs.push({ key: tags, value: [...input.tags] });
  return new TypedSearchAttributes(pairs);
}

/** What a conversation's workflow is found by. */
export function conversationAttributesOf(conversation: {
  circle: string | null;
  agent: string | null;
  mode: ConversationMode;
}): TypedSearchAttributes {
  const pairs: SearchAttributePair[] = [
    { key: kind, value: 'conversation' },
    { key: mode, value: conversation.mode },
  ];
  if (conversation.circle !== null) pairs.push({ key: circle, value: conversation.circle });
  if (conversation.agent !== null) pairs.push({ key: agent, value: conversation.agent });
  return new TypedSearchAttributes(pairs);
}

/** For a workflow that is found by its id and by what kind of thing it works on. */
export const kindAttributeOf = (value: string): TypedSearchAttributes =>
  new TypedSearchAttributes([{ key: kind, value }]);
