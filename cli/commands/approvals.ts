import { randomUUID } from 'node:crypto';

import type { Command } from 'commander';

import { Approval, ApprovalSummary, type Verdict } from '../../contracts/approval.ts';
import { Json } from '../../contracts/json.ts';
import { pageOf } from '../../contracts/page.ts';
import { EXIT } from '../exit.ts';
import { connect } from '../sign-in.ts';
import { table } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { readText } from '../text-file.ts';
import { UsageError } from '../usage-error.ts';

interface ListOptions {
  url?: string;
  json: boolean;
  limit: string;
  status: string;
  run?: string;
  conversation?: string;
  mine: boolean;
}

interface DecideOptions {
  url?: string;
  comment?: string;
  answer?: string;
  edit?: string;
  always?: boolean;
}

/** Commands about what runs and conversations ask people. */
export function addApprovalCommands(
  program: Command,
  terminal: Terminal,
  done: (code: number) => void,
): void {
  program
    .command('approvals')
    .description('List what runs and conversations ask people, or show one of them')
    .argument('[approval]', 'its id')
    .option('-s, --status <status>', 'only those with this status; several with commas', 'pending')
    .option('-r, --run <run>', 'only those of this run')
    .option('--conversation <conversation>', 'only those of this conversation')
    .option('-m, --mine', 'only those that wait for you', false)
    .option('-n, --limit <count>', 'how many', '50')
    .option('--json', 'print them as JSON', false)
    .action(async (id: string | undefined, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<ListOptions>();
      await (id === undefined ? list(options, terminal) : show(id, options, terminal));
      done(EXIT.completed);
    });
  for (const decision of ['approve', 'reject'] as const) {
    const decide = program
      .command(decision)
      .description(decision === 'approve' ? 'Approve what is asked' : 'Reject what is asked')
      .argument('<approval>', 'its id')
      .option('-c, --comment <text>', 'why')
      .option('-a, --answer <json>', 'what the form asks for, as JSON, or @<file>');
    if (decision === 'approve')
      decide
        .option('-e, --edit <json>', 'in place of the value that is shown, as JSON, or @<file>')
        .option('--always', 'let the agent call this tool there without asking from now on');
    decide.action(async (id: string, _: unknown, command: Command) => {
      await sendDecision(id, decision, command.optsWithGlobals<DecideOptions>(), terminal);
      done(EXIT.completed);
    });
  }
}

async function list(options: ListOptions, terminal: Terminal): Promise<void> {
  const { url, json, limit, status, run, conversation, mine } = options;
  const { client } = await connect(url);
  const query = new URLSearchParams({
    ...{ limit, status },
    ...(run === undefined ? {} : { runId: run }),
    ...(conversation === undefined ? {} : { conversationId: conversation }),
    ...(mine ? { mine: 'true' } : {}),
  });
  const { items } = await client.request({
    path: `/approvals?${query.toString()}`,
    schema: pageOf(ApprovalSummary),
  });
  if (json) {
    terminal.result(JSON.stringify(items, null, 2));
    return;
  }
  const rows = items.map((approval) => [
    approval.id,
    approval.pipelineName ?? approval.circleName ?? approval.agentName ?? '',
    approval.title,
    `${approval.status} ${approval.approvals}/${approval.quorum}`,
    approval.expiresAt === null ? '' : new Date(approval.expiresAt).toLocaleString(),
  ]);
  const head = ['id', 'of', 'title', 'approved', 'until'];
  terminal.result(rows.length === 0 ? 'nothing is asked' : table(head, rows));
}

async function show(id: string, { url, json }: ListOptions, terminal: Terminal): Promise<void> {
  const { client } = await connect(url);
  const approval = await client.request({ path: pathOf(id), schema: Approval });
  if (json) {
    terminal.result(JSON.stringify(approval, null, 2));
    return;
  }
  const { title, instructions, value, form, decisions, status, approvals, quorum, approvers } = approval;
  const sections = [
    title,
    `${status}, ${approvals} of ${quorum} approved; asked: ${approvers?.join(', ') ?? 'everyone who may'}`,
    ...(instructions === undefined ? [] : [instructions]),
    ...(value === undefined ? [] : [textOf(value)]),
    ...(form === undefined ? [] : [`Answer with --answer by this schema:\n${textOf(form)}`]),
    ...decisions.map(
      ({ by, decision, comment }) => `${by}: ${decision}${comment === undefined ? '' : `, ${comment}`}`,
    ),
  ];
  terminal.result(sections.join('\n\n'));
}

async function sendDecision(
  id: string,
  decision: Verdict,
  { url, comment, answer, edit, always }: DecideOptions,
  terminal: Terminal,
): Promise<void> {
  const body = {
    decision,
    ...(comment === undefined ? {} : { comment }),
    ...(answer === undefined ? {} : { answer: await jsonOf('--answer', answer) }),
    ...(edit === undefined ? {} : { edit: await jsonOf('--edit', edit) }),
    ...(always === undefined ? {} : { always }),
  };
  const { client } = await connect(url);
  const headers = { 'idempotency-key': randomUUID() };
  const approval = await client.request({
    method: 'POST',
    path: pathOf(id),
    schema: Approval,
    body,
    headers,
  });
  terminal.progress(
    approval.status === 'pending'
      ? `"${approval.title}" waits for others: ${approval.approvals} of ${approval.quorum} have approved.`
      : `"${approval.title}" is ${approval.status}.`,
  );
}

const pathOf = (id: string): string => `/approvals/${encodeURIComponent(id)}`;
const textOf = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value, null, 2));

/** JSON as it is, or that of a file named after `@`; `@-` is the standard input. */
async function jsonOf(option: string, written: string): Promise<Json> {
  const text = written.startsWith('@') ? await readText(written.slice(1)) : written;
  try {
    return Json.parse(JSON.parse(text));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${option} is no valid JSON (${why}). Write a text with quotes: '"text"'.`);
  }
}
