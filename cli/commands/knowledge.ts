import { setTimeout as sleep } from 'node:timers/promises';

import type { Command } from 'commander';

import { KnowledgeDocument } from '../../contracts/knowledge.ts';
import { pageOf } from '../../contracts/page.ts';
import { type ApiClient, ApiProblem } from '../api-client.ts';
import { listFiles, readFormOf } from '../document-files.ts';
import { EXIT } from '../exit.ts';
import { readScope, SCOPE_HELP } from '../memory-scope.ts';
import { connect } from '../sign-in.ts';
import { table } from '../table.ts';
import type { Terminal } from '../terminal.ts';

interface IngestOptions {
  url?: string;
  scope: string;
  wait: boolean;
  json: boolean;
}
interface ListOptions {
  url?: string;
  limit: string;
  json: boolean;
}

const LOOK_EVERY_MS = 500;
const UNDER_WAY: readonly string[] = ['queued', 'parsing', 'embedding'];

/** Commands for the documents that passages are found in. */
export function addKnowledgeCommands(
  program: Command,
  terminal: Terminal,
  done: (code: number) => void,
): void {
  program
    .command('ingest <paths...>')
    .description(
      'Add files, and those in folders, to the knowledge base; what is there already is left alone',
    )
    .option('--scope <scope>', SCOPE_HELP, 'global')
    .option('--no-wait', 'do not wait until they are read and embedded')
    .option('--json', 'print the documents as JSON', false)
    .action(async (paths: string[], _: unknown, command: Command) => {
      const options = command.optsWithGlobals<IngestOptions>();
      const { client } = await connect(options.url);
      const { documents, refused } = await ingest(client, terminal, paths, options);
      if (options.json) terminal.result(JSON.stringify(documents, null, 2));
      else for (const { id } of documents) terminal.result(id);
      const isFailed = refused > 0 || documents.some(({ status }) => status === 'failed');
      done(isFailed ? EXIT.failed : EXIT.completed);
    });

  program
    .command('documents')
    .description('List the documents of the knowledge base, newest first')
    .option('-n, --limit <count>', 'how many', '50')
    .option('--json', 'print them as JSON', false)
    .action(async (_: unknown, command: Command) => {
      const { url, limit, json } = command.optsWithGlobals<ListOptions>();
      const { client } = await connect(url);
      const path = `/knowledge/documents?limit=${encodeURIComponent(limit)}`;
      const { items } = await client.request({ path, schema: pageOf(KnowledgeDocument) });
      if (json) terminal.result(JSON.stringify(items, null, 2));
      else terminal.result(table(['id', 'status', 'scope', 'chunks', 'name'], items.map(rowOf)));
      done(EXIT.completed);
    });
}

/** One file after the other: a file that is refused keeps up no other one. */
async function ingest(
  client: ApiClient,
  terminal: Terminal,
  paths: readonly string[],
  options: IngestOptions,
): Promise<{ documents: KnowledgeDocument[]; refused: number }> {
  const scope = await readScope(client, options.scope);
  const documents: KnowledgeDocument[] = [];
  let refused = 0;
  for (const file of await listFiles(paths)) {
    try {
      const form = await readFormOf(file, scope);
      const accepted = await client.request({
        ...{ method: 'POST', path: '/knowledge/documents', schema: KnowledgeDocument, form },
      });
      documents.push(options.wait ? await follow(client, terminal, accepted) : accepted);
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      refused += 1;
      terminal.progress(`${file}: ${error.message}`);
    }
  }
  return { documents, refused };
}

/** Tells how a document comes on until nothing is done about it any more. */
async function follow(
  client: ApiClient,
  terminal: Terminal,
  accepted: KnowledgeDocument,
): Promise<KnowledgeDocument> {
  let document = accepted;
  for (let told = ''; ;) {
    const line = lineOf(document);
    if (line !== told) terminal.progress(line);
    told = line;
    if (!UNDER_WAY.includes(document.status)) return document;
    await sleep(LOOK_EVERY_MS);
    const path = `/knowledge/documents/${document.id}`;
    document = await client.request({ path, schema: KnowledgeDocument });
  }
}

function lineOf({ name, status, error, progress }: KnowledgeDocument): string {
  const { chunks, embedded } = progress;
  if (error !== null) return `${name}: ${status}: ${error.message}`;
  return chunks === null
    ? `${name}: ${status}`
    : `${name}: ${status}, ${String(embedded)} of ${String(chunks)} chunks`;
}

const rowOf = ({ id, status, scope, scopeName, progress, name }: KnowledgeDocument): string[] => [
  ...[id, status, scope.kind === 'global' ? 'global' : `${scope.kind}:${scopeName ?? scope.id}`],
  ...[`${String(progress.embedded)}/${progress.chunks === null ? '?' : String(progress.chunks)}`, name],
];
