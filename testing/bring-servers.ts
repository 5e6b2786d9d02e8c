import { ensureChromium } from '../cli/start/tools/chromium.ts';
import { ensurePostgres } from '../cli/start/tools/postgres.ts';
import { ensureTemporalCli, ensureTestServer } from '../cli/start/tools/temporal-cli.ts';

/** Brings every program that the tests start, before the first test waits for one, and says what it does. */
const report = (line: string): void => void process.stdout.write(`${line}\n`);
const failures: string[] = [];
for (const ensure of [ensureTemporalCli, ensureTestServer, ensurePostgres, ensureChromium]) {
  await ensure(report).catch((error: unknown) => {
    failures.push(error instanceof Error ? error.message : String(error));
  });
}
if (failures.length > 0) {
  process.stderr.write(`${failures.join('\n\n')}\n\nThe tests that need them will fail.\n`);
  process.exitCode = 1;
}
