import type { Command } from 'commander';
import { parseDocument } from 'yaml';
import { z } from 'zod';

import { ProblemItem } from '../../contracts/problem.ts';
import { EXIT } from '../exit.ts';
import { connect } from '../sign-in.ts';
import type { Terminal } from '../terminal.ts';
import { readText } from '../text-file.ts';
import { UsageError } from '../usage-error.ts';

const Validation = z.object({ valid: z.boolean(), problems: z.array(ProblemItem) });

export function addValidateCommand(program: Command, terminal: Terminal, done: (code: number) => void): void {
  program
    .command('validate')
    .description('Check a pipeline in a YAML or JSON file')
    .argument('<file>', '- is the standard input')
    .option('--json', 'print the problems as JSON', false)
    .action(async (file: string, _: unknown, command: Command) => {
      done(await validate(file, command.optsWithGlobals<{ url?: string; json: boolean }>(), terminal));
    });
}

async function validate(
  file: string,
  options: { url?: string; json: boolean },
  terminal: Terminal,
): Promise<number> {
  const definition = await readDefinition(file);
  const { client } = await connect(options.url);
  const { valid, problems } = await client.request({
    method: 'POST',
    path: '/pipelines/validate',
    schema: Validation,
    body: definition,
  });
  if (options.json) terminal.result(JSON.stringify({ valid, problems }, null, 2));
  else if (valid) terminal.result(`${file} is valid.`);
  else terminal.result(problems.map((problem) => `${file}: ${wordsOf(problem)}`).join('\n'));
  return valid ? EXIT.completed : EXIT.failed;
}

/** @throws UsageError when it cannot be read, or is no YAML (JSON is YAML) */
async function readDefinition(file: string): Promise<unknown> {
  const document = parseDocument(await readText(file));
  const [problem] = document.errors;
  if (problem !== undefined) throw new UsageError(`${file}: ${problem.message}`);
  try {
    return document.toJS();
  } catch (error) {
    if (error instanceof ReferenceError) throw new UsageError(`${file}: ${error.message}`, { cause: error });
    throw error;
  }
}

function wordsOf({ nodeId, edgeId, path, message }: ProblemItem): string {
  const place = nodeId !== undefined ? `node ${nodeId}` : edgeId !== undefined ? `edge ${edgeId}` : '';
  return [place, path, message].filter((part) => part !== '').join(': ');
}
