import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';

import type { Command } from 'commander';

import { loadConfig } from '../../platform/config.ts';
import type { Manifest } from '../backup/manifest.ts';
import { megabytes } from '../backup/report.ts';
import { EXIT } from '../exit.ts';
import type { Terminal } from '../terminal.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** What works on the house itself and not through its API. What it needs is loaded when it is asked for: the other commands start faster. */
export function addBackupCommands(program: Command, terminal: Terminal, done: (code: number) => void): void {
  program
    .command('backup')
    .description('Save the house of this machine, while it does not run, into one file')
    .argument('<file>', 'such as gathering-2027-01-31.tar.zst; it holds the keys, too')
    .option('--json', 'print what was saved as JSON', false)
    .action(async (file: string, { json }: { json: boolean }) => {
      await backUp(resolve(file), json, terminal, program.version() ?? '');
      done(EXIT.completed);
    });
  program
    .command('restore')
    .description('Put the house that a backup holds into GATHERING_HOME; its runs go on at the next start')
    .argument('<file>', 'what `gathering backup` has made')
    .option(
      '--replace',
      'put the house that is there aside, into a folder before-restore-<time> in the home',
      false,
    )
    .option('--json', 'print what was restored as JSON', false)
    .action(async (file: string, options: { replace: boolean; json: boolean }) => {
      await restore(resolve(file), options, terminal);
      done(EXIT.completed);
    });
}

async function backUp(file: string, json: boolean, terminal: Terminal, program: string): Promise<void> {
  const [{ createBackup }, { readAppliedMigrations }, { createReport }] = await Promise.all([
    import('../backup/create-backup.ts'),
    import('../backup/read-migrations.ts'),
    import('../backup/report.ts'),
  ]);
  const config = loadConfig(process.env, ROOT);
  const report = createReport(terminal.progress);
  const interrupted = new AbortController();
  const forget = terminal.onInterrupt(() => interrupted.abort());
  const { manifest, skipped } = await createBackup({
    ...{ config, file, program, report, readAppliedMigrations, signal: interrupted.signal },
  }).finally(forget);
  const { size } = await stat(file);
  if (skipped.length > 0) terminal.progress(`not saved, since they are no files: ${skipped.join(', ')}`);
  terminal.result(
    json
      ? JSON.stringify({ file, bytes: size, home: config.home, ...summaryOf(manifest), skipped }, null, 2)
      : `${config.home} is saved in ${file} (${megabytes(size)}).\n` +
          `Whoever has the file has the keys: keep it as you keep a password. \`gathering restore\` puts it into another home.`,
  );
}

async function restore(
  file: string,
  { replace, json }: { replace: boolean; json: boolean },
  terminal: Terminal,
): Promise<void> {
  const [{ restoreBackup }, { checkSchema }, { createReport }] = await Promise.all([
    import('../backup/restore-backup.ts'),
    import('../backup/check-schema.ts'),
    import('../backup/report.ts'),
  ]);
  const config = loadConfig(process.env, ROOT);
  const report = createReport(terminal.progress);
  const { manifest, replaced } = await restoreBackup({ config, file, replace, report, checkSchema });
  if (json) {
    terminal.result(JSON.stringify({ file, home: config.home, ...summaryOf(manifest), replaced }, null, 2));
    return;
  }
  terminal.result(
    `The house of ${manifest.createdAt} is in ${config.home}; \`npm start\` goes on with its runs.` +
      (replaced === null ? '' : `\nThe one that was there is in ${replaced}.`),
  );
}

const summaryOf = ({ createdAt, program, migrations, files }: Manifest) => ({
  createdAt,
  program,
  schema: migrations.at(-1)?.name ?? null,
  files: files.length,
});
