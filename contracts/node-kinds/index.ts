import type { z } from 'zod';

import { KIND_PORTS } from '../graph/ports.ts';
import { ActionNodeConfig } from './action.ts';
import { AgentNodeConfig } from './agent.ts';
import { ConditionNodeConfig } from './condition.ts';
import { FilterNodeConfig } from './filter.ts';
import { MergeNodeConfig } from './merge.ts';
import { TransformNodeConfig } from './transform.ts';

/** What the editor and the validator know of a kind. */
export interface KindDescription {
  config: z.ZodType;
  ports: readonly string[];
  /** Its evaluation has no effect on the world. */
  pure: boolean;
  description: string;
}

/** Every kind that has no pipeline inside. `map` stands in `pipeline.ts`. */
export const LEAF_KINDS = {
  agent: {
    config: AgentNodeConfig,
    ports: KIND_PORTS.agent,
    pure: false,
    description: 'Lets an agent answer a prompt.',
  },
  action: {
    config: ActionNodeConfig,
    ports: KIND_PORTS.action,
    pure: false,
    description: 'Calls an API or writes a file.',
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
} as const satisfies Record<string, KindDescription>;
