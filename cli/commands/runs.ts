import type { Command } from 'commander';
import { z } from 'zod';

import { pageOf } from '../../contracts/page.ts';
import { RunSummary } from '../../contracts/run.ts';
import { EXIT } from '../exit.ts';
import { durationOf } from '../progress.ts';
import { addRunFilter, runFilterOf, type RunFilterOptions } from '../run-filter.ts';
import { connect } from '../sign-in.ts';
import { table } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { watchRun } from './watch.ts';

interface ListOptions extends RunFilterOptions {
  url?: string;
  json: boolean;
  limit: string;
}

/** Commands about runs that are there. */
export function addRunsCommands(program: Command, terminal: Terminal, done: (code: number) => void): void {
  addRunFilter(
    program
      .command('runs')
      .description('List runs, newest first')
      .option('-n, --limit <count>', 'how many', '20')
      .option('--json', 'print them as JSON', false),
  ).action(async (_: unknown, command: Command) => {
    await listRuns(command.optsWithGlobals<ListOptions>(), terminal);
    done(EXIT.completed);
  });
  program
    .command('tag')
    .description('Give a run other tags; none takes all away')
    .argument('<run>', 'its id')
    .argument('[tags...]')
    .action(async (runId: string, tags: string[], _: unknown, command: Command) => {
      const { client } = await connect(command.optsWithGlobals<ListOptions>().url);
      const path = `/runs/${encodeURIComponent(runId)}`;
      const run = await client.request({ method: 'PATCH', path, schema: RunSummary, body: { tags } });
      terminal.progress(
        run.tags.length === 0 ? 'The run has no tags.' : `The run has the tags ${run.tags.join(', ')}.`,
      );
      done(EXIT.completed);
    });
  program
    .command('delete')
    .description('Delete a run that has ended, with its events and files')
    .argument('<run>', 'its id')
    .action(async (runId: string, _: unknown, command: Command) => {
      const { client } = await connect(command.optsWithGlobals<ListOptions>().url);
      const path = `/runs/${encodeURIComponent(runId)}`;
      await client.request({ method: 'DELETE', path, schema: z.unknown() });
      terminal.progress(`The run ${runId} is deleted.`);
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

async function listRuns({ url, json, limit, ...filter }: ListOptions, terminal: Terminal): Promise<void> {
  const { client } = await connect(url);
  const query = new URLSearchParams({ limit, ...(await runFilterOf(filter, client)) });
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
