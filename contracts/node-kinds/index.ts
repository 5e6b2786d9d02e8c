import type { z } from 'zod';

import { ActionNodeConfig } from './action.ts';
import { AgentNodeConfig } from './agent.ts';
import { ConditionNodeConfig } from './condition.ts';
import { FilterNodeConfig } from './filter.ts';
import { MergeNodeConfig } from './merge.ts';
import { TransformNodeConfig } from './transform.ts';

/** What the editor and the validator know of a kind that has no pipeline inside. `map` stands in `pipeline.ts`. */
export const LEAF_KINDS = {
  agent: { config: AgentNodeConfig, ports: ['default'], pure: false, description: 'Lets an agent answer a prompt.' },
  action: { config: ActionNodeConfig, ports: ['default'], pure: false, description: 'Calls an API or writes a file.' },
  condition: { config: ConditionNodeConfig, ports: ['true', 'false'], pure: true, description: 'Chooses a branch.' },
  transform: { config: TransformNodeConfig, ports: ['default'], pure: true, description: 'Computes a value.' },
  filter: { config: FilterNodeConfig, ports: ['default'], pure: true, description: 'Keeps some items of a list.' },
  merge: { config: MergeNodeConfig, ports: ['default'], pure: true, description: 'Joins branches.' },
} as const satisfies Record<string, { config: z.ZodType; ports: readonly string[]; pure: boolean; description: string }>;

export type LeafKind = keyof typeof LEAF_KINDS;
