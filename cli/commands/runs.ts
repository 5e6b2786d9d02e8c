import type { Command } from 'commander';

import { pageOf } from '../../contracts/page.ts';
import { PipelineSummary } from '../../contracts/pipeline.ts';
import { RunSummary } from '../../contracts/run.ts';
import { EXIT } from '../exit.ts';
import { durationOf } from '../progress.ts';
import { connect } from '../sign-in.ts';
import { table } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { watchRun } from './watch.ts';

interface ListOptions {
  url?: string;
  json: boolean;
  limit: string;
  status?: string;
}

/** Commands about runs that are there, and the list of pipelines. */
export function addRunsCommands(program: Command, terminal: Terminal, done: (code: number) => void): void {
  program
    .command('runs')
    .description('List runs, newest first')
    .option('-s, --status <status>', 'only those with this status; several with commas')
    .option('-n, --limit <count>', 'how many', '20')
    .option('--json', 'print them as JSON', false)
    .action(async (_: unknown, command: Command) => {
      await listRuns(command.optsWithGlobals<ListOptions>(), terminal);
      done(EXIT.completed);
    });
  program
    .command('pipelines')
    .description('List pipelines')
    .option('-n, --limit <count>', 'how many', '50')
    .option('--json', 'print them as JSON', false)
    .action(async (_: unknown, command: Command) => {
      await listPipelines(command.optsWithGlobals<ListOptions>(), terminal);
      done(EXIT.completed);
    });
  program
    .command('tail')
    .description('Show the progress of a run from its beginning to its end, then its result')
    .argument('<run>', 'its id')
    .option('--json', 'print each event as a line of JSON', false)
    .action(async (runId: string, _: unknown, command: Command) => {
      const { url, json } = command.optsWithGlobals<ListOptions>();
      done(await watchRun({ connection: await connect(url), runId, terminal, json, events: true }));
    });
}

async function listRuns({ url, json, limit, status }: ListOptions, terminal: Terminal): Promise<void> {
  const { client } = await connect(url);
  const query = new URLSearchParams({ limit, ...(status === undefined ? {} : { status }) });
  const page = await client.request({ path: `/runs?${query.toString()}`, schema: pageOf(RunSummary) });
  if (json) {
    terminal.result(JSON.stringify(page.items, null, 2));
    return;
  }
  const rows = page.items.map((run) => [
    run.id,
    run.pipelineName,
    run.status,
    new Date(run.createdAt).toLocaleString(),
    run.startedAt === null || run.endedAt === null
      ? ''
      : durationOf(Date.parse(run.endedAt) - Date.parse(run.startedAt)),
  ]);
  terminal.result(
    rows.length === 0 ? 'no runs' : table(['id', 'pipeline', 'status', 'created', 'took'], rows),
  );
}

/** The first sentence, or as much of it as stands on a line. */
function shortened(description: string): string {
  const sentence = description.split(/(?<=\.)\s/)[0] ?? '';
  return sentence.length > 90 ? `${sentence.slice(0, 89)}…` : sentence;
}

async function listPipelines({ url, json, limit }: ListOptions, terminal: Terminal): Promise<void> {
  const { client } = await connect(url);
  const query = new URLSearchParams({ limit });
  const page = await client.request({
    path: `/pipelines?${query.toString()}`,
    schema: pageOf(PipelineSummary),
  });
  if (json) {
    terminal.result(JSON.stringify(page.items, null, 2));
    return;
  }
  const rows = page.items.map(({ name, publishedVersion, nodeCount, description }) => [
    name,
    `v${publishedVersion}`,
    `${nodeCount} nodes`,
    shortened(description),
  ]);
  terminal.result(
    rows.length === 0 ? 'no pipelines' : table(['name', 'version', 'size', 'description'], rows),
  );
}
