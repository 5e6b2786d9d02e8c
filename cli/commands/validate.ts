import type { Command } from 'commander';
import { z } from 'zod';

import { ProblemItem } from '../../contracts/problem.ts';
import { readDefinition } from '../definition-file.ts';
import { EXIT } from '../exit.ts';
import { connect } from '../sign-in.ts';
import type { Terminal } from '../terminal.ts';

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
  const { definition } = await readDefinition(file);
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

function wordsOf({ nodeId, edgeId, path, message }: ProblemItem): string {
  const place = nodeId !== undefined ? `node ${nodeId}` : edgeId !== undefined ? `edge ${edgeId}` : '';
  return [place, path, message].filter((part) => part !== '').join(': ');
}
