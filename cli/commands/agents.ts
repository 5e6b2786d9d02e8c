import { randomUUID } from 'node:crypto';

import type { Command } from 'commander';
import { z } from 'zod';

import { Agent } from '../../contracts/agent.ts';
import { AgentSession } from '../../contracts/ledger.ts';
import { pageOf } from '../../contracts/page.ts';
import { type ApiClient, ApiProblem } from '../api-client.ts';
import { readDefinition } from '../definition-file.ts';
import { EXIT } from '../exit.ts';
import { exportDefinition } from '../export-definition.ts';
import { connect } from '../sign-in.ts';
import { table } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

interface Options {
  url?: string;
  json: boolean;
  limit: string;
  out?: string;
  update: boolean;
}

const CONFLICT = 409;
const pathOf = (agent: string): string => `/agents/${encodeURIComponent(agent)}`;

/** Commands about agents. */
export function addAgentCommands(program: Command, terminal: Terminal, done: (code: number) => void): void {
  const agents = program.command('agents').description('List, show, export and import agents');
  const act = (target: Command, work: (client: ApiClient, options: Options, name: string) => Promise<void>) =>
    target.action(async (...given: unknown[]) => {
      const [name = ''] = given.filter((one) => typeof one === 'string');
      const options = target.optsWithGlobals<Options>();
      const { client } = await connect(options.url);
      await work(client, options, name);
      done(EXIT.completed);
    });
  const json = ['--json', 'print it as JSON', false] as const;

  act(
    agents
      .command('list', { isDefault: true })
      .description('List agents')
      .option('-n, --limit <count>', 'how many', '50')
      .option(...json),
    (client, options) => listAgents(client, options, terminal),
  );
  act(
    agents
      .command('show')
      .description('Show an agent, and what it did last')
      .argument('<agent>', 'name or id')
      .option('-n, --limit <count>', 'how many conversations and runs', '10')
      .option(...json),
    (client, options, name) => showAgent(client, { ...options, name }, terminal),
  );
  act(
    agents
      .command('export')
      .description('Write an agent as YAML')
      .argument('<agent>', 'name or id')
      .option('-o, --out <file>', 'instead of the standard output'),
    (client, { out }, name) => exportDefinition(client, { path: pathOf(name), name, out }, terminal),
  );
  act(
    agents
      .command('import')
      .description('Make an agent from a YAML or JSON file')
      .argument('<file>', '- is the standard input')
      .option('-u, --update', 'change the one that has the name already', false),
    (client, { update }, file) => importAgent(client, { file, update }, terminal),
  );
}

async function listAgents(client: ApiClient, { limit, json }: Options, terminal: Terminal): Promise<void> {
  const path = `/agents?${new URLSearchParams({ limit }).toString()}`;
  const { items } = await client.request({ path, schema: pageOf(Agent) });
  if (json) {
    terminal.result(JSON.stringify(items, null, 2));
    return;
  }
  const rows = items.map(({ name, role, provider, model, tools }) => [
    ...[name, role, `${provider}/${model}`],
    tools.join(', '),
  ]);
  terminal.result(rows.length === 0 ? 'no agents' : table(['name', 'role', 'model', 'tools'], rows));
}

async function showAgent(
  client: ApiClient,
  { name, limit, json }: Options & { name: string },
  terminal: Terminal,
): Promise<void> {
  const agent = await client.request({ path: pathOf(name), schema: Agent });
  const query = new URLSearchParams({ limit }).toString();
  const { items } = await client.request({
    path: `${pathOf(name)}/sessions?${query}`,
    schema: pageOf(AgentSession),
  });
  if (json) {
    terminal.result(JSON.stringify({ ...agent, sessions: items }, null, 2));
    return;
  }
  const { personality, limits } = agent;
  const asked = (tool: string): string => (agent.approveTools.includes(tool) ? `${tool} (asks)` : tool);
  const facts = [
    ['role', agent.role],
    ['model', `${agent.provider}/${agent.model}`],
    ['persona', agent.persona ?? ''],
    ['traits', personality.traits.join(', ')],
    ['tone', personality.tone],
    ['style', personality.style],
    ['tools', agent.tools.map(asked).join(', ')],
    [
      'limits',
      `${limits.maxSteps} steps, ${limits.maxTokens} tokens, $${limits.maxCostUsd}, ${limits.maxSeconds} s`,
    ],
  ].filter(([, value]) => value !== '');
  terminal.result(table([agent.name, agent.id], facts));
  terminal.result(`\n${agent.instructions.trimEnd()}`);
  if (items.length > 0) terminal.result(`\n${sessionTable(items)}`);
}

const sessionTable = (sessions: readonly AgentSession[]): string =>
  table(
    ['', 'subject', 'calls', 'tokens', 'cost', 'last active'],
    sessions.map(({ kind, subject, subjectId, running, calls, tokens, costUsd, lastActiveAt }) => [
      running ? `${kind}, running` : kind,
      (subject ?? subjectId).split('\n')[0]?.slice(0, 60) ?? '',
      ...[String(calls), String(tokens), `$${costUsd.toFixed(4)}`],
      new Date(lastActiveAt).toLocaleString(),
    ]),
  );

async function importAgent(
  client: ApiClient,
  { file, update }: { file: string; update: boolean },
  terminal: Terminal,
): Promise<void> {
  const { text, definition } = await readDefinition(file);
  try {
    const { name } = await client.request({
      ...{ method: 'POST', path: '/agents/import', schema: Agent, yaml: text },
      headers: { 'idempotency-key': randomUUID() },
    });
    terminal.progress(`The agent ${name} is there.`);
  } catch (error) {
    const name = z.object({ name: z.string() }).safeParse(definition).data?.name;
    if (!(error instanceof ApiProblem) || error.status !== CONFLICT || name === undefined) throw error;
    if (!update) throw new UsageError(`${error.message} Use --update to change it.`, { cause: error });
    await client.request({
      ...{ method: 'PUT', path: pathOf(name), schema: Agent, body: definition },
      headers: { 'if-match': '*' },
    });
    terminal.progress(`The agent ${name} is changed.`);
  }
}
