import { randomUUID } from 'node:crypto';

import type { Command } from 'commander';

import { RestartedRuns } from '../../contracts/restart.ts';
import { Run, RunStarted } from '../../contracts/run.ts';
import { EXIT } from '../exit.ts';
import { addRunFilter, runFilterOf, type RunFilterOptions } from '../run-filter.ts';
import { parseInputs } from '../run-input.ts';
import { connect } from '../sign-in.ts';
import { table } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { watchStarted } from './watch.ts';

interface ForkOptions {
  url?: string;
  from?: string;
  input: string[];
  output: string[];
  pipelineVersion?: string;
  wait: boolean;
  json: boolean;
}

interface RestartOptions extends RunFilterOptions {
  url?: string;
  all: boolean;
  json: boolean;
}

const collect = (value: string, previous: string[]): string[] => [...previous, value];

/** Commands that begin runs where others were. */
export function addForkCommands(program: Command, terminal: Terminal, done: (code: number) => void): void {
  program
    .command('fork')
    .description('Begin a new run at a node of another one; nothing before it is done again')
    .argument('<run>', 'its id')
    .option('-f, --from <node>', 'where the new run goes on; default: where the other one failed')
    .option(
      '-i, --input <name=value>',
      'another value of a field of the input, or name:=<JSON>; may be repeated',
      collect,
      [],
    )
    .option(
      '-o, --output <node=value>',
      'what a node before it shall have given instead, or node:=<JSON>; may be repeated',
      collect,
      [],
    )
    .option(
      '--pipeline-version <number>',
      'run this version of the pipeline instead of what the other run was pinned to',
    )
    .option('--no-wait', 'start it and go')
    .option('--json', 'print the run as JSON', false)
    .action(async (runId: string, options: ForkOptions, command: Command) => {
      done(await fork(runId, { ...command.optsWithGlobals<ForkOptions>(), ...options }, terminal));
    });
  addRunFilter(
    program
      .command('restart')
      .description('Begin anew, each where it failed, all runs that fit and were not restarted yet')
      .option('--all', 'every run that failed, timed out or was canceled', false)
      .option('--json', 'print them as JSON', false),
  ).action(async (_: unknown, command: Command) => {
    done(await restart(command.optsWithGlobals<RestartOptions>(), terminal));
  });
}

async function fork(runId: string, options: ForkOptions, terminal: Terminal): Promise<number> {
  const overrides = parseInputs(options.output, undefined);
  const connection = await connect(options.url);
  const path = `/runs/${encodeURIComponent(runId)}`;
  const source = await connection.client.request({ path: `${path}?outputs=small`, schema: Run });
  const fromNode = options.from ?? source.error?.nodeId;
  if (fromNode === undefined)
    throw new UsageError('The run did not fail at a node: say with --from where to go on.');
  const input = parseInputs(options.input, source.definition.inputSchema);
  const started = await connection.client.request({
    method: 'POST',
    path: `${path}/fork`,
    schema: RunStarted,
    body: {
      fromNode,
      overrides,
      ...(options.input.length === 0 ? {} : { input: { ...source.input, ...input } }),
      ...(options.pipelineVersion === undefined ? {} : { version: Number(options.pipelineVersion) }),
    },
    headers: { 'idempotency-key': randomUUID() },
  });
  return watchStarted({ connection, started, terminal, options });
}

async function restart(options: RestartOptions, terminal: Terminal): Promise<number> {
  const { client } = await connect(options.url);
  const filter = await runFilterOf(options, client);
  if (Object.keys(filter).length === 0 && !options.all)
    throw new UsageError(
      'Say which runs, for example with --pipeline or --from; --all restarts every one that failed.',
    );
  const items: RestartedRuns['items'] = [];
  for (let more = true; more;) {
    const restarted = await client.request({
      ...{ method: 'POST', path: '/runs/restart', schema: RestartedRuns, body: { filter } },
      headers: { 'idempotency-key': randomUUID() },
    });
    items.push(...restarted.items);
    // What cannot be restarted would be met again.
    more = restarted.more && restarted.items.some((item) => 'newRunId' in item);
  }
  if (options.json) terminal.result(JSON.stringify(items, null, 2));
  else
    terminal.result(items.length === 0 ? 'no runs to restart' : table(['run', 'new run'], items.map(rowOf)));
  return items.every((item) => 'newRunId' in item) ? EXIT.completed : EXIT.failed;
}

const rowOf = (item: RestartedRuns['items'][number]): string[] => [
  item.runId,
  'newRunId' in item ? item.newRunId : item.problem.detail,
];
