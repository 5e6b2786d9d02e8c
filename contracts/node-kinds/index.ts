import type { z } from 'zod';

import { KIND_PORTS } from '../graph/ports.ts';
import { ActionNodeConfig } from './action.ts';
import { AgentNodeConfig } from './agent.ts';
import { CircleNodeConfig } from './circle.ts';
import { ConditionNodeConfig } from './condition.ts';
import { DelayNodeConfig } from './delay.ts';
import { FilterNodeConfig } from './filter.ts';
import { HumanNodeConfig } from './human.ts';
import { MergeNodeConfig } from './merge.ts';
import { ParallelNodeConfig, TriggerNodeConfig } from './pass-through.ts';
import { PipelineNodeConfig } from './pipeline.ts';
import { TransformNodeConfig } from './transform.ts';

/** What the editor and the validator know of a kind. */
export interface KindDescription {
  config: z.ZodType;
  ports: readonly string[];
  /** Its evaluation has no effect on the world. */
  pure: boolean;
  description: string;
}

/** Every kind that has no graph inside its own definition. `map` stands in `pipeline.ts`. */
export const LEAF_KINDS = {
  agent: {
    config: AgentNodeConfig,
    ports: KIND_PORTS.agent,
    pure: false,
    description: 'Lets an agent answer a prompt.',
  },
  circle: {
    config: CircleNodeConfig,
    ports: KIND_PORTS.circle,
    pure: false,
    description: 'Lets a circle discuss until it has come to an end.',
  },
  action: {
    config: ActionNodeConfig,
    ports: KIND_PORTS.action,
    pure: false,
    description: 'Calls an API or a tool, writes a file, or starts a run of another pipeline.',
  },
  condition: {
    config: ConditionNodeConfig,
    ports: KIND_PORTS.condition,
    pure: true,
    description: 'Chooses between two branches by an expression.',
  },
  transform: {
    config: TransformNodeConfig,
    ports: KIND_PORTS.transform,
    pure: true,
    description: 'Computes a value by an expression.',
  },
  filter: {
    config: FilterNodeConfig,
    ports: KIND_PORTS.filter,
    pure: true,
    description: 'Keeps the items of a list for which an expression is true.',
  },
  merge: {
    config: MergeNodeConfig,
    ports: KIND_PORTS.merge,
    pure: true,
    description: 'Joins branches: all of them, the first, or a number of them.',
  },
  delay: {
    config: DelayNodeConfig,
    ports: KIND_PORTS.delay,
    pure: false,
    description: 'Waits for a time or until an instant, at no cost.',
  },
  human: {
    config: HumanNodeConfig,
    ports: KIND_PORTS.human,
    pure: false,
    description: 'Waits until people have approved, rejected, edited or answered.',
  },
  pipeline: {
    config: PipelineNodeConfig,
    ports: KIND_PORTS.pipeline,
    pure: false,
    description: 'Runs another pipeline as a part of this run.',
  },
  trigger: {
    config: TriggerNodeConfig,
    ports: KIND_PORTS.trigger,
    pure: true,
    description: 'Begins an older pipeline; its output is the input of the run.',
  },
  parallel: {
    config: ParallelNodeConfig,
    ports: KIND_PORTS.parallel,
    pure: true,
    description: 'Forks in an older pipeline: hands on what it gets.',
  },
} as const satisfies Record<string, KindDescription>;
