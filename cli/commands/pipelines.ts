import { randomUUID } from 'node:crypto';

import type { Command } from 'commander';
import { z } from 'zod';

import { pageOf } from '../../contracts/page.ts';
import { Pipeline, PipelineSummary, PipelineVersion } from '../../contracts/pipeline.ts';
import { PipelineDiff } from '../../contracts/pipeline-diff.ts';
import { ApiProblem } from '../api-client.ts';
import { readDefinition } from '../definition-file.ts';
import { wordsOfDiff } from '../diff-words.ts';
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

const pathOf = (pipeline: string): string => `/pipelines/${encodeURIComponent(pipeline)}`;
const CONFLICT = 409;

/** Commands about pipelines and their versions. */
export function addPipelineCommands(
  program: Command,
  terminal: Terminal,
  done: (code: number) => void,
): void {
  const command = (name: string, description: string): Command =>
    program.command(name).description(description);
  const act = (target: Command, work: (options: Options, ...args: string[]) => Promise<void>): void => {
    target.action(async (...given: unknown[]) => {
      const args = given.filter((one) => typeof one === 'string');
      await work(target.optsWithGlobals<Options>(), ...args);
      done(EXIT.completed);
    });
  };
  const json = ['--json', 'print it as JSON', false] as const;

  act(
    command('pipelines', 'List pipelines')
      .option('-n, --limit <count>', 'how many', '50')
      .option(...json),
    (options) => listPipelines(options, terminal),
  );
  act(
    command('export', 'Write a pipeline as YAML')
      .argument('<pipeline>', 'name or id')
      .option('-o, --out <file>', 'instead of the standard output'),
    (options, pipeline = '') => exportPipeline(pipeline, options, terminal),
  );
  act(
    command('import', 'Make a pipeline from a YAML or JSON file, and publish it')
      .argument('<file>', '- is the standard input')
      .option('-u, --update', 'publish it as the next version where there is one of that name', false),
    (options, file = '') => importPipeline(file, options, terminal),
  );
  act(
    command('publish', 'Make the draft of a pipeline the next version').argument('<pipeline>', 'name or id'),
    (options, pipeline = '') => publish(pipeline, options, terminal),
  );
  act(
    command('versions', 'List the published versions of a pipeline')
      .argument('<pipeline>', 'name or id')
      .option('-n, --limit <count>', 'how many', '50')
      .option(...json),
    (options, pipeline = '') => listVersions(pipeline, options, terminal),
  );
  act(
    command('diff', 'Say what is between two versions of a pipeline')
      .argument('<pipeline>', 'name or id')
      .argument('[before]', 'number of a version; default: the latest published')
      .argument('[after]', 'number of a version, or draft', 'draft')
      .option(...json),
    (options, pipeline = '', ...sides) => diff(pipeline, sides, options, terminal),
  );
  act(
    command('rollback', 'Make an earlier version the draft, and publish it as the next version')
      .argument('<pipeline>', 'name or id')
      .argument('<version>', 'its number'),
    (options, pipeline = '', version = '') => rollBack(pipeline, version, options, terminal),
  );
}

async function listPipelines({ url, json, limit }: Options, terminal: Terminal): Promise<void> {
  const { client } = await connect(url);
  const path = `/pipelines?${new URLSearchParams({ limit }).toString()}`;
  const { items } = await client.request({ path, schema: pageOf(PipelineSummary) });
  if (json) {
    terminal.result(JSON.stringify(items, null, 2));
    return;
  }
  const rows = items.map(({ name, publishedVersion, nodeCount, description }) => [
    name,
    `v${publishedVersion}`,
    `${nodeCount} nodes`,
    shortened(description),
  ]);
  terminal.result(
    rows.length === 0 ? 'no pipelines' : table(['name', 'version', 'size', 'description'], rows),
  );
}

/** The first sentence, or as much of it as stands on a line. */
function shortened(description: string): string {
  const sentence = description.split(/(?<=\.)\s/)[0] ?? '';
  return sentence.length > 90 ? `${sentence.slice(0, 89)}…` : sentence;
}

async function exportPipeline(pipeline: string, { url, out }: Options, terminal: Terminal): Promise<void> {
  const { client } = await connect(url);
  await exportDefinition(client, { path: pathOf(pipeline), name: pipeline, out }, terminal);
}

async function importPipeline(file: string, { url, update }: Options, terminal: Terminal): Promise<void> {
  const { text, definition } = await readDefinition(file);
  const { client } = await connect(url);
  const headers = { 'idempotency-key': randomUUID() };
  try {
    const made = await client.request({
      ...{ method: 'POST', path: '/pipelines/import', schema: Pipeline, headers },
      yaml: text,
    });
    terminal.progress(`The pipeline ${made.name} is there, version ${made.publishedVersion}.`);
  } catch (error) {
    const name = z.object({ name: z.string() }).safeParse(definition).data?.name;
    if (!(error instanceof ApiProblem) || error.status !== CONFLICT || name === undefined) throw error;
    if (!update)
      throw new UsageError(`${error.message} Use --update to publish this as its next version.`, {
        cause: error,
      });
    const path = pathOf(name);
    await client.request({
      method: 'PUT',
      path,
      schema: Pipeline,
      body: definition,
      headers: { 'if-match': '*' },
    });
    await publish(name, url === undefined ? {} : { url }, terminal);
  }
}

async function publish(pipeline: string, { url }: Pick<Options, 'url'>, terminal: Terminal): Promise<void> {
  const { client } = await connect(url);
  const headers = { 'idempotency-key': randomUUID() };
  const path = `${pathOf(pipeline)}/publish`;
  const { name, publishedVersion } = await client.request({
    method: 'POST',
    path,
    schema: Pipeline,
    headers,
  });
  terminal.progress(`Version ${publishedVersion} of ${name} is published.`);
}

async function listVersions(
  pipeline: string,
  { url, limit, json }: Options,
  terminal: Terminal,
): Promise<void> {
  const { client } = await connect(url);
  const path = `${pathOf(pipeline)}/versions?${new URLSearchParams({ limit }).toString()}`;
  const { items } = await client.request({
    path,
    schema: pageOf(PipelineVersion.omit({ definition: true })),
  });
  if (json) terminal.result(JSON.stringify(items, null, 2));
  else
    terminal.result(
      table(
        ['version', 'published'],
        items.map(({ version, publishedAt }) => [`v${version}`, new Date(publishedAt).toLocaleString()]),
      ),
    );
}

async function diff(
  pipeline: string,
  sides: string[],
  { url, json }: Options,
  terminal: Terminal,
): Promise<void> {
  const { client } = await connect(url);
  const path = pathOf(pipeline);
  const latest = async (): Promise<string> =>
    String((await client.request({ path, schema: Pipeline })).publishedVersion);
  const [before, after] = sides.length > 1 ? sides : [await latest(), ...sides];
  const found = await client.request({
    path: `${path}/versions/${encodeURIComponent(before ?? '')}/diff/${encodeURIComponent(after ?? 'draft')}`,
    schema: PipelineDiff,
  });
  terminal.result(json ? JSON.stringify(found, null, 2) : wordsOfDiff(found));
}

async function rollBack(
  pipeline: string,
  version: string,
  { url }: Options,
  terminal: Terminal,
): Promise<void> {
  const { client } = await connect(url);
  const { publishedVersion } = await client.request({
    ...{
      method: 'POST',
      path: `${pathOf(pipeline)}/versions/${encodeURIComponent(version)}/restore`,
      schema: Pipeline,
    },
    headers: { 'idempotency-key': randomUUID(), 'if-match': '*' },
  });
  terminal.progress(`Version ${publishedVersion} is published: what version ${version} was.`);
}
