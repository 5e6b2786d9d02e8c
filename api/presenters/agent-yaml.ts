import { stringify } from 'yaml';
import { z } from 'zod';

import { type Agent, CreateAgent } from '../../contracts/agent.ts';

/** What of an agent is its definition, and not its place in this house. */
const Definition = z.object(CreateAgent.shape);

/** The definition of an agent as people read it; importing that makes the same agent. */
export const agentToYaml = (agent: Agent): string =>
  stringify(Definition.parse(agent), { lineWidth: 100, aliasDuplicateObjects: false });
