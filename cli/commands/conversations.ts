import type { Command } from 'commander';
import { z } from 'zod';

import { CircleSummary } from '../../contracts/circle.ts';
import { ConversationSummary } from '../../contracts/conversation.ts';
import { pageOf } from '../../contracts/page.ts';
import type { ApiClient } from '../api-client.ts';
import { EXIT } from '../exit.ts';
import { connect } from '../sign-in.ts';
import { table } from '../table.ts';
import type { Terminal } from '../terminal.ts';

interface Options {
  url?: string;
  json: boolean;
  limit: string;
  circle?: string;
  agent?: string;
  status?: string;
}

const Named = z.looseObject({ id: z.string() });

/** Commands that tell with whom one can talk, and what is talked about. */
export function addConversationCommands(
  program: Command,
  terminal: Terminal,
  done: (code: number) => void,
): void {
  const list = (command: Command, work: (client: ApiClient, options: Options) => Promise<string>) =>
    command
      .option('-n, --limit <count>', 'how many', '20')
      .option('--json', 'print them as JSON', false)
      .action(async () => {
        const options = command.optsWithGlobals<Options>();
        const { client } = await connect(options.url);
        terminal.result(await work(client, options));
        done(EXIT.completed);
      });
  list(program.command('circles').description('List the circles that you may see'), listCircles);
  list(
    program
      .command('conversations')
      .description(
        'List conversations, the newest first; `gathering chat --conversation <id>` goes on with one',
      )
      .option('--circle <circle>', 'of this circle, by name or id')
      .option('--agent <agent>', 'with this agent alone, by name or id')
      .option('--status <status>', 'one status, or several with commas between'),
    listConversations,
  );
}

async function listCircles(client: ApiClient, { limit, json }: Options): Promise<string> {
  const path = `/circles?${new URLSearchParams({ limit }).toString()}`;
  const { items } = await client.request({ path, schema: pageOf(CircleSummary) });
  if (json) return JSON.stringify(items, null, 2);
  const rows = items.map(({ id, name, mode, agents, people, openConversations }) => [
    ...[id, name, mode],
    ...[agents, people, openConversations].map(String),
  ]);
  const head = ['id', 'name', 'mode', 'agents', 'people', 'open conversations'];
  return rows.length === 0 ? 'no circles' : table(head, rows);
}

async function listConversations(
  client: ApiClient,
  { limit, json, circle, agent, status }: Options,
): Promise<string> {
  const query = new URLSearchParams({
    limit,
    ...(circle !== undefined && { circleId: await idOf(client, `/circles/${encodeURIComponent(circle)}`) }),
    ...(agent !== undefined && { agentId: await idOf(client, `/agents/${encodeURIComponent(agent)}`) }),
    ...(status !== undefined && { status }),
  });
  const path = `/conversations?${query.toString()}`;
  const { items } = await client.request({ path, schema: pageOf(ConversationSummary) });
  if (json) return JSON.stringify(items, null, 2);
  const rows = items.map(({ id, circleName, agentName, topic, status, messages, updatedAt }) => [
    ...[
      id,
      circleName ?? agentName ?? '',
      topic.split('\n')[0]?.slice(0, 60) ?? '',
      status,
      String(messages),
    ],
    new Date(updatedAt).toLocaleString(),
  ]);
  const head = ['id', 'with', 'topic', 'status', 'messages', 'last active'];
  return rows.length === 0 ? 'no conversations' : table(head, rows);
}

const idOf = async (client: ApiClient, path: string): Promise<string> =>
  (await client.request({ path, schema: Named })).id;
