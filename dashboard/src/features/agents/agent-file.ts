import { z } from 'zod';

import { type Agent, CreateAgent } from '../../../../contracts/agent.ts';
import { downloadText, fileNameOf } from '../../lib/download.ts';
import type { AgentSource } from './agent-draft.ts';

const Definition = z.object(CreateAgent.shape);
/** A file of a persona says in `summary` what it is good for. */
const Source = z.strictObject(CreateAgent.partial().shape).extend({ summary: z.string().optional() });

const Kept = z.object(CreateAgent.partial().shape);

/** Saves an agent as the file that it can be imported from. */
export async function downloadAgent(agent: Agent): Promise<void> {
  const { stringify } = await import('yaml');
  const text = stringify(Definition.parse(agent), { lineWidth: 110, blockQuote: 'literal' });
  downloadText(`${fileNameOf(agent.name)}.yaml`, text, 'application/yaml');
}

/** Reads an agent or a persona from YAML or JSON; what it lacks is filled in by hand. */
export async function readAgentFile(
  text: string,
): Promise<{ ok: true; source: AgentSource } | { ok: false; problem: string }> {
  const { parseDocument } = await import('yaml');
  const document = parseDocument(text, { prettyErrors: false });
  const [mistake] = document.errors;
  if (mistake !== undefined) return { ok: false, problem: `is no YAML that can be read: ${mistake.message}` };
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 50 });
  } catch (error) {
    if (error instanceof ReferenceError) return { ok: false, problem: `cannot be read: ${error.message}` };
    throw error;
  }
  const parsed = Source.safeParse(value);
  if (!parsed.success) return { ok: false, problem: `is no agent: ${z.prettifyError(parsed.error)}` };
  return { ok: true, source: Kept.parse(parsed.data) };
}
