import { bringDependencies } from './bring-up/dependencies.mjs';
import { main } from './bring-up/main.mjs';
import { runChecks } from './checks.mjs';

await main(async () => {
  await bringDependencies();
  const { failed } = await runChecks();
  process.exitCode = failed === 0 ? 0 : 1;
});
