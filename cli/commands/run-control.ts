import type { Command } from 'commander';

import { RunStarted } from '../../contracts/run.ts';
import { EXIT } from '../exit.ts';
import { connect } from '../sign-in.ts';
import type { Terminal } from '../terminal.ts';

const VERBS = {
  cancel: { description: 'Cancel a run', said: 'is being canceled' },
  pause: { description: 'Pause a run: what runs goes on to its end, nothing else begins', said: 'is paused' },
  resume: { description: 'Let a paused run go on', said: 'goes on' },
} as const;

/** Commands that decide about runs that are under way. */
export function addRunControlCommands(
  program: Command,
  terminal: Terminal,
  done: (code: number) => void,
): void {
  for (const [verb, { description, said }] of Object.entries(VERBS)) {
    program
      .command(verb)
      .description(description)
      .argument('<run>', 'its id')
      .action(async (runId: string, _: unknown, command: Command) => {
        const { client } = await connect(command.optsWithGlobals<{ url?: string }>().url);
        const path = `/runs/${encodeURIComponent(runId)}/${verb}`;
        const { status } = await client.request({ method: 'POST', path, schema: RunStarted });
        terminal.progress(
          status === 'canceled' ? `The run ${runId} is canceled.` : `The run ${runId} ${said}.`,
        );
        done(EXIT.completed);
      });
  }
}
