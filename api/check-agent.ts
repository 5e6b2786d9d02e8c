import { CreateAgent } from '../contracts/agent.ts';
import type { ProblemItem } from '../contracts/problem.ts';
import type { Tool } from '../contracts/tool.ts';
import { findUnstorable } from './middleware/parse-json.ts';
import { refusal } from './middleware/parse-request.ts';
import { problemItemsOf } from './problem-items.ts';

export interface AgentCheck {
  /** @throws GatheringFailure InvalidInput naming each tool that there is not: an agent would go without it, unseen. */
  requireTools(agent: Pick<CreateAgent, 'tools' | 'approveTools'>): void;
  /** Takes what somebody wrote for an agent. @throws GatheringFailure InvalidInput naming everything that is wrong with it */
  require(value: unknown): CreateAgent;
}

/** What an agent's definition has to be beside its form. */
export function createAgentCheck(tools: readonly Tool[]): AgentCheck {
  const known = tools.map(({ name }) => name);

  const requireTools: AgentCheck['requireTools'] = (agent) => {
    const problems = agent.tools.flatMap((name, index): ProblemItem[] => {
      const message = `There is no tool "${name}": known are ${known.join(', ')}`;
      return known.includes(name) ? [] : [{ path: `tools.${index}`, message }];
    });
    const foreign = agent.approveTools.flatMap((name, index): ProblemItem[] => {
      const message = `The agent does not have the tool "${name}": nobody needs to approve it`;
      return agent.tools.includes(name) ? [] : [{ path: `approveTools.${index}`, message }];
    });
    if (problems.length + foreign.length > 0) throw refusal([...problems, ...foreign]);
  };

  return {
    requireTools,
    require: (value) => {
      const unstorable = findUnstorable(value);
      if (unstorable.length > 0) throw refusal(unstorable);
      const parsed = CreateAgent.safeParse(value);
      if (!parsed.success) throw refusal(problemItemsOf(parsed.error, value));
      requireTools(parsed.data);
      return parsed.data;
    },
  };
}
