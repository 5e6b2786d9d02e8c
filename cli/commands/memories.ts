import { type Command, InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';

import {
  type FoundMemory,
  Importance,
  Memory,
  MemoryDetail,
  type MemoryScope,
  MemorySearchResult,
  SearchMode,
} from '../../contracts/memory.ts';
import { pageOf } from '../../contracts/page.ts';
import type { ApiClient } from '../api-client.ts';
import { EXIT } from '../exit.ts';
import { readScope, SCOPE_HELP } from '../memory-scope.ts';
import { connect } from '../sign-in.ts';
import { table } from '../table.ts';
import type { Terminal } from '../terminal.ts';

interface Options {
  url?: string;
  json: boolean;
}
interface RememberOptions extends Options {
  scope: string;
  importance: number;
  tag: string[];
  block?: string;
}
interface RecallOptions extends Options {
  scope?: string;
  limit: number;
  mode: string;
}
interface ListOptions extends Options {
  scope?: string;
  limit: number;
}
interface ExportOptions extends Options {
  scope?: string;
  history: boolean;
}

/** What a command works with: the client, and where it writes. */
type Work<O> = (client: ApiClient, options: O, words: string) => Promise<void>;

const Empty = z.null();
const Memories = pageOf(Memory);

/** Commands for what is remembered. */
export function addMemoryCommands(program: Command, terminal: Terminal, done: (code: number) => void): void {
  const run = <O extends Options>(command: Command, work: Work<O>): Command =>
    command.action(async (words: string | object) => {
      const options = command.optsWithGlobals<O>();
      const { client } = await connect(options.url);
      await work(client, options, typeof words === 'string' ? words : '');
      done(EXIT.completed);
    });

  run<RememberOptions>(
    program
      .command('remember <text>')
      .description('Remember a fact, or write a block, which is in every prompt of its scope')
      .option('--scope <scope>', SCOPE_HELP, 'global')
      .option('--importance <number>', '0 to 1', importanceIn, 0.5)
      .option('--tag <tag>', 'once or more often', (tag: string, tags: string[]) => [...tags, tag], [])
      .option('--block <name>', 'as the block of this name')
      .option('--json', 'print it as JSON', false),
    async (client, { scope, importance, tag: tags, block, json }, content) => {
      const named = block === undefined ? {} : { kind: 'block', name: block };
      const body = { ...named, content, scope: await readScope(client, scope), importance, tags };
      const memory = await client.request({ method: 'POST', path: '/memories', schema: Memory, body });
      terminal.result(json ? JSON.stringify(memory, null, 2) : memory.id);
    },
  );
  run<RecallOptions>(
    program
      .command('recall <query>')
      .description('Find what is remembered, by meaning and by words, the best first')
      .option('--scope <scope>', `${SCOPE_HELP}; default: everything that you may see`)
      .option('-n, --limit <count>', 'how many, at most 100', countUpTo(100), 10)
      .addOption(new Option('--mode <mode>', 'how').choices(SearchMode.options).default('hybrid'))
      .option('--json', 'print them as JSON, with the parts of their scores', false),
    async (client, { scope, limit, mode, json }, query) => {
      const within = scope === undefined ? {} : { scope: await readScope(client, scope) };
      const body = { query, limit, mode, ...within };
      const found = await client.request({
        ...{ method: 'POST', path: '/memories/search', schema: MemorySearchResult, body },
      });
      if (found.summary.degraded !== null) terminal.progress(`By words only: ${found.summary.degraded}`);
      terminal.result(json ? JSON.stringify(found, null, 2) : linesOf(found.items));
    },
  );
  run<Options>(
    program.command('forget <id>').description('Forget a memory, with all that it took the place of'),
    async (client, _, id) => {
      const path = `/memories/${encodeURIComponent(id)}`;
      const { content } = await client.request({ path, schema: MemoryDetail });
      await client.request({ method: 'DELETE', path, schema: Empty });
      terminal.progress(`Forgotten: ${content}`);
    },
  );
  addMemoriesCommand(program, terminal, run);
}

/** What is remembered as a whole: listed for people, or printed for programs. */
function addMemoriesCommand(
  program: Command,
  terminal: Terminal,
  run: <O extends Options>(command: Command, work: Work<O>) => Command,
): void {
  const memories = program.command('memories').description('List what is remembered, or export it');
  const scope = `${SCOPE_HELP}; default: everything that you may see`;
  run<ListOptions>(
    memories
      .command('list', { isDefault: true })
      .description('List what you may see of it, the newest first')
      .option('--scope <scope>', scope)
      .option('-n, --limit <count>', 'how many, at most 200', countUpTo(200), 50)
      .option('--json', 'print them as JSON', false),
    async (client, { scope: within, limit, json }) => {
      const path = `/memories?${(await listQuery(client, within, limit)).toString()}`;
      const { items, nextCursor } = await client.request({ path, schema: Memories });
      if (json) terminal.result(JSON.stringify(items, null, 2));
      else terminal.result(table(['id', 'kind', 'scope', 'memory'], items.map(rowOf)));
      if (nextCursor !== null) terminal.progress('There are more: --limit, or `gathering memories export`.');
    },
  );
  run<ExportOptions>(
    memories
      .command('export')
      .description('Print what you may see of it as JSON lines, the newest first')
      .option('--scope <scope>', scope)
      .option('--history', 'also what was superseded', false),
    async (client, { scope: within, history }) => {
      const query = await listQuery(client, within, 200);
      if (history) query.set('superseded', 'include');
      for (let cursor: string | null = ''; cursor !== null;) {
        if (cursor !== '') query.set('cursor', cursor);
        const page: z.infer<typeof Memories> = await client.request({
          ...{ path: `/memories?${query.toString()}`, schema: Memories },
        });
        for (const memory of page.items) terminal.result(JSON.stringify(memory));
        cursor = page.nextCursor;
      }
    },
  );
}

async function listQuery(
  client: ApiClient,
  words: string | undefined,
  limit: number,
): Promise<URLSearchParams> {
  const scope = words === undefined ? undefined : await readScope(client, words);
  return new URLSearchParams({
    ...{ limit: String(limit), superseded: 'exclude' },
    ...(scope !== undefined && { scope: scope.kind }),
    ...(scope !== undefined && scope.kind !== 'global' && { scopeId: scope.id }),
  });
}

const WIDEST = 80;

function rowOf({ id, kind, name, scope, scopeName, content }: Memory): string[] {
  const line = `${name === null ? '' : `${name}: `}${content}`.replaceAll(/\s+/g, ' ');
  const shown = line.length > WIDEST ? `${line.slice(0, WIDEST - 1)}…` : line;
  return [id, kind, placeOf(scope, scopeName), shown];
}

const placeOf = (scope: MemoryScope, name: string | null): string =>
  scope.kind === 'global' ? 'global' : `${scope.kind}:${name ?? scope.id}`;

function linesOf(items: readonly FoundMemory[]): string {
  if (items.length === 0) return 'nothing that fits is remembered';
  return items
    .map(({ id, score, kind, scope, scopeName, content }) => {
      return `${score.toFixed(3)}  ${content}\n       ${kind}, ${placeOf(scope, scopeName)}, ${id}`;
    })
    .join('\n');
}

function importanceIn(words: string): number {
  const importance = Importance.safeParse(Number(words));
  if (words.trim() !== '' && importance.success) return importance.data;
  throw new InvalidArgumentError('It is a number from 0 to 1.');
}

const countUpTo =
  (most: number) =>
  (words: string): number => {
    const count = Number(words);
    if (Number.isInteger(count) && count >= 1 && count <= most) return count;
    throw new InvalidArgumentError(`It is a whole number from 1 to ${String(most)}.`);
  };
