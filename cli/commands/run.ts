import { randomUUID } from 'node:crypto';

import type { Command } from 'commander';

import { Pipeline } from '../../contracts/pipeline.ts';
import { RunStarted } from '../../contracts/run.ts';
import { parseInputs, readDocument } from '../run-input.ts';
import { connect } from '../sign-in.ts';
import type { Terminal } from '../terminal.ts';
import { watchStarted } from './watch.ts';

interface RunOptions {
  url?: string;
  input: string[];
  file?: string;
  tag: string[];
  wait: boolean;
  json: boolean;
}

export function addRunCommand(program: Command, terminal: Terminal, done: (code: number) => void): void {
  program
    .command('run')
    .description('Start a run of a pipeline and show its progress and its result')
    .argument('<pipeline>', 'name or id')
    .option('-i, --input <name=value>', 'a field of the input, or name:=<JSON>; may be repeated', collect, [])
    .option(
      '-f, --file <path>',
      "a document: its text becomes the input's `text`, its name `name`; - is the standard input",
    )
    .option('-t, --tag <tag>', 'a word to find it by; may be repeated', collect, [])
    .option('--no-wait', 'start it and go')
    .option('--json', 'print the run as JSON', false)
    .action(async (pipeline: string, options: RunOptions, command: Command) => {
      done(await run(pipeline, { ...command.optsWithGlobals<RunOptions>(), ...options }, terminal));
    });
}

const collect = (value: string, previous: string[]): string[] => [...previous, value];

async function run(name: string, options: RunOptions, terminal: Terminal): Promise<number> {
  parseInputs(options.input, undefined); // What is not written rightly is said before anything is asked for.
  const document = options.file === undefined ? {} : await readDocument(options.file);
  const connection = await connect(options.url);
  const path = `/pipelines/${encodeURIComponent(name)}`;
  const pipeline =
    options.input.length > 0 ? await connection.client.request({ path, schema: Pipeline }) : undefined;
  const started = await connection.client.request({
    method: 'POST',
    path: `${path}/runs`,
    schema: RunStarted,
    body: {
      input: { ...document, ...parseInputs(options.input, pipeline?.definition.inputSchema) },
      ...(options.tag.length === 0 ? {} : { tags: options.tag }),
    },
    headers: { 'idempotency-key': randomUUID() },
  });
  return watchStarted({ connection, started, terminal, options });
}
